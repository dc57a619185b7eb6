package load

import (
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// agrees runs a script and returns its Result and what the demo has counted, which agree.
func agrees(t *testing.T, script string, args ...string) (metrics.Result, demo.Stats) {
	t.Helper()
	a := rig.StartApp(t)
	r := rig.Run(t, append([]string{script, "--config", "baseURL=" + a.URL}, args...)...)
	truth := a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate)
	rig.Compare(t, r, truth, 3*rig.Counter(r, metrics.Iterations).Aggregate)
	rig.None(t, r, metrics.IterationFailures)
	return r, truth
}

// TestCustomMetrics holds the example with metrics of its own to what the demo has counted.
func TestCustomMetrics(t *testing.T) {
	t.Parallel()
	r, truth := agrees(t, "../../examples/metrics.js", "--users", "3", "--iterations-per-user", "2")

	g, orders := r.Global, truth.Events["checkout"]
	rig.Same(t, "orders", g.Counters["orders"].Aggregate, orders)
	rig.Same(t, "orders of both products", g.Counters["orders"].By["product=12"]+g.Counters["orders"].By["product=13"], orders)
	rig.Same(t, "full pages", g.Counters["full_pages"].By["pass"], orders)
	rig.Same(t, "pages that are not full", g.Counters["full_pages"].By["fail"], 0)
	rig.Same(t, "checks", metricstest.With(rig.Counter(r, metrics.Checks), metrics.Checks.With("the cart has a value", "pass").With("product", "13")), g.Counters["orders"].By["product=13"])
	for _, label := range []string{"product=12", "product=13"} {
		rig.Same(t, "times of orders with "+label, g.Histograms["order_us"].By[label].Count, g.Counters["orders"].By[label])
	}
	// Their prices are 1 + id * 0.37.
	rig.Same(t, "the value of a cart", g.Gauges["cart_value"].By["product=12"].Last, 5.44)
	rig.Same(t, "the value of the other cart", g.Gauges["cart_value"].By["product=13"].Last, 5.81)
	step, own := rig.Histogram(r, metrics.StepDuration).By["order"].Sum, g.Histograms["order_us"].Aggregate.Sum
	if own < step || own > 10*step { // only a wrong unit makes so much of a difference
		t.Errorf("orders took %v us as a step, and %v us by the script's own clock", step, own)
	}
}

// TestData holds the example with data of its own to what the demo has counted.
func TestData(t *testing.T) {
	t.Parallel()
	r, truth := agrees(t, "../../examples/data.js", "--users", "3", "--iterations-per-user", "2")

	forms, checks := truth.Events["save"], rig.Counter(r, metrics.Checks)
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], forms)
	rig.Same(t, "products with the name that the file says", metricstest.With(checks, metrics.Checks.With("the right product", "pass")), forms)
	rig.Same(t, "products with the price that the file says", metricstest.With(checks, metrics.Checks.With("the right price", "pass")), forms)
}

// TestThrottle holds the example with throttles to what the demo has counted, and to its pace.
func TestThrottle(t *testing.T) {
	t.Parallel()
	r, truth := agrees(t, "../../examples/throttle.js", "--users", "4", "--duration", "4s", "--config", "orders=1")

	waits := rig.Histogram(r, metrics.ThrottleWait).By
	rig.Same(t, "orders that were let pass", waits["orders"].Count, truth.Events["checkout"])
	rig.Same(t, "payments that were let in", waits["payments"].Count, truth.Events["checkout"])
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], truth.Events["checkout"])
	// One a second that becomes two within a minute, over the whole run.
	elapsed := float64(r.Global.ElapsedMS) / 1000
	if most := int64(elapsed+elapsed*elapsed/120) + 2; waits["orders"].Count > most || waits["orders"].Count < 4 {
		t.Errorf("%d orders in %v s, want at most %d", waits["orders"].Count, elapsed, most)
	}
	if waited := rig.Counter(r, metrics.ThrottleWaits).By["orders"]; waited == 0 {
		t.Error("nobody had to wait, though four users are faster than one a second")
	}
}

// TestLoginOnce runs the example on two nodes: setup logs in once in the whole run, and every user is logged in. A user lives
// for its whole duration.
func TestLoginOnce(t *testing.T) {
	t.Parallel()
	a := rig.StartApp(t)
	r := rig.Run(t, "../../examples/login_once.js", "--users", "3", "--duration", "3s", "--cluster", "local", "--nodes", "2", "--config", "baseURL="+a.URL)
	truth := a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate)
	rig.Same(t, "users", r.Global.Users.Succeeded, 3)
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], truth.Events["rename"])
	// The form and the login are setup's, and so is one page of the account. No user has seen them.
	served := truth.HTTPRequests.Detail
	rig.Same(t, "forms", served["/login"]["200"], 1)
	rig.Same(t, "logins", served["/login"]["303"]+served["/login"]["302"], 1)
	rig.Same(t, "pages", served["/account"]["200"], truth.Events["rename"]+1)
	measured := map[string]int64{}
	for _, one := range rig.Counter(r, metrics.HTTPRequests).Series {
		measured[one.Labels.Get("path")] += one.Value
	}
	rig.Same(t, "pages that were measured", measured["/account"], truth.Events["rename"])
	rig.Same(t, "logins that were measured", measured["/login"], 0)
	if shortest := rig.Histogram(r, metrics.ScenarioDuration).Aggregate.Percentile(0); shortest < 3e6 {
		t.Errorf("the shortest user took %v us, want its 3 s", shortest)
	}
}
