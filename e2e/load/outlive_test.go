package load

import (
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// TestNoIterationOutlivesItsTime: whatever a script waits for in a real browser, its iteration ends at most
// a second after its time, and the user goes on with the next. A machine that is too busy, and says so, may be later.
func TestNoIterationOutlivesItsTime(t *testing.T) {
	t.Parallel()
	const ways = 14
	c := rig.Start(t, "testdata/outlive.js", "--config", "baseURL="+rig.StartApp(t).URL)
	c.End(t)
	r := c.Read(t)
	iterations := rig.Counter(r, metrics.Iterations)
	rig.Same(t, "iterations that ran out of time", iterations.By["timeout"], ways)
	rig.Same(t, "iterations", iterations.Aggregate, ways+1)
	limit := 2 * time.Second
	if r.Health.Saturated {
		limit *= 5
	}
	if longest := time.Duration(rig.Histogram(r, metrics.IterationDuration).Aggregate.Percentile(100)) * time.Microsecond; longest > limit {
		t.Errorf("an iteration of a second took %v", longest)
	}
}
