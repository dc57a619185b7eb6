package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/report/reporttest"
	"github.com/liveload/liveload/sinks/plaintext"
)

// rows are the visible names of the metrics that are listed.
func rows(p *pagetest.Page) (names []string) {
	p.Eval(`[...document.querySelectorAll('#metrics .kind:not([hidden]) > .table > .scroller > table > tbody > tr > td:first-child .metric')].map((e) => e.firstChild.textContent)`, &names)
	return names
}

// typeInto focuses a field and types.
func typeInto(p *pagetest.Page, selector, text string) {
	p.Eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.focus(); e.select?.(); })()`, selector), nil)
	for _, key := range text {
		p.Press(string(key))
	}
}

// TestMetricsAreFound: by what people call them, by their own names, by labels; sorted by the keyboard.
func TestMetricsAreFound(t *testing.T) {
	p := pagetest.Open(t, save(t, reporttest.Market()), pagetest.Options{})
	all := rows(p)
	if len(all) < 15 || all[0] != "Page opened" {
		t.Fatalf("there are %d metrics, beginning with %q", len(all), all[0])
	}
	for text, want := range map[string][]string{
		"click ans":                 {"Click answered"},
		"liveview_event_duration":   {"Click answered"},
		"add_to_cart products size": {"Answer size"},
		"nothing like this":         nil,
	} {
		typeInto(p, "#metrics .search input", text)
		if got := rows(p); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
		p.Eval(`document.querySelector('#metrics .search input').value = ''`, nil)
	}
	typeInto(p, "#metrics .search input", "step ")
	p.Eval(`document.querySelector('#metrics th:nth-child(4) button').focus()`, nil)
	p.Press("Enter")
	if got, want := rows(p)[:3], []string{"Step failed", "Step done", "Step begins"}; !slices.Equal(got, want) {
		t.Errorf("by p95, the largest first: %q, want %q", got, want)
	}
	p.Press("Enter")
	if got, want := rows(p)[:3], []string{"Step begins", "Step done", "Step failed"}; !slices.Equal(got, want) {
		t.Errorf("by p95, the smallest first: %q, want %q", got, want)
	}
	p.Click("#requests .only input")
	if text := p.Text("#requests .table:not([hidden]) tbody"); strings.Contains(text, "200") || !strings.Contains(text, "503") || !strings.Contains(text, "/api/stock") {
		t.Errorf("the requests that failed are\n%s", text)
	}
}

// TestDistributionOfRawSamples: percentiles and the curve that a page shows are within 1 % of what the samples say.
func TestDistributionOfRawSamples(t *testing.T) {
	var raw []float64
	shop := reporttest.Shop{Observed: func(_ string, m *metrics.Metric, _ metrics.Labels, value float64) {
		if m == metrics.LiveViewEventDuration {
			raw = append(raw, value)
		}
	}}
	p := pagetest.Open(t, save(t, shop.Results()), pagetest.Options{})
	slices.Sort(raw)
	typeInto(p, "#metrics .search input", "click answered")
	p.Eval(`document.querySelector('#metrics .opener').focus()`, nil)
	p.Press("Enter")
	var facts map[string]string
	p.Eval(`Object.fromEntries([...document.querySelectorAll('#metrics .numbers-line > div')].map((d) => [d.children[0].innerText, d.children[1].innerText]))`, &facts)
	for name, percentile := range map[string]float64{"p50": 50, "p90": 90, "p95": 95, "p99": 99, "p99.9": 99.9} {
		want := raw[int(math.Ceil(percentile/100*float64(len(raw))))-1]
		if got := microseconds(t, facts[name]); math.Abs(got/want-1) > 0.01+0.005 { // three digits are shown
			t.Errorf("%s is %s, want %g µs", name, facts[name], want)
		}
	}
	p.Eval(`document.querySelectorAll('#metrics .shape .area')[1].focus()`, nil)
	p.Press("Home")
	for range 40 {
		p.Press("ArrowRight", "ArrowRight")
		reading := p.Text("#metrics .shape figure:nth-child(2) .reading")
		said, of, _ := strings.Cut(reading, " % at most ")
		share, err := strconv.ParseFloat(said, 64)
		if err != nil {
			t.Fatalf("the curve says %q", reading)
		}
		value := microseconds(t, of)
		below := func(v float64) float64 {
			n, _ := slices.BinarySearch(raw, v)
			return 100 * float64(n) / float64(len(raw))
		}
		if share < below(value*0.98)-0.1 || share > below(value*1.02)+0.1 {
			t.Errorf("%s: of the samples %.1f %% to %.1f %% are", reading, below(value*0.98), below(value*1.02))
		}
	}
	var bars int
	p.Eval(`[...document.querySelectorAll('#metrics .shape rect')].filter((r) => r.height.baseVal.value > 0).length`, &bars)
	if bars < 10 {
		t.Errorf("the histogram has %d bars", bars)
	}
}

// microseconds reads what a page shows.
func microseconds(t *testing.T, text string) float64 {
	t.Helper()
	number, unit, _ := strings.Cut(text, " ")
	v, err := strconv.ParseFloat(number, 64)
	scale := map[string]float64{"µs": 1, "ms": 1e3, "s": 1e6}[unit]
	if err != nil || scale == 0 {
		t.Fatalf("%q is no time", text)
	}
	return v * scale
}

// TestOneNode: the page shows what one node has measured, everywhere, and goes back.
func TestOneNode(t *testing.T) {
	results := reporttest.Market()
	r := &results[0]
	p := pagetest.Open(t, save(t, results), pagetest.Options{Width: 1440, Height: 900, Dark: true})
	shown := func() (texts map[string]string) {
		p.Eval(`({
			clicks: [...document.querySelectorAll('#metrics tr')].find((r) => r.innerText.includes('Click answered')).children[1].innerText,
			stages: [...document.querySelectorAll('#journey .times')].map((e) => e.innerText).join(' '),
			failures: [...document.querySelectorAll('#failures h3')].map((e) => e.innerText).join(' '),
			requests: [...document.querySelectorAll('#requests .table:not([hidden]) tbody tr')].map((e) => e.innerText.split(/\s+/).join(' ')).join(', '),
			checks: document.querySelector('#checks tbody').innerText, felt: document.querySelector('#felt tbody').innerText.split(/\s+/).slice(0, 4).join(' '),
			load: document.querySelector('#load h2').innerText, bar: document.querySelector('.filtered').innerText,
		})`, &texts)
		return texts
	}
	whole := shown()
	p.Eval(`[...document.querySelectorAll('#nodes tr')].find((r) => r.innerText.startsWith('b')).querySelector('button').focus()`, nil)
	p.Press("Enter")
	p.Wait(`!document.querySelector('.filtered').hidden`)
	p.Screenshot("report-one-node-1440-dark")
	of := r.Nodes[1].Result
	got := shown()
	for name, want := range map[string]string{
		"clicks":   plaintext.Count(of.Histograms["liveview_event_duration_us"].Aggregate.Count),
		"failures": fmt.Sprintf("click timeout %d× navigation 1×", of.Counters["iteration_failures"].By["click timeout"]),
		"requests": "5xx failed 9, 2xx 354, 4xx 60",
		"felt":     fmt.Sprintf("Page opened %d times", of.Histograms["document_load_us"].Aggregate.Count),
		"load":     "Load of all nodes",
		"bar":      "Only node b, one of 3\nShow all nodes",
	} {
		if got[name] != want {
			t.Errorf("%s of the node: %q, want %q", name, got[name], want)
		}
	}
	if !strings.Contains(got["stages"], "60×") || strings.Contains(got["stages"], "150×") || !strings.Contains(got["checks"], "–") {
		t.Errorf("the node's steps ended %s; its checks are %s", got["stages"], got["checks"])
	}
	p.Click(".filtered button")
	p.Wait(`document.querySelector('.filtered').hidden`)
	for name, text := range shown() {
		if name != "bar" && text != whole[name] {
			t.Errorf("%s of all nodes: %q, before it was %q", name, text, whole[name])
		}
	}
}
