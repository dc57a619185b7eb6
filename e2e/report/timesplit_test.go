package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/report/reporttest"
	"github.com/liveload/liveload/sinks/readable"
	"github.com/liveload/liveload/sinks/timesplit"
)

// TestTimeSplit: each split has a bar as long as its time, whose parts are those of the Result, and opens to show them as
// numbers. A node alone has none.
func TestTimeSplit(t *testing.T) {
	results := reporttest.Shop{Nodes: 2}.Results()
	splits := timesplit.Of(&results[0])
	i := slices.IndexFunc(splits, func(s timesplit.Split) bool { return s.Name == "checkout" })
	checkout := splits[i]
	p := pagetest.Open(t, save(t, results), pagetest.Options{})
	var bars []struct {
		Name  string
		Width float64
		Parts []float64
	}
	p.Eval(`[...document.querySelectorAll('#timesplit .split')].map((s) => {
		const bar = s.querySelector('.splitbar');
		const width = (e) => e.getBoundingClientRect().width;
		return { name: s.querySelector('.what').firstChild.data, width: width(bar) / width(bar.parentElement), parts: [...bar.children].map((p) => width(p) / width(bar)) };
	})`, &bars)
	if len(bars) != len(splits) {
		t.Fatalf("%d bars, want %d", len(bars), len(splits))
	}
	for _, bar := range bars {
		if bar.Name != "checkout" {
			continue
		}
		if len(bar.Parts) != len(checkout.Parts) || bar.Width < 0.1 {
			t.Fatalf("the bar of checkout is %+v, want %d parts", bar, len(checkout.Parts))
		}
		for i, part := range checkout.Parts {
			if off := bar.Parts[i] - part.Share; off < -0.02 || off > 0.02 {
				t.Errorf("%s takes %.3f of the bar, want %.3f", part.Name, bar.Parts[i], part.Share)
			}
		}
	}
	p.Eval(`[...document.querySelectorAll('#timesplit .split summary')].find((s) => s.innerText.startsWith('checkout')).focus()`, nil)
	p.Press("Enter")
	p.Wait(`document.querySelector('#timesplit .split[open] tbody')`)
	said := p.Text("#timesplit")
	for _, part := range checkout.Parts {
		if !strings.Contains(said, part.Name) || !strings.Contains(said, readable.Microseconds(part.Mean)) {
			t.Errorf("the section lacks %s of %s:\n%s", part.Name, readable.Microseconds(part.Mean), said)
		}
	}
	if !strings.Contains(said, "Not known: how long it waited in the page") {
		t.Errorf("the section does not say what is not known:\n%s", said)
	}
	p.Screenshot("report-timesplit")
}
