package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/report"
	"github.com/liveload/liveload/report/reporttest"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// TestFirstScreen: what a person sees in ten seconds.
func TestFirstScreen(t *testing.T) {
	results := reporttest.Shop{Scenarios: []string{"buy", "browse"}}.Results()
	p := pagetest.Open(t, save(t, results), pagetest.Options{})
	p.Screenshot("report-1440-light")
	said := p.Text("body")
	g := results[0].Global
	event := g.Histograms[metrics.LiveViewEventDuration.Name].Aggregate
	for _, want := range []string{
		"Failed", "2 of 4 thresholds were not met.", "5 users", "What it felt like", "Click answered", readable.Microseconds(event.Percentile(95)),
		"wait timeout after 0:", "The load generator kept up.",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the first screen lacks %q:\n%s", want, said)
		}
	}
}

// TestTheOtherScenario: arrows choose it, and everything follows.
func TestTheOtherScenario(t *testing.T) {
	results := reporttest.Shop{Scenarios: []string{"buy", "browse"}}.Results()
	results[1].Thresholds[0].Metric = "checks{name:other}"
	p := pagetest.Open(t, save(t, results), pagetest.Options{})
	p.Eval(`document.querySelector('[role=tab]').focus()`, nil)
	p.Press("ArrowRight")
	p.Wait(`document.querySelector('#thresholds').innerText.includes('checks{name:other}')`)
	var chosen string
	p.Eval(`document.querySelector('[role=tab][aria-selected=true]').innerText`, &chosen)
	if chosen != "browse" {
		t.Errorf("the tab of %q is chosen, want browse", chosen)
	}
}

// TestChartsHaveData: what a chart draws is what its table says, which is what the Result has; the keyboard moves its cursor.
func TestChartsHaveData(t *testing.T) {
	results := reporttest.Shop{}.Results()
	p := pagetest.Open(t, save(t, results), pagetest.Options{})
	p.Click("#time .chart:nth-of-type(1) summary")
	var cells []string
	p.Wait(`document.querySelector('#time .chart tbody tr')`)
	p.Eval(`[...document.querySelectorAll('#time .chart tbody tr td:nth-child(3)')].map((c) => c.innerText)`, &cells)
	var want []string
	for _, v := range results[0].Global.TimeSeries.Histograms[metrics.LiveViewEventDuration.Name].Aggregate.P95 {
		want = append(want, readable.Microseconds(v))
	}
	if !slices.Equal(cells, want) {
		t.Errorf("p95 over time is %q, want %q", cells, want)
	}
	p.Eval(`document.querySelector('#time .plot').focus()`, nil)
	p.Press("ArrowRight", "ArrowRight")
	var shown []string
	p.Eval(`[...document.querySelectorAll('#time .legend output')].map((o) => o.innerText)`, &shown)
	if len(shown) < 4 || shown[1] != want[1] || slices.Contains(shown, "") {
		t.Errorf("at the second bucket the legends show %q, want %s as p95, and a value for every line of every chart", shown, want[1])
	}
	var drawn int
	p.Eval(`[...document.querySelectorAll('#time canvas')].filter((c) => new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer).some((v) => v)).length`, &drawn)
	if drawn != 4 {
		t.Errorf("%d charts have something drawn, want 4", drawn)
	}
}

// TestTotalsOfCharts: rates are of the time of the scenario, and what a browser aborts is no failed request.
func TestTotalsOfCharts(t *testing.T) {
	results := reporttest.Shop{}.Results()
	g := &results[0].Global
	g.ScenarioMS = g.ElapsedMS / 2
	answers, failures := g.TimeSeries.Counters[metrics.HTTPRequests.Name].By, make([]int64, len(g.TimeSeries.ActiveUsers))
	failures[0] = 7
	g.TimeSeries.Counters[metrics.HTTPRequestFailures.Name] = metrics.By[[]int64]{Aggregate: failures, By: map[string][]int64{"aborted": failures, "timeout": failures}}
	want := int64(7)
	for _, n := range slices.Concat(answers["4xx"], answers["5xx"]) {
		want += n
	}
	perSecond := strings.Fields(report.FromResults(results).Scenarios[0].Figures[1].Detail)[0]
	p := pagetest.Open(t, save(t, results), pagetest.Options{})
	said := p.Text("#time")
	for _, text := range []string{"Requests: 4xx, 5xx, no answer " + plaintext.Count(want) + "\n", "Iterations " + perSecond + "/s on average"} {
		if !strings.Contains(said, text) {
			t.Errorf("the charts lack %q:\n%s", text, said)
		}
	}
}

// TestReadableEverywhere: nothing is wider than the window, and everything that can be used is reached by the keyboard.
func TestReadableEverywhere(t *testing.T) {
	address := save(t, reporttest.Shop{Scenarios: []string{"buy", "browse"}, Nodes: 3, LostNode: true}.Results())
	for _, o := range []pagetest.Options{{Dark: true}, {Width: 900, Height: 700}, {Width: 390, Height: 844}, {Width: 390, Height: 844, Dark: true}} {
		p := pagetest.Open(t, address, o)
		p.Screenshot(fmt.Sprintf("report-%d-%s", cmp.Or(o.Width, 1440), map[bool]string{true: "dark", false: "light"}[o.Dark]))
		var wide []string
		p.Eval(`[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroller, .tabs, .contents, .aside, .skip, .values, .plot')).map((e) => e.outerHTML.slice(0, 80))`, &wide)
		if len(wide) > 0 {
			t.Errorf("at %d pixels these do not fit: %q", o.Width, wide)
		}
		var cut bool
		p.Eval(`(() => { const s = document.querySelector('#felt .scroller'); return s.scrollWidth > s.clientWidth; })()`, &cut)
		if cut {
			t.Errorf("at %d pixels p99 of what it felt like is out of sight", o.Width)
		}
		p.Press("Tab")
		var focused string
		p.Eval(`document.activeElement.innerText`, &focused)
		if focused != "Skip to the content" {
			t.Errorf("the first stop of the keyboard is %q", focused)
		}
	}
}

// TestTheme: the button beats what the system says, in charts too.
func TestTheme(t *testing.T) {
	p := pagetest.Open(t, save(t, reporttest.Shop{}.Results()), pagetest.Options{Dark: true})
	background := func() (colour string) {
		p.Eval(`getComputedStyle(document.body).backgroundColor`, &colour)
		return colour
	}
	dark := background()
	p.Click(".theme")
	if light := background(); light == dark || p.Text(".theme") != "Dark" {
		t.Errorf("the background stays %s, the button says %q", light, p.Text(".theme"))
	}
}

// TestHostileNames: what scripts and applications say becomes text, and the page stays whole.
func TestHostileNames(t *testing.T) {
	const hostile = `</script><script>document.title='run'</script><img src=x onerror="document.title='run'">"'&ü漢\u202e`
	results := reporttest.Shop{Scenarios: []string{hostile, "ß"}}.Results()
	for i := range results {
		r := &results[i]
		r.RunID, r.Load, r.LiveloadVersion = hostile, hostile, hostile
		r.Labels["host"], r.Health.Notes = hostile, []string{hostile}
		r.Thresholds[0].Metric, r.Changes[0].To = hostile, hostile
		samples := r.Global.FailureSamples["wait timeout"]
		samples[0].ReasonInspect, samples[0].Stacktrace = hostile, []string{hostile}
		r.Global.FailureSamples = map[string][]metrics.FailureSample{hostile: samples}
	}
	p := pagetest.Open(t, save(t, results), pagetest.Options{})
	var title string
	p.Eval(`document.title`, &title)
	if !strings.HasPrefix(title, "Failed: </script>") {
		t.Errorf("the title is %q", title)
	}
	var elements int
	p.Eval(`document.querySelectorAll('img:not(dialog img)').length + document.querySelectorAll('script').length`, &elements)
	if elements > 2+2 { // the data, the parts of two nodes, and the script
		t.Errorf("there are %d scripts and pictures", elements)
	}
	if text := p.Text("#first"); !strings.Contains(text, "</script><script>") {
		t.Errorf("what failed first is %q", text)
	}
}

// TestNothingHappened: a run without an iteration, and a scenario that could not run, have a page too.
func TestNothingHappened(t *testing.T) {
	empty := metrics.NewAggregator(metrics.RunInfo{Scenarios: []metrics.ScenarioInfo{{Name: "empty"}}})
	empty.Finish()
	results := append(empty.Results(time.Unix(1_780_000_000, 0)), metrics.Result{Name: "broken", Error: "shop.js:1:8: there is no module \"shop\""})
	p := pagetest.Open(t, save(t, results), pagetest.Options{})
	if text := p.Text(".verdict"); !strings.Contains(text, "1 of 2 scenarios could not run") {
		t.Errorf("the verdict is %q", text)
	}
	p.Click("[role=tab]:nth-child(2)")
	p.Wait(`document.querySelector('#first').innerText.includes('there is no module')`)
}

// TestOneLabel: a chart shows one label alone, and what the reader has chosen stays in the next scenario that has it.
func TestOneLabel(t *testing.T) {
	results := reporttest.Shop{Scenarios: []string{"buy", "browse"}}.Results()
	p := pagetest.Open(t, save(t, results), pagetest.Options{})
	p.Eval(`(() => {
		const label = document.querySelector('#time .choose + .choose select');
		label.value = 'checkout';
		label.dispatchEvent(new Event('change'));
	})()`, nil)
	p.Click("#time .chart:nth-of-type(1) summary")
	for i, r := range results {
		var want, cells []string
		for _, v := range r.Global.TimeSeries.Histograms[metrics.LiveViewEventDuration.Name].By["checkout"].P95 {
			want = append(want, readable.Microseconds(v))
		}
		p.Click(fmt.Sprintf("[role=tab]:nth-child(%d)", i+1))
		p.Eval(`[...document.querySelectorAll('#time .chart tbody tr td:nth-child(3)')].map((c) => c.innerText)`, &cells)
		if !slices.Equal(cells, want) {
			t.Errorf("in %s p95 of checkout is %q, want %q", r.Name, cells, want)
		}
	}
}
