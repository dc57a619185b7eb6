package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// TestOneLoadManyNodes: what a scenario says holds for all nodes together, as the server sees it. It runs alone, since the
// server looks at times.
func TestOneLoadManyNodes(t *testing.T) {
	w := newWitness(t)
	c := rig.Start(t, append(four, "testdata/load.js", "--config", "baseURL="+w.URL)...)
	c.EndsWith(t, 0)
	results := map[string]metrics.Result{}
	for _, r := range c.ReadAll(t) {
		results[r.Name] = r
		rig.Same(t, "requests of "+r.Name, rig.Counter(r, metrics.HTTPRequests).Aggregate, int64(len(w.visits(r.Name))))
		if r.Name != "few" {
			rig.None(t, r, metrics.IterationFailures)
		}
	}
	begun := w.visits("arrivals")[0].at
	for name, check := range map[string]func(t *testing.T, r metrics.Result, visits []visit){
		"arrivals": checkArrivals, "orders": checkOrders, "payments": checkPayments,
		"tickets": checkTickets, "few": checkFew, "visits": checkVisits,
		"waves": func(t *testing.T, r metrics.Result, visits []visit) { checkWaves(t, r, visits, begun) },
	} {
		t.Run(name, func(t *testing.T) {
			check(t, results[name], w.visits(name))
			if nodes := by(w.visits(name), "node"); len(nodes) != 4 && name != "few" {
				t.Errorf("the users were on the nodes %v", nodes)
			}
		})
	}
	if t.Failed() {
		t.Logf("%s", c.Output)
	}
}

// checkArrivals: iterations at a rate begin evenly spaced over all nodes.
func checkArrivals(t *testing.T, r metrics.Result, visits []visit) {
	begun, dropped := rig.Counter(r, metrics.Iterations).Aggregate, rig.Counter(r, metrics.DroppedIterations).Aggregate
	if begun+dropped < 299 || begun+dropped > 301 {
		t.Errorf("%d iterations and %d dropped, want 300", begun, dropped)
	}
	evenly(t, r, visits, 50*time.Millisecond)
}

// checkOrders: a throttle of 600 a minute lets one user pass every 100 ms, whichever node it is on.
func checkOrders(t *testing.T, r metrics.Result, visits []visit) {
	waits := rig.Histogram(r, metrics.ThrottleWait).By["orders"].Count
	rig.Same(t, "orders that were let pass", waits, int64(len(visits)))
	// The last users still wait when the 15 s are over, and pass then.
	if n := len(visits); n < 100 || n > 161 {
		t.Errorf("%d orders in 15 s, want about 150 and those of 8 users", n)
	}
	evenly(t, r, visits, 100*time.Millisecond)
}

// evenly says whether requests come as far apart as they should. A machine that has much else to do delays some of them,
// which brings those nearer to the next: so a few may be, and more when the Result says that the machine was saturated.
func evenly(t *testing.T, r metrics.Result, visits []visit, gap time.Duration) {
	t.Helper()
	near := 0
	for i, v := range visits[1:] {
		if v.at.Sub(visits[i].at) < gap*9/10 {
			near++
		}
	}
	most := len(visits) / 5
	if r.Health.Saturated {
		most *= 4
	}
	if near > most {
		t.Errorf("of %d requests %d came nearer than nine tenths of %v", len(visits), near, gap)
	}
}

// checkPayments: never more than two are inside, on any nodes.
func checkPayments(t *testing.T, _ metrics.Result, visits []visit) {
	inside, passed := 0, 0
	for _, v := range visits {
		if inside += v.number("inside"); inside > 2 {
			t.Fatalf("%d users are inside a limit of 2", inside)
		}
		passed++
	}
	if inside != 0 || passed < 100 {
		t.Errorf("%d users are inside at the end, and %d passed", inside, passed/2)
	}
}

// checkTickets: forty iterations in all, and each row once.
func checkTickets(t *testing.T, r metrics.Result, visits []visit) {
	rig.Same(t, "shared iterations", rig.Counter(r, metrics.Iterations).By["ok"], 40)
	rig.None(t, r, metrics.DroppedIterations)
	if rows := by(visits, "row"); len(rows) != 40 {
		t.Errorf("%d different rows of 40: %v", len(rows), rows)
	}
	if turns := by(visits, "next"); !maps.Equal(turns, map[string]int{"0": 8, "1": 8, "2": 8, "3": 8, "4": 8}) {
		t.Errorf("five rows in turn came so often: %v", turns)
	}
}

// checkFew: when no row is left, iterations fail with the error of one machine.
func checkFew(t *testing.T, r metrics.Result, visits []visit) {
	if rows := by(visits, "row"); len(rows) != 5 || len(visits) != 5 {
		t.Errorf("rows %v, want each of five once", rows)
	}
	rig.SameMap(t, "failures", rig.Counter(r, metrics.IterationFailures).By, map[string]int64{"no unique rows left": 2})
	if samples := r.Global.FailureSamples["no unique rows left"]; len(samples) != 2 || !strings.Contains(samples[0].ReasonInspect, "all 5 rows") {
		t.Errorf("failures %+v", samples)
	}
}

// checkVisits: each of five users has three iterations, and a number of its own.
func checkVisits(t *testing.T, r metrics.Result, visits []visit) {
	users := by(visits, "user")
	numbers := slices.Sorted(maps.Keys(users))
	if rig.Counter(r, metrics.Iterations).By["ok"] != 15 || len(users) != 5 {
		t.Errorf("%v, want 15 iterations of five users", users)
	}
	for _, n := range numbers {
		if users[n] != 3 {
			t.Errorf("user %s has %d iterations, want 3", n, users[n])
		}
	}
}

// checkWaves: users come and go as the stages say, after the start time of the scenario.
func checkWaves(t *testing.T, r metrics.Result, visits []visit, begun time.Time) {
	if first := visits[0].at.Sub(begun); first < 3500*time.Millisecond {
		t.Errorf("the first user began after %v, want 4 s", first)
	}
	if users := by(visits, "user"); len(users) != 6 || r.Global.Users.Total != 6 {
		t.Errorf("%d users, of which the server saw %v; want 6", r.Global.Users.Total, users)
	}
}

// TestSameChoices: what users do at random follows from the seed, not from where they are.
func TestSameChoices(t *testing.T) {
	t.Parallel()
	var choices [2]map[string]string
	for i, where := range [][]string{four, nil} {
		w := newWitness(t)
		rig.Run(t, append(where, "testdata/choices.js", "--seed", "7", "--config", "baseURL="+w.URL)...)
		choices[i] = map[string]string{}
		for _, v := range w.visits("choices") {
			choices[i][fmt.Sprintf("user %s iteration %s", v.Get("user"), v.Get("iteration"))] = v.Get("choice")
		}
	}
	if len(choices[0]) != 24 || !maps.Equal(choices[0], choices[1]) {
		t.Errorf("four nodes: %v\none machine: %v", choices[0], choices[1])
	}
}
