package e2e

import (
	"testing"

	"github.com/liveload/liveload/metrics"
)

// TestCustomMetrics holds the example with metrics of its own to what the demo has counted.
func TestCustomMetrics(t *testing.T) {
	a := startApp(t)
	r := run(t, "../examples/metrics.js", "--users", "3", "--duration", "2s", "--config", "baseURL="+a.url)
	truth := a.settled(t, counter(r, metrics.HTTPRequests).Aggregate)
	compare(t, r, truth, 3*counter(r, metrics.Iterations).Aggregate)
	none(t, r, metrics.IterationFailures)

	g, orders := r.Global, truth.Events["checkout"]
	same(t, "orders", g.Counters["orders"].Aggregate, orders)
	same(t, "orders of both products", g.Counters["orders"].By["product=12"]+g.Counters["orders"].By["product=13"], orders)
	same(t, "full pages", g.Counters["full_pages"].By["pass"], orders)
	same(t, "pages that are not full", g.Counters["full_pages"].By["fail"], 0)
	same(t, "checks", counter(r, metrics.Checks).By["the cart has a value{product=13} pass"], g.Counters["orders"].By["product=13"])
	for _, label := range []string{"product=12", "product=13"} {
		same(t, "times of orders with "+label, g.Histograms["order_us"].By[label].Count, g.Counters["orders"].By[label])
	}
	// Their prices are 1 + id * 0.37.
	same(t, "the value of a cart", g.Gauges["cart_value"].By["product=12"].Last, 5.44)
	same(t, "the value of the other cart", g.Gauges["cart_value"].By["product=13"].Last, 5.81)
	step, own := histogram(r, metrics.StepDuration).By["order"].Sum, g.Histograms["order_us"].Aggregate.Sum
	if own < step || own > 1.05*step+float64(orders)*20_000 {
		t.Errorf("orders took %v us as a step, and %v us by the script's own clock", step, own)
	}
}

// TestData holds the example with data of its own to what the demo has counted.
func TestData(t *testing.T) {
	a := startApp(t)
	r := run(t, "../examples/data.js", "--users", "3", "--duration", "2s", "--config", "baseURL="+a.url)
	truth := a.settled(t, counter(r, metrics.HTTPRequests).Aggregate)
	compare(t, r, truth, 3*counter(r, metrics.Iterations).Aggregate)
	none(t, r, metrics.IterationFailures)

	forms, checks := truth.Events["save"], counter(r, metrics.Checks).By
	same(t, "iterations", counter(r, metrics.Iterations).By["ok"], forms)
	same(t, "products with the name that the file says", checks["the right product pass"], forms)
	same(t, "products with the price that the file says", checks["the right price pass"], forms)
}

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
