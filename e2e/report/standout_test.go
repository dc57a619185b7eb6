package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/report/reporttest"
)

// TestWhatStandsOut: findings are sentences, which open to how they were found and lead to their chart.
func TestWhatStandsOut(t *testing.T) {
	const hostile = `</script><img src=x onerror="document.title='run'">`
	results := reporttest.Shop{}.Results()
	r := &results[0]
	r.Health.Saturated = true
	slow := metrics.ValuesOf(metricstest.SketchOf(slices.Repeat([]float64{2_500_000}, 20)...))
	r.Global.Histograms[metrics.LiveViewEventDuration.Name].By["export"] = slow
	over := r.Global.TimeSeries.Histograms[metrics.LiveViewEventDuration.Name]
	over.By["export"] = over.By["checkout"]
	heavy := metrics.ValuesOf(metricstest.SketchOf(slices.Repeat([]float64{73_900}, 10)...))
	r.Global.Histograms[metrics.LiveViewDiffBytes.Name] = metrics.HistogramBy{Aggregate: heavy, By: map[string]metrics.HistogramValues{hostile: heavy}}

	p := pagetest.Open(t, save(t, results), pagetest.Options{})
	p.Eval(`document.querySelectorAll('#standout summary').forEach((s) => s.click())`, nil)
	p.Screenshot("standout-1440-light")
	said := p.Text("#standout")
	for _, want := range []string{
		`The event "export" is slow`, ": half of all answers take longer than 2.50 s.", "The load generator was saturated", "start_async",
		`Each answer to "` + hostile + `" carries 73.9 kB`, "Size of the diffs", "739 kB", "liveload docs why-slow",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the section lacks %q:\n%s", want, said)
		}
	}
	p.Eval(`document.querySelector('#time select').value = 'document_load_us'`, nil)
	p.Eval(`[...document.querySelectorAll('#standout li')].find((li) => li.innerText.includes('export')).querySelector('button').click()`, nil)
	var chosen []string
	p.Eval(`[...document.querySelector('#time figure').querySelectorAll('select')].map((s) => s.value)`, &chosen)
	if !slices.Equal(chosen, []string{metrics.LiveViewEventDuration.Name, "export"}) {
		t.Errorf("the chart shows %q", chosen)
	}
}

// TestNothingStandsOut is said, too.
func TestNothingStandsOut(t *testing.T) {
	p := pagetest.Open(t, save(t, reporttest.Shop{Calm: true, Seconds: 20}.Results()), pagetest.Options{})
	if said := p.Text("#standout"); !strings.Contains(said, "Nothing stands out.") {
		t.Errorf("the section says %q", said)
	}
}
