package influxtest

import (
	"fmt"
	"math"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
)

// Compare holds what is in the Database, of every series of a run, to its Results: counts and sums as they are,
// quantiles of the whole run within 1 %.
func (s *Server) Compare(t testing.TB, results []metrics.Result) {
	t.Helper()
	for i := range results {
		r := &results[i]
		overall := s.series(t, r, "overall", histogramColumns)
		for name, h := range r.Global.Histograms {
			compareSets(t, s, r, name, h, compareHistogram, histogramColumns)
			if m := r.Metric(name); !m.OfGenerator() && h.Aggregate.Count > 0 {
				compareHistogram(t, r.Name+" overall "+name, overall[metrics.LabelsOf("metric", name)], h.Aggregate)
			}
		}
		for name, c := range r.Global.Counters {
			compareSets(t, s, r, name, c, compareCounter, "SUM(value) AS value, LAST(total) AS total")
		}
		for name, g := range r.Global.Gauges {
			compareSets(t, s, r, name, g, compareGauge, "LAST(value) AS value, MIN(min) AS min, MAX(max) AS max")
		}
		s.compareUsers(t, r)
	}
}

const histogramColumns = "SUM(count) AS count, SUM(sum) AS sum, MIN(min) AS min, MAX(max) AS max, " +
	"LAST(run_count) AS run_count, LAST(run_sum) AS run_sum, LAST(run_p50) AS p50, LAST(run_p90) AS p90, LAST(run_p95) AS p95, LAST(run_p99) AS p99"

// compareSets compares each set of labels of a metric.
func compareSets[T any](t testing.TB, s *Server, r *metrics.Result, metric string, want metrics.By[T], compare func(t testing.TB, what string, got Row, want T), columns string) {
	t.Helper()
	found, wanted := s.series(t, r, metric, columns), outputtest.Sets(r, metric, want)
	for labels, one := range wanted {
		compare(t, fmt.Sprint(r.Name, " ", metric, " ", labels), found[labels], one)
	}
	if len(found) != len(wanted) {
		t.Errorf("%s %s: %d sets of labels are in the database, %d in the Result", r.Name, metric, len(found), len(wanted))
	}
}

func compareCounter(t testing.TB, what string, got Row, want int64) {
	t.Helper()
	if got.Number("value") != float64(want) || got.Number("total") != float64(want) {
		t.Errorf("%s: %v in the database, %d in the Result", what, got.Values, want)
	}
}

func compareGauge(t testing.TB, what string, got Row, want metrics.GaugeValue) {
	t.Helper()
	if in := (metrics.GaugeValue{Last: got.Number("value"), Min: got.Number("min"), Max: got.Number("max")}); in != want {
		t.Errorf("%s: %v in the database, %v in the Result", what, in, want)
	}
}

func (s *Server) compareUsers(t testing.TB, r *metrics.Result) {
	t.Helper()
	got := s.series(t, r, "users", "SUM(succeeded) AS succeeded, SUM(failed) AS failed, LAST(run_succeeded) AS run_succeeded, LAST(active) AS active")[metrics.Labels{}]
	want := r.Global.Users
	if got.Number("succeeded") != float64(want.Succeeded) || got.Number("failed") != float64(want.Failed) ||
		got.Number("run_succeeded") != float64(want.Succeeded) || got.Number("active") != 0 {
		t.Errorf("%s: users %v in the database, %+v in the Result", r.Name, got.Values, want)
	}
}

func compareHistogram(t testing.TB, what string, got Row, want metrics.HistogramValues) {
	t.Helper()
	near := func(a, b, share float64) bool { return math.Abs(a-b) <= share*math.Abs(b) }
	for _, column := range []string{"count", "run_count"} {
		if n := got.Number(column); n != float64(want.Count) {
			t.Errorf("%s: %s is %v in the database, %d in the Result", what, column, n, want.Count)
		}
	}
	for _, column := range []string{"sum", "run_sum"} { // floating-point sums depend on their order
		if sum := got.Number(column); !near(sum, want.Sum, 1e-12) {
			t.Errorf("%s: %s is %v in the database, %v in the Result", what, column, sum, want.Sum)
		}
	}
	for column, p := range map[string]float64{"min": 0, "p50": 50, "p90": 90, "p95": 95, "p99": 99, "max": 100} {
		if q := got.Number(column); !near(q, want.Percentile(p), 0.01) {
			t.Errorf("%s: %s is %v in the database, %v in the Result", what, column, q, want.Percentile(p))
		}
	}
}

// series asks for one row of each set of labels, also of what nodes have measured about themselves.
func (s *Server) series(t testing.TB, r *metrics.Result, metric, columns string) map[metrics.Labels]Row {
	t.Helper()
	found := make(map[metrics.Labels]Row)
	for _, row := range s.Query(t, fmt.Sprintf("SELECT %s FROM %q WHERE run = '%s' AND (scenario = '%s' OR scenario = '') GROUP BY *", columns, metric, r.RunID, r.Name)) {
		labels := metrics.Labels{}
		for name, value := range row.Tags {
			switch name {
			case "run", "scenario":
			case "tag_run":
				labels = labels.With("run", value)
			default:
				labels = labels.With(name, value)
			}
		}
		found[labels] = row
	}
	return found
}
