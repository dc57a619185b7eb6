package remotewrite

import (
	"testing"
	"time"

	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/prometheus/prometheustest"
	"github.com/liveload/liveload/sinks/pump"
)

// TestNothingIsMissing when the server is killed in the middle of a run and comes back, and is killed again until after the
// end: then a replay brings the rest.
func TestNothingIsMissing(t *testing.T) {
	t.Parallel()
	s := prometheustest.Start(t, prometheustest.Options{})
	began := time.Now().Add(-time.Minute)
	results := outputtest.Outages(t, &s.Process, began, func() pump.Output { return connect(t, s.Address()) })
	s.Compare(t, results, lastSample(t, s), false)
	for _, one := range s.Query(t, `count_over_time(liveload_iterations_total{outcome="ok"}[2m])`, began.Add(time.Minute)) {
		if n := one.Value(); n != 26 { // a 0, one for each second, and one more at the end
			t.Errorf("%v has %g samples, want 26", one.Labels, n)
		}
	}
}

// lastSample returns the newest time at which there is something of the run.
func lastSample(t *testing.T, s *prometheustest.Server) (newest time.Time) {
	t.Helper()
	for _, one := range s.Query(t, "liveload_users_active[2h]", time.Now().Add(time.Hour)) {
		if at := one.Points[len(one.Points)-1].Time; at.After(newest) {
			newest = at
		}
	}
	return newest
}
