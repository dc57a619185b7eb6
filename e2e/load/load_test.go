// Package load tests loads, and what ends them.
package load

import (
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

func TestMain(m *testing.M) { rig.Main(m) }

// TestArrivalRate: 20 iterations a second for 10 seconds are 200, each measured from when it was due.
func TestArrivalRate(t *testing.T) {
	t.Parallel()
	a := rig.StartApp(t)
	r := rig.Run(t, "testdata/rate.js", "--rate", "20/s", "--duration", "10s", "--max-users", "100", "--pre-started-users", "4", "--session", "user",
		"--config", "baseURL="+a.URL, "--config", "sleeping=10ms")
	begun := rig.Counter(r, metrics.Iterations).Aggregate
	if begun < 199 || begun > 201 {
		t.Errorf("%d iterations, want 200", begun)
	}
	rig.Same(t, "iterations that succeeded", rig.Counter(r, metrics.Iterations).By["ok"], begun)
	rig.Same(t, "requests", begun, a.Settled(t, begun).HTTPRequests.Total)
	rig.Same(t, "responses measured", rig.Histogram(r, metrics.IterationResponse).Aggregate.Count, begun)
	rig.None(t, r, metrics.DroppedIterations)
	if took, waited := rig.Histogram(r, metrics.IterationDuration).Aggregate, rig.Histogram(r, metrics.IterationResponse).Aggregate; waited.Sum < took.Sum {
		t.Errorf("the response times are shorter than the durations: %v us in all, %v us", waited.Sum, took.Sum)
	}
}

// TestArrivalsAreDifferentPeople: each arrival finds a browser without cookies, unless users are to stay the same.
func TestArrivalsAreDifferentPeople(t *testing.T) {
	t.Parallel()
	a := rig.StartApp(t)
	for _, session := range []string{"", "user"} {
		args := []string{"testdata/people.js", "--rate", "4/s", "--duration", "5s", "--max-users", "1", "--pre-started-users", "1",
			"--on-failure", "continue", "--config", "baseURL=" + a.URL}
		if session != "" {
			args = append(args, "--session", session)
		}
		c := rig.Start(t, args...)
		c.End(t)
		r := c.Read(t)
		iterations, known := rig.Counter(r, metrics.Iterations), int64(0)
		if session == "user" {
			known = iterations.Aggregate - 1
		}
		if iterations.Aggregate < 2 || iterations.By["failed"] != known {
			t.Errorf("session %q: of %d arrivals %d were known, want %d", session, iterations.Aggregate, iterations.By["failed"], known)
		}
	}
}

// TestTooFewUsersForARate: two users cannot do 20 iterations a second of 300 ms each. What they leave is
// counted and reported.
func TestTooFewUsersForARate(t *testing.T) {
	t.Parallel()
	a := rig.StartApp(t)
	c := rig.Start(t, "testdata/rate.js", "--rate", "20/s", "--duration", "5s", "--max-users", "2",
		"--config", "baseURL="+a.URL, "--config", "sleeping=300ms")
	c.EndsWith(t, 0)
	r := c.Read(t)
	begun, dropped := rig.Counter(r, metrics.Iterations).Aggregate, rig.Counter(r, metrics.DroppedIterations).By["no free user"]
	if begun+dropped != 100 || begun < 2 || begun > 34 {
		t.Errorf("%d iterations and %d dropped, want 100, of which two users do 34 at most", begun, dropped)
	}
	rig.Same(t, "requests", begun, a.Settled(t, begun).HTTPRequests.Total)
	if want := "raise maxUsers (--max-users)"; !strings.Contains(c.Output.String(), want) {
		t.Errorf("the summary lacks %q:\n%s", want, c.Output)
	}
}

// TestMixedScenarios runs the example with three scenarios side by side and holds what they measured
// together to the demo's counts.
func TestMixedScenarios(t *testing.T) {
	t.Parallel()
	a := rig.StartApp(t)
	c := rig.Start(t, "../../examples/mixed.js", "--users", "10", "--duration", "6s", "--config", "baseURL="+a.URL, "--config", "think=1s")
	c.EndsWith(t, 0)
	results := c.ReadAll(t)
	if len(results) != 3 || results[0].Name != "visitors" || results[1].Name != "buyers" || results[2].Name != "logins" {
		t.Fatalf("%d results, want visitors, buyers and logins\n%s", len(results), c.Output)
	}
	visitors, buyers, logins := results[0], results[1], results[2]
	rig.Same(t, "visitors", visitors.Global.Users.Succeeded, 7)
	rig.Same(t, "buyers", buyers.Global.Users.Succeeded, 3)
	rig.Same(t, "logins that were due", rig.Counter(logins, metrics.Iterations).By["ok"]+rig.Counter(logins, metrics.DroppedIterations).Aggregate, 12)
	if visitors.Labels["team"] != "" || logins.Labels["team"] != "accounts" {
		t.Errorf("labels %v and %v, want the team of the logins only", visitors.Labels, logins.Labels)
	}
	bought := rig.Counter(buyers, metrics.Iterations).By["ok"]
	rig.SameMap(t, "events of the buyers", rig.Counter(buyers, metrics.LiveViewEvents).By, map[string]int64{"add_to_cart": bought, "checkout": bought})
	rig.None(t, visitors, metrics.LiveViewEvents)

	all := rig.Together(results)
	rig.None(t, all, metrics.IterationFailures)
	iterations := rig.Counter(all, metrics.Iterations).Aggregate
	rig.Compare(t, all, a.Settled(t, rig.Counter(all, metrics.HTTPRequests).Aggregate), 3*iterations)
}

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
