package report

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/report/reporttest"
)

// TestOddRuns: whatever a Result has, its page shows it, every button works, and nothing of it runs: a page without errors is
// what pagetest asks of each.
func TestOddRuns(t *testing.T) {
	for _, odd := range reporttest.All() {
		t.Run(odd.Name, func(t *testing.T) {
			p := pagetest.Open(t, save(t, odd.Results), pagetest.Options{})
			p.Eval(useEverything, nil)
			var said string
			p.Eval(`[...document.body.children].filter((e) => e.tagName !== 'SCRIPT').map((e) => e.textContent).join('\n')`, &said)
			for _, text := range odd.Texts {
				if !strings.Contains(said, text) {
					t.Errorf("the page does not show %q", text)
				}
			}
			var width int
			p.Eval(`document.documentElement.scrollWidth`, &width)
			if width > 1440 {
				t.Errorf("the page is %d pixels wide in a window of 1440", width)
			}
			var strange []string
			p.Eval(`[...document.querySelectorAll('body img[onerror], body svg[onload], body script:not([id^=part-]):not(:last-of-type), body a:not([href^="#"])')].map((e) => e.outerHTML)`, &strange)
			if len(strange) > 0 {
				t.Errorf("texts have become elements: %q", strange)
			}
		})
	}
}

// useEverything opens what opens, searches, sorts, and goes through scenarios and nodes.
const useEverything = `(async () => {
	const most = 3; // of each kind: there are thousands of some
	const settled = () => new Promise((done) => setTimeout(done));
	const all = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility()).slice(0, most);
	const look = async () => {
		for (const summary of all('details:not([open]) > summary')) summary.click();
		for (const opener of [...all('.opener'), ...all('.stage'), ...all('td.more .opener'), ...all('th button')]) opener.click();
		for (const input of all('input[type=search]')) {
			for (const text of ['label', '__proto__', '<', '']) {
				input.value = text;
				input.dispatchEvent(new Event('input'));
			}
		}
		for (const select of all('select')) {
			select.selectedIndex = select.options.length - 1;
			select.dispatchEvent(new Event('change'));
		}
		await settled();
	};
	const tabs = all('[role=tab]');
	if (tabs.length === 0) await look();
	for (const tab of tabs) {
		tab.click();
		await settled();
		await look();
	}
	document.querySelector('#nodes tbody button')?.click();
	await settled();
	await look();
})()`
