package runner

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// lostAt is when the node is lost whose part others take over.
const lostAt = 4700 * time.Millisecond

// withoutOne runs a plan on three nodes. One of them stops at lostAt, when the others take over its part: ended of its
// users, and left of its shared iterations, divided evenly. Commands come at their moments. It returns the iterations that
// began, in order, and when each user began one.
func withoutOne(t *testing.T, o plan.Options, ended int, left int64, commands map[time.Duration]plan.Command) (all []begun, users map[int][]time.Duration) {
	t.Helper()
	start := time.Now()
	users = map[int][]time.Duration{}
	var mu sync.Mutex
	script := &fakeScript{iterate: func(ctx context.Context, _ browserpool.Session, identity Identity, _ int) (bool, error) {
		mu.Lock()
		all = append(all, begun{identity.ID, time.Since(start)})
		users[identity.ID] = append(users[identity.ID], time.Since(start))
		mu.Unlock()
		return false, work(ctx, iterationOf)
	}}
	segments := shape.Segments([]int{2, 1, 1})
	parts := segments[0].Divide([]int{1, 1})
	var running sync.WaitGroup
	run := func(ctx context.Context, r *Run) {
		if err := r.Do(ctx, start); err != nil {
			t.Error(err)
		}
	}
	for i, segment := range segments {
		r, _ := newRun(testScenario(func(p *plan.Scenario) { o.Apply(p); p.FirstExtra, p.Segment = 1001, segment }), script, &fakePool{})
		for at, cmd := range commands {
			time.AfterFunc(at, func() { _ = r.Control.Steer(cmd) })
		}
		if i == 0 {
			lasts, cancel := context.WithTimeout(t.Context(), lostAt)
			defer cancel()
			running.Go(func() { run(lasts, r) })
			continue
		}
		running.Go(func() { run(t.Context(), r) })
		running.Go(func() {
			time.Sleep(lostAt)
			other := *r
			other.Plan = r.Plan.TakeOver(plan.Takeover{Segment: parts[i-1], From: plan.Duration(lostAt), Ended: ended / 2, Iterations: left / 2})
			run(t.Context(), &other)
		})
	}
	running.Wait()
	slices.SortFunc(all, func(a, b begun) int { return int(a.at - b.at) })
	return all, users
}

// TestArrivalsGoOnElsewhere: whatever rate is planned or commanded, and whenever, the iterations of a lost node are begun
// by others, each when it is due.
func TestArrivalsGoOnElsewhere(t *testing.T) {
	rate := func(n int64) plan.Command { return plan.Command{Rate: perSec(n)} }
	constant := plan.Options{Rate: perSec(9), MaxUsers: new(60), PreStartedUsers: new(20), Duration: new(10 * time.Second)}
	for name, test := range map[string]struct {
		options  plan.Options
		commands map[time.Duration]plan.Command
	}{
		"a rate":             {constant, nil},
		"another one before": {constant, map[time.Duration]plan.Command{2 * time.Second: rate(4)}},
		"another one after":  {constant, map[time.Duration]plan.Command{7 * time.Second: rate(13)}},
		"a pause":            {constant, map[time.Duration]plan.Command{4 * time.Second: {Paused: new(true)}, 6 * time.Second: {Paused: new(false)}}},
		"a pause and another rate": {constant, map[time.Duration]plan.Command{3 * time.Second: {Paused: new(true)}, 3500 * time.Millisecond: rate(5),
			6 * time.Second: {Paused: new(false)}}},
		"stages": {plan.Options{Rate: perSec(1), MaxUsers: new(90), Stages: []plan.Stage{{Duration: plan.Duration(8 * time.Second), Rate: perSec(9)}}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var want []begun
				var mu sync.Mutex
				r, _ := newRun(testScenario(test.options.Apply), nil, &fakePool{})
				start := time.Now()
				r.Script = &fakeScript{iterate: func(ctx context.Context, _ browserpool.Session, identity Identity, _ int) (bool, error) {
					mu.Lock()
					defer mu.Unlock()
					want = append(want, begun{identity.ID, time.Since(start)})
					return false, nil
				}}
				steer(t, test.commands)(r)
				if err := r.Do(t.Context(), start); err != nil {
					t.Fatal(err)
				}
				got, _ := withoutOne(t, test.options, 0, 0, test.commands)
				if len(want) == 0 || !slices.Equal(times(got), times(want)) {
					t.Errorf("%d iterations at %v, want %d at %v", len(got), times(got), len(want), times(want))
				}
			})
		})
	}
}

// TestUsersGoOnElsewhere: those of a lost node begin anew with the ids that they had, and end when they would have.
func TestUsersGoOnElsewhere(t *testing.T) {
	more := map[time.Duration]plan.Command{2 * time.Second: {Users: new(12)}}
	stages := []plan.Stage{{Duration: plan.Duration(4 * time.Second), Target: new(8)}, {Duration: plan.Duration(4 * time.Second), Target: new(8)}, {Duration: plan.Duration(4 * time.Second), Target: new(0)}}
	for name, test := range map[string]struct {
		options  plan.Options
		ended    int
		commands map[time.Duration]plan.Command
		users    int           // that begin anew
		last     time.Duration // when the last iteration begins at the latest
	}{
		"constant users":        {plan.Options{Users: new(8), Duration: new(10 * time.Second)}, 0, nil, 4, 10 * time.Second},
		"that start one by one": {plan.Options{Users: new(8), Duration: new(10 * time.Second), RampUp: new(4 * time.Second)}, 0, nil, 4, 13500 * time.Millisecond},
		"some have ended":       {plan.Options{Users: new(8), Duration: new(10 * time.Second)}, 2, nil, 2, 10 * time.Second},
		"more by command":       {plan.Options{Users: new(8), Duration: new(10 * time.Second)}, 0, more, 6, 10 * time.Second},
		"more later":            {plan.Options{Users: new(8), Duration: new(10 * time.Second)}, 2, map[time.Duration]plan.Command{7 * time.Second: {Users: new(12)}}, 6, 10 * time.Second},
		"stages":                {plan.Options{Stages: stages}, 0, nil, 4, 12 * time.Second},
		"stages without grace":  {plan.Options{Stages: stages, Grace: new(time.Duration(0))}, 2, nil, 2, 12 * time.Second},
		"controlled":            {plan.Options{Users: new(0), Controlled: new(true), Duration: new(10 * time.Second)}, 0, more, 6, 10 * time.Second},
		"iterations per user":   {plan.Options{Users: new(8), IterationsPerUser: new(5), Duration: new(20 * time.Second)}, 0, nil, 4, 9 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				all, users := withoutOne(t, test.options, test.ended, 0, test.commands)
				segment, anew := shape.Segments([]int{2, 1, 1})[0], 0
				scenario := testScenario(func(p *plan.Scenario) { test.options.Apply(p); p.FirstExtra, p.Segment = 1001, segment })
				for n := range scenario.OwnUsers(12) {
					if at := users[scenario.UserID(n)]; len(at) > 0 && at[len(at)-1] >= lostAt {
						anew++
					}
				}
				if last := all[len(all)-1].at; anew != test.users || last > test.last || last < test.last-2*iterationOf {
					t.Errorf("%d users of the lost node go on, and the last iteration begins at %v; want %d and just before %v: %v", anew, last, test.users, test.last, users)
				}
				for user, at := range users {
					for i := 1; i < len(at); i++ {
						if gap := at[i] - at[i-1]; gap < iterationOf && at[i] > lostAt+iterationOf {
							t.Errorf("user %d iterates twice at once: %v", user, fmt.Sprint(at))
						}
					}
				}
			})
		})
	}
}

// TestSharedIterationsGoOnElsewhere: those that the lost node has not ended are begun by the others.
func TestSharedIterationsGoOnElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all, _ := withoutOne(t, plan.Options{Iterations: new(80), Users: new(8)}, 0, 32, nil)
		own := 0 // of the lost node, whose iterations were interrupted
		for _, b := range all {
			if b.at < lostAt && slices.Contains([]int{1, 3, 5, 7}, b.user) {
				own++
			}
		}
		if want := 40 + own + 32; len(all) != want {
			t.Errorf("%d iterations, want %d", len(all), want)
		}
	})
}

// TestCommandsAfterTheOwnEnd: a node whose own users have ended obeys commands that came later in what it takes over.
func TestCommandsAfterTheOwnEnd(t *testing.T) {
	for name, test := range map[string]struct {
		command plan.Command
		want    int // users that begin
	}{
		"none": {plan.Command{}, 1}, "more users": {plan.Command{Users: new(6)}, 3}, "a pause": {plan.Command{Paused: new(true)}, 0}, "the end": {plan.Command{Stop: true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				began := map[int]bool{}
				script := &fakeScript{iterate: func(ctx context.Context, _ browserpool.Session, identity Identity, _ int) (bool, error) {
					mu.Lock()
					began[identity.ID] = true
					mu.Unlock()
					return true, work(ctx, iterationOf)
				}}
				segments := shape.Segments([]int{1, 1})
				r, _ := newRun(testScenario(func(p *plan.Scenario) {
					plan.Options{Users: new(2), Duration: new(10 * time.Second)}.Apply(p)
					p.FirstExtra, p.Segment = 1001, segments[0]
				}), script, &fakePool{})
				start := time.Now()
				if err := r.Do(t.Context(), start); err != nil {
					t.Fatal(err)
				}
				clear(began)
				if err := r.Control.Steer(test.command); err != nil {
					t.Fatal(err)
				}
				other := *r
				other.Plan = r.Plan.TakeOver(plan.Takeover{Segment: segments[1], From: plan.Duration(time.Since(start))})
				if err := other.Do(t.Context(), start); err != nil || len(began) != test.want {
					t.Errorf("%d users have begun, want %d; %v", len(began), test.want, err)
				}
			})
		})
	}
}
