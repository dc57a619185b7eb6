package e2e

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// TestNoIterationOutlivesItsTime: whatever a script waits for in a real browser, its iteration ends at most
// a second after its time, and the user goes on with the next.
func TestNoIterationOutlivesItsTime(t *testing.T) {
	const ways, limit = 14, 2 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := start(t, ctx, "testdata/outlive.js", "--config", "baseURL="+startApp(t).url)
	c.end(t)
	r := c.read(t)
	iterations := counter(r, metrics.Iterations)
	same(t, "iterations that ran out of time", iterations.By["timeout"], ways)
	same(t, "iterations", iterations.Aggregate, ways+1)
	if longest := time.Duration(slices.Max(histogram(r, metrics.IterationDuration).Aggregate.Values)) * time.Microsecond; longest > limit {
		t.Errorf("an iteration of a second took %v", longest)
	}
}
