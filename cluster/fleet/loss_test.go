package fleet

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/runner"
)

// carries reports every second what the users of its node did, until the fleet lets it return, and then that everything
// has ended. It is gone at some moment, unless that is 0.
func carries(n *fakeNode, gone time.Duration, second ...metrics.Snapshot) {
	n.run = func(ctx context.Context, report func(node.Event)) error {
		crash := make(<-chan time.Time)
		if gone > 0 {
			crash = time.After(gone)
		}
		for i := 0; ; i++ {
			select {
			case <-crash:
				return errors.New("gone")
			case <-ctx.Done():
				return nil
			case <-n.drain:
				return nil
			case <-time.After(time.Second):
			}
			snapshot := &metrics.Snapshot{}
			if i < len(second) {
				snapshot = &second[i]
			}
			report(node.Event{Snapshot: snapshot})
		}
	}
}

// takenOver runs a batch on nodes until a moment, when it is drained, and returns what was said of moved users.
func takenOver(t *testing.T, batch []plan.Scenario, until time.Duration, change func(*Fleet, node.Job), nodes ...*fakeNode) (told []string) {
	t.Helper()
	f := newFleet(t, nodes...)
	change(f, nil)
	job, err := f.Prepare(t.Context(), batch, nil)
	if err != nil {
		t.Fatal(err)
	}
	change(f, job)
	drain, events := make(chan struct{}), make(chan node.Event)
	start := time.Now()
	time.AfterFunc(until, func() { close(drain) })
	go func() {
		defer close(events)
		if err := job.Run(t.Context(), start, drain, events); err != nil {
			t.Error(err)
		}
	}()
	for e := range events {
		if e.Moved != nil {
			told = append(told, fmt.Sprintf("%v %s: %d of %s to %v", time.Since(start), e.Node, e.Moved.Users, e.Moved.Scenario, e.Moved.To))
		}
	}
	return told
}

func taken(n *fakeNode) (all []string) {
	for _, t := range n.taken {
		all = append(all, fmt.Sprintf("%s from %v: %d users, %d gone, %d iterations", t.Scenario, t.From, t.Segment.Count(12), t.Ended, t.Iterations))
	}
	slices.Sort(all)
	return all
}

// TestLoadOfALostNode goes to those that are left, as far as it is not done, and there is room.
func TestLoadOfALostNode(t *testing.T) {
	lasting := func(o plan.Options) []plan.Scenario {
		s := plan.Scenario{Name: "browse"}
		o.Apply(&s)
		return []plan.Scenario{s}
	}
	users := func(n int64) metrics.UserCounts {
		return metrics.UserCounts{Scenario: "browse", Started: 4, Failed: n}
	}
	done := metrics.Series{Scenario: "browse", Metric: metrics.Iterations.Name, Count: 3}
	for name, test := range map[string]struct {
		batch  []plan.Scenario
		second metrics.Snapshot // the first of the lost node
		gone   time.Duration
		change func(*Fleet, node.Job)
		told   string
		b, c   string
	}{
		"users": {batch: lasting(plan.Options{Users: new(12)}), gone: 2500 * time.Millisecond,
			told: "2.5s a: 4 of browse to [{b 2} {c 2}]",
			b:    "browse from 2.5s: 2 users, 0 gone, 0 iterations", c: "browse from 2.5s: 2 users, 0 gone, 0 iterations"},
		"some have failed": {batch: lasting(plan.Options{Users: new(12)}), gone: 2500 * time.Millisecond, second: metrics.Snapshot{Users: []metrics.UserCounts{users(3)}},
			told: "2.5s a: 1 of browse to [{b 0} {c 1}]",
			b:    "browse from 2.5s: 2 users, 2 gone, 0 iterations", c: "browse from 2.5s: 2 users, 1 gone, 0 iterations"},
		"too little room": {batch: lasting(plan.Options{Users: new(12)}), gone: 1500 * time.Millisecond,
			change: func(f *Fleet, _ node.Job) { f.members[1].Room, f.members[2].Room = 5, 6 },
			told:   "1.5s a: 4 of browse to [{b 1} {c 2}]",
			b:      "browse from 1.5s: 1 users, 0 gone, 0 iterations", c: "browse from 1.5s: 2 users, 0 gone, 0 iterations"},
		"more by command": {batch: lasting(plan.Options{Users: new(3)}), gone: 2500 * time.Millisecond,
			change: func(_ *Fleet, j node.Job) {
				if j != nil {
					time.AfterFunc(time.Second, func() { _ = j.Steer(context.Background(), "browse", plan.Command{Users: new(12)}) })
				}
			},
			told: "2.5s a: 4 of browse to [{b 2} {c 2}]",
			b:    "browse from 2.5s: 2 users, 0 gone, 0 iterations", c: "browse from 2.5s: 2 users, 0 gone, 0 iterations"},
		"nobody yet": {batch: lasting(plan.Options{Users: new(0), Controlled: new(true)}), gone: 2500 * time.Millisecond,
			told: "2.5s a: 0 of browse to [{b 0} {c 0}]",
			b:    "browse from 2.5s: 2 users, 0 gone, 0 iterations", c: "browse from 2.5s: 2 users, 0 gone, 0 iterations"},
		"shared iterations": {batch: lasting(plan.Options{Users: new(12), Iterations: new(30)}), gone: 2500 * time.Millisecond, second: metrics.Snapshot{Series: []metrics.Series{done, done}},
			told: "2.5s a: 4 of browse to [{b 2} {c 2}]",
			b:    "browse from 2.5s: 2 users, 0 gone, 2 iterations", c: "browse from 2.5s: 2 users, 0 gone, 2 iterations"},
		"all iterations are done": {batch: lasting(plan.Options{Users: new(6), Iterations: new(9)}), gone: 2500 * time.Millisecond, second: metrics.Snapshot{Series: []metrics.Series{done}}},
		"its time is over":        {batch: lasting(plan.Options{Users: new(12), Duration: new(2 * time.Second)}), gone: 2500 * time.Millisecond},
		"nothing goes on":         {batch: lasting(plan.Options{Users: new(12)}), gone: 1500 * time.Millisecond, change: func(f *Fleet, _ node.Job) { f.OnLoss = Continue }, told: "1.5s a: 4 of browse to []"},
		"the run is ending":       {batch: lasting(plan.Options{Users: new(12)}), gone: 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b, c := &fakeNode{}, &fakeNode{}, &fakeNode{}
				carries(a, test.gone, test.second)
				carries(b, 0)
				carries(c, 0)
				if test.change == nil {
					test.change = func(*Fleet, node.Job) {}
				}
				told := takenOver(t, test.batch, 5*time.Second, test.change, a, b, c)
				if strings.Join(told, "; ") != test.told || strings.Join(taken(b), "; ") != test.b || strings.Join(taken(c), "; ") != test.c {
					t.Errorf("told %q, b takes %q and c %q; want %q, %q and %q", told, taken(b), taken(c), test.told, test.b, test.c)
				}
			})
		})
	}
}

// TestOneThatTakesNothingOverIsLost, and its own part goes on elsewhere together with the one that it should have taken.
func TestOneThatTakesNothingOverIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, c := &fakeNode{}, &fakeNode{refuse: errors.New("no")}, &fakeNode{}
		carries(a, 1500*time.Millisecond)
		carries(b, 0)
		carries(c, 0)
		scenario := plan.Scenario{Name: "browse"}
		plan.Options{Users: new(12)}.Apply(&scenario)
		told := takenOver(t, []plan.Scenario{scenario}, 5*time.Second, func(*Fleet, node.Job) {}, a, b, c)
		if want := []string{"1.5s a: 4 of browse to [{b 2} {c 2}]", "1.5s b: 6 of browse to [{c 6}]"}; !slices.Equal(told, want) || len(c.taken) != 3 {
			t.Errorf("told %q, and c takes %q; want %q", told, taken(c), want)
		}
	})
}

// TestGoneBeforeTheStart: what a node was to have that is gone when the others are ready begins on these, or is missing, or
// ends the run, as the policy says.
func TestGoneBeforeTheStart(t *testing.T) {
	scenario := plan.Scenario{Name: "browse"}
	plan.Options{Users: new(12)}.Apply(&scenario)
	gone := func(n *fakeNode) {
		n.prepare = func(context.Context) error {
			return fmt.Errorf("ask it: %w", &node.GoneError{Cause: errors.New("killed")})
		}
	}
	for policy, want := range map[OnLoss]struct{ told, b, c string }{
		Redistribute: {"0s a: 4 of browse to [{b 2} {c 2}]", "browse from 0s: 2 users, 0 gone, 0 iterations", "browse from 0s: 2 users, 0 gone, 0 iterations"},
		Continue:     {"0s a: 4 of browse to []", "", ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			a, b, c := &fakeNode{}, &fakeNode{}, &fakeNode{}
			gone(a)
			carries(b, 0)
			carries(c, 0)
			var f *Fleet
			told := takenOver(t, []plan.Scenario{scenario}, 3*time.Second, func(all *Fleet, _ node.Job) { f, all.OnLoss = all, policy }, a, b, c)
			if strings.Join(told, "; ") != want.told || strings.Join(taken(b), "; ") != want.b || strings.Join(taken(c), "; ") != want.c {
				t.Errorf("%s: told %q, b takes %q and c %q; want %+v", policy, told, taken(b), taken(c), want)
			}
			if names := f.Names(); !slices.Equal(names, []string{"b", "c"}) {
				t.Errorf("the nodes of the next job are %q", names)
			}
		})
	}
	a, b := &fakeNode{}, &fakeNode{}
	gone(a)
	f := newFleet(t, a, b)
	f.OnLoss = Abort
	if _, err := f.Prepare(t.Context(), batch(), nil); !is[*runner.AbortError](err) || b.closed != 1 || !strings.Contains(err.Error(), "node a was lost, which ends the run (--on-node-loss abort): killed") {
		t.Errorf("abort: %v; the other node was closed %d times, want once", err, b.closed)
	}
	gone(b)
	if _, err := newFleet(t, a, b).Prepare(t.Context(), batch(), nil); !errors.Is(err, ErrNoneLeft) || !strings.Contains(err.Error(), "node b: killed") {
		t.Errorf("all are gone: %v", err)
	}
}

// TestAScenarioEndsWithWhatWasTakenOver: not before, although the part of the node itself has ended.
func TestAScenarioEndsWithWhatWasTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &fakeNode{}, &fakeNode{}
		carries(a, 2500*time.Millisecond)
		b.run = func(ctx context.Context, report func(node.Event)) error {
			wait(ctx, time.Second)
			report(node.Event{Ended: "browse"})
			report(node.Event{Ended: "buy"})
			wait(ctx, 3*time.Second)
			b.mu.Lock()
			parts := slices.Clone(b.taken)
			b.mu.Unlock()
			for _, part := range parts {
				report(node.Event{Ended: part.Scenario, Part: part.Part})
			}
			<-b.drain
			return nil
		}
		scenarios := batch()
		for i := range scenarios {
			scenarios[i].Duration = plan.Duration(time.Minute)
		}
		job, err := newFleet(t, a, b).Prepare(t.Context(), scenarios, nil)
		if err != nil {
			t.Fatal(err)
		}
		start, events, reported := time.Now(), make(chan node.Event), []string{}
		go func() {
			defer close(events)
			_ = job.Run(t.Context(), start, nil, events)
		}()
		for e := range events {
			if e.Ended != "" {
				reported = append(reported, fmt.Sprint(time.Since(start), " ", e.Ended))
			}
		}
		if want := []string{"4s browse", "4s buy"}; !slices.Equal(reported, want) {
			t.Errorf("ended %q, want %q", reported, want)
		}
	})
}

// TestEveryUserHasOneNode: after any losses the parts that are on living nodes have each user once.
func TestEveryUserHasOneNode(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		scenario := plan.Scenario{Name: "browse"}
		plan.Options{Users: new(1 + r.IntN(40))}.Apply(&scenario)
		weights := make([]int, 2+r.IntN(5))
		for i := range weights {
			weights[i] = 1 + r.IntN(4)
		}
		j := &job{onLoss: Redistribute, batch: []plan.Scenario{scenario}, start: time.Now(), reported: map[string]bool{}, commanded: map[string]*int{}}
		for i, of := range shape.Segments(weights) {
			j.carriers = append(j.carriers, newCarrier(Member{Node: &fakeNode{name: fmt.Sprint(i)}, Weight: weights[i]}, &fakeNode{}, segment(j.batch, of)))
		}
		for _, i := range r.Perm(len(weights))[:r.IntN(len(weights))] {
			j.carriers[i].lost = true
			j.move(j.carriers[i])
		}
		owners := make([]int, 300)
		for _, c := range j.carriers {
			for _, p := range c.parts {
				for n := int64(0); !c.lost && n < p.Segment.Count(int64(len(owners))); n++ {
					number, _ := p.Segment.Nth(n)
					owners[number]++
				}
			}
		}
		if i := slices.IndexFunc(owners, func(n int) bool { return n != 1 }); i >= 0 {
			t.Fatalf("%d users on nodes of %v: user %d is on %d of them", scenario.Users, weights, i, owners[i])
		}
	}
}

// TestASlowReceiverLosesNobody: nodes are not silent while nobody takes what they report.
func TestASlowReceiverLosesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		job, err := newFleet(t, &fakeNode{}, &fakeNode{}).Prepare(t.Context(), batch(), &shared.Local{})
		if err != nil {
			t.Fatal(err)
		}
		events, snapshots := make(chan node.Event), 0
		go func() {
			defer close(events)
			if err := job.Run(t.Context(), time.Now(), nil, events); err != nil {
				t.Error(err)
			}
		}()
		for e := range events {
			if e.Lost != "" {
				t.Errorf("%s is lost: %s", e.Node, e.Lost)
			}
			if e.Snapshot != nil {
				snapshots++
			}
			wait(t.Context(), 2*Silence)
		}
		if snapshots != 6 {
			t.Errorf("%d snapshots came, want 3 of each node", snapshots)
		}
	})
}
