package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// TestArrivalRate: 20 iterations a second for 30 seconds are 600, each measured from when it was due.
func TestArrivalRate(t *testing.T) {
	a := startApp(t)
	r := run(t, "testdata/rate.js", "--rate", "20/s", "--duration", "30s", "--max-users", "40", "--pre-started-users", "4",
		"--config", "baseURL="+a.url, "--config", "sleeping=10ms")
	begun := counter(r, metrics.Iterations).Aggregate
	if begun < 599 || begun > 601 {
		t.Errorf("%d iterations, want 600", begun)
	}
	same(t, "iterations that succeeded", counter(r, metrics.Iterations).By["ok"], begun)
	same(t, "requests", begun, a.settled(t, begun).HTTPRequests.Total)
	same(t, "responses measured", histogram(r, metrics.IterationResponse).Aggregate.Count, begun)
	none(t, r, metrics.DroppedIterations)
	if took, waited := histogram(r, metrics.IterationDuration).Aggregate, histogram(r, metrics.IterationResponse).Aggregate; waited.Sum < took.Sum {
		t.Errorf("the response times are shorter than the durations: %v us in all, %v us", waited.Sum, took.Sum)
	}
}

// TestTooFewUsersForARate: two users cannot do 20 iterations a second of 300 ms each. What they leave is
// counted and told.
func TestTooFewUsersForARate(t *testing.T) {
	a := startApp(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := start(t, ctx, "testdata/rate.js", "--rate", "20/s", "--duration", "5s", "--max-users", "2",
		"--config", "baseURL="+a.url, "--config", "sleeping=300ms")
	if code := c.end(t); code != 0 {
		t.Fatalf("exit code %d\n%s", code, c.output)
	}
	r := c.read(t)
	begun, dropped := counter(r, metrics.Iterations).Aggregate, counter(r, metrics.DroppedIterations).By["no free user"]
	if begun+dropped != 100 || begun < 20 || begun > 34 {
		t.Errorf("%d iterations and %d dropped, want 100, of which two users do 34 at most", begun, dropped)
	}
	same(t, "requests", begun, a.settled(t, begun).HTTPRequests.Total)
	if want := "raise maxUsers (--max-users)"; !strings.Contains(c.output.String(), want) {
		t.Errorf("the summary lacks %q:\n%s", want, c.output)
	}
}

// TestMixedScenarios runs the example with three scenarios side by side and holds what they measured
// together to the demo's counts.
func TestMixedScenarios(t *testing.T) {
	a := startApp(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := start(t, ctx, "../examples/mixed.js", "--users", "10", "--duration", "6s", "--config", "baseURL="+a.url, "--config", "think=200ms")
	if code := c.end(t); code != 0 {
		t.Fatalf("exit code %d\n%s", code, c.output)
	}
	results := c.readAll(t)
	if len(results) != 3 || results[0].Name != "visitors" || results[1].Name != "buyers" || results[2].Name != "logins" {
		t.Fatalf("%d results, want visitors, buyers and logins\n%s", len(results), c.output)
	}
	visitors, buyers, logins := results[0], results[1], results[2]
	same(t, "visitors", visitors.Global.Users.Succeeded, 7)
	same(t, "buyers", buyers.Global.Users.Succeeded, 3)
	same(t, "logins that were due", counter(logins, metrics.Iterations).By["ok"]+counter(logins, metrics.DroppedIterations).Aggregate, 12)
	if visitors.Labels["team"] != "" || logins.Labels["team"] != "accounts" {
		t.Errorf("labels %v and %v, want the team of the logins only", visitors.Labels, logins.Labels)
	}
	bought := counter(buyers, metrics.Iterations).By["ok"]
	sameMap(t, "events of the buyers", counter(buyers, metrics.LiveViewEvents).By, map[string]int64{"add_to_cart": bought, "checkout": bought})
	none(t, visitors, metrics.LiveViewEvents)

	all := together(results)
	none(t, all, metrics.IterationFailures)
	iterations := counter(all, metrics.Iterations).Aggregate
	compare(t, all, a.settled(t, counter(all, metrics.HTTPRequests).Aggregate), 3*iterations)
}

// together adds the numbers of several Results up, as far as comparisons read them.
func together(results []metrics.Result) metrics.Result {
	sum := metrics.Result{Global: metrics.ScenarioResult{Counters: map[string]metrics.CounterBy{}, Histograms: map[string]metrics.HistogramBy{}}}
	for _, r := range results {
		for name, c := range r.Global.Counters {
			known := sum.Global.Counters[name]
			if known.By == nil {
				known.By = map[string]int64{}
			}
			known.Aggregate += c.Aggregate
			for label, n := range c.By {
				known.By[label] += n
			}
			sum.Global.Counters[name] = known
		}
		for name, h := range r.Global.Histograms {
			known := sum.Global.Histograms[name]
			if known.By == nil {
				known.By = map[string]metrics.HistogramValues{}
			}
			known.Aggregate = added(known.Aggregate, h.Aggregate)
			for label, v := range h.By {
				known.By[label] = added(known.By[label], v)
			}
			sum.Global.Histograms[name] = known
		}
	}
	return sum
}

func added(a, b metrics.HistogramValues) metrics.HistogramValues {
	return metrics.HistogramValues{Count: a.Count + b.Count, Sum: a.Sum + b.Sum}
}
