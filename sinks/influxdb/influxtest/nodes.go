package influxtest

import (
	"fmt"
	"math"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// CompareNodes holds each node's own numbers in the Database, of a run that was asked for them, to its Results.
func (s *Server) CompareNodes(t testing.TB, results []metrics.Result) {
	t.Helper()
	for i := range results {
		r := &results[i]
		for _, n := range r.Nodes {
			for name, want := range n.Result.Histograms {
				if r.Metric(name).OfGenerator() {
					continue // it tells nodes apart by itself
				}
				got := s.ofNode(t, r, n.Node, name, "SUM(count) AS count, SUM(sum) AS sum, MAX(run_max) AS max")
				h := want.Aggregate
				if got.Number("count") != float64(h.Count) || math.Abs(got.Number("sum")-h.Sum) > 1e-12*h.Sum || got.Number("max") != h.Percentile(100) {
					t.Errorf("%s %s on %s: %v in the database, %d values with the sum %v in the Result", r.Name, name, n.Node, got.Values, h.Count, h.Sum)
				}
			}
			for name, want := range n.Result.Counters {
				if r.Metric(name).OfGenerator() {
					continue
				}
				if got := s.ofNode(t, r, n.Node, name, "SUM(value) AS value"); got.Number("value") != float64(want.Aggregate) {
					t.Errorf("%s %s on %s: %v in the database, %d in the Result", r.Name, name, n.Node, got.Values, want.Aggregate)
				}
			}
			users := s.ofNode(t, r, n.Node, "users", "SUM(succeeded) AS succeeded, LAST(run_failed) AS failed, LAST(active) AS active")
			if want := n.Result.Users; users.Number("succeeded") != float64(want.Succeeded) || users.Number("failed") != float64(want.Failed) || users.Number("active") != 0 {
				t.Errorf("%s on %s: users %v in the database, %+v in the Result", r.Name, n.Node, users.Values, want)
			}
		}
	}
}

// ofNode asks for one row of everything that a node has measured of a metric.
func (s *Server) ofNode(t testing.TB, r *metrics.Result, node, metric, columns string) Row {
	t.Helper()
	rows := s.Query(t, fmt.Sprintf("SELECT %s FROM %q WHERE run = '%s' AND (scenario = '%s' OR scenario = '') AND node = '%s'",
		columns, metric+metrics.ByNodeSuffix, r.RunID, r.Name, node))
	if len(rows) != 1 {
		t.Errorf("%s %s on %s: there are %d rows", r.Name, metric, node, len(rows))
		return Row{}
	}
	return rows[0]
}
