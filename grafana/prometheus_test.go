package grafana

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/prometheus"

	"github.com/liveload/liveload/sinks/prometheus/prometheustest"
	"github.com/liveload/liveload/sinks/prometheus/remotewrite"
)

// TestPrometheusQueries: every query of the dashboard has an answer from a Prometheus that has a run with every metric, while
// the run goes on, and what is about the whole run also after it. Numbers of some are those of the Results.
func TestPrometheusQueries(t *testing.T) {
	t.Parallel()
	s := prometheustest.Start(t, prometheustest.Options{})
	o, err := remotewrite.New(s.Address(), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now().Add(-2 * runSeconds * time.Second)
	results := write(t, o, newRun, start)
	filled := strings.NewReplacer("$__rate_interval", "10s", "$__range", "1m", "$run", newRun, "$scenario", anything)
	middle, after := start.Add(15*time.Second), start.Add((runSeconds+5)*time.Second)
	shown := make(map[string]float64)
	for _, p := range boardOf(t, "liveload-prometheus").Panels {
		if p.Panel == nil {
			continue
		}
		for _, target := range p.Panel.Targets {
			q := target.(prometheus.Dataquery)
			text := filled.Replace(q.Expr)
			if found := s.Query(t, text, middle); len(found) == 0 || math.IsNaN(found[0].Value()) {
				t.Errorf("%s has no answer:\n%s", *p.Panel.Title, text)
			}
			if q.Instant == nil || !*q.Instant {
				continue
			}
			found := s.Query(t, text, after)
			if len(found) == 0 {
				t.Fatalf("%s has no answer after the run:\n%s", *p.Panel.Title, text)
			}
			shown[*p.Panel.Title] = found[0].Value()
		}
	}
	ended, ok, events := int64(0), int64(0), results[0].Global.Histograms["liveview_event_duration_us"].Aggregate.Sketch
	for i := range results {
		ended += results[i].Global.Counters["iterations"].Aggregate
		ok += results[i].Global.Counters["iterations"].By["ok"]
	}
	events = events.Plus(results[1].Global.Histograms["liveview_event_duration_us"].Aggregate.Sketch)
	for title, want := range map[string]float64{
		"Iterations": float64(ended), "Failed share": float64(ended-ok) / float64(ended) * 100, "Event, p95": events.Quantiles(0.95)[0],
	} {
		if got := shown[title]; math.Abs(got-want) > 0.03*want {
			t.Errorf("%s is %v, want %v", title, got, want)
		}
	}
}

func boardOf(t *testing.T, uid string) model {
	t.Helper()
	all, err := Dashboards()
	if err != nil {
		t.Fatal(err)
	}
	return all[slices.IndexFunc(all, func(d Dashboard) bool { return d.UID == uid })].model
}
