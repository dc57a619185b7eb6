package e2e

import (
	"testing"

	"github.com/liveload/liveload/metrics"
)

// TestThrottle holds the example with throttles to what the demo has counted, and to its pace.
func TestThrottle(t *testing.T) {
	a := startApp(t)
	r := run(t, "../examples/throttle.js", "--users", "4", "--duration", "4s", "--config", "baseURL="+a.url, "--config", "orders=2")
	truth := a.settled(t, counter(r, metrics.HTTPRequests).Aggregate)
	compare(t, r, truth, 3*counter(r, metrics.Iterations).Aggregate)
	none(t, r, metrics.IterationFailures)

	waits := histogram(r, metrics.ThrottleWait).By
	same(t, "orders that were let pass", waits["orders"].Count, truth.Events["checkout"])
	same(t, "payments that were let in", waits["payments"].Count, truth.Events["checkout"])
	same(t, "iterations", counter(r, metrics.Iterations).By["ok"], truth.Events["checkout"])
	// Two a second that become four within a minute, over the whole run.
	elapsed := float64(r.Global.ElapsedMS) / 1000
	if most := int64(2*elapsed+elapsed*elapsed/60) + 2; waits["orders"].Count > most || waits["orders"].Count < 4 {
		t.Errorf("%d orders in %v s, want at most %d", waits["orders"].Count, elapsed, most)
	}
	if waited := counter(r, metrics.ThrottleWaits).By["orders"]; waited == 0 {
		t.Error("nobody had to wait, though four users are faster than two a second")
	}
}
