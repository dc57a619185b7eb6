package report

import (
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/readable"
)

// trust says what the nodes measured about themselves.
func trust(r *metrics.Result) Trust {
	lag := r.Global.Histograms[metrics.GeneratorLag.Name].Aggregate
	t := Trust{OK: !r.Health.Saturated && lag.Count > 0 && r.Dead() == "" && r.CutShort == nil, Title: "The load generator kept up.", Reasons: r.Health.Reasons, Notes: r.Health.Notes}
	switch {
	case r.Health.Saturated:
		t.Title = "The load generator was saturated: the times say more about it than about the application."
	case lag.Count == 0:
		t.Title = "The load generator did not measure itself."
	case r.CutShort != nil:
		t.Title = "The load generator kept up, but liveload died before the end."
	case r.LostAllNodes():
		t.Title = "Every node was lost: what they did later is not known."
	case r.Dead() != "":
		t.Title = "The load generator kept up, but " + r.Dead() + "."
	case r.Interrupted:
		t.Title = "The load generator kept up, but the run was ended early."
	}
	for _, one := range []struct {
		name, detail string
		metric       *metrics.Metric
		percentile   float64
	}{
		{"CPU", "at p95 of the seconds", metrics.GeneratorCPUPercent, 95},
		{"Timers late by", "at p95", metrics.GeneratorLag, 95},
		{"Memory", "at most, of a node", metrics.GeneratorRSSBytes, 100},
	} {
		if h := r.Global.Histograms[one.metric.Name].Aggregate; h.Count > 0 {
			t.Facts = append(t.Facts, Figure{Name: one.name, Value: readable.Value(one.metric, h.Percentile(one.percentile)), Detail: one.detail})
		}
	}
	return t
}
