package runner

import (
	"context"
	"log/slog"
	"maps"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

func perSec(n int64) *shape.Rate { return &shape.Rate{Count: n, Per: time.Second} }

// iterationOf is long enough, and odd enough, that no iteration ends when a user is retired.
const iterationOf = 1000000007 * time.Nanosecond

// expected is what the users of a ramp do: each is there in certain stretches of time, and begins an
// iteration as long as it is.
func expected(ramp shape.RampingUsers, length time.Duration) (users, iterations int) {
	since := map[int]time.Duration{} // users that are there
	count := func(index int, until time.Duration) {
		iterations += int((until - since[index] + iterationOf - 1) / iterationOf)
		users++
		delete(since, index)
	}
	for at, more := time.Duration(0), true; more && at < length; at, more = ramp.Next(at) {
		for index := ramp.At(at); len(since) > index; {
			count(len(since)-1, at)
		}
		for len(since) < ramp.At(at) {
			since[len(since)] = at
		}
	}
	for len(since) > 0 {
		count(len(since)-1, length)
	}
	return users, iterations
}

func TestRampingUsersStartWhatTheFormulaSays(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 40 {
		var o plan.Options
		ramp, total := shape.RampingUsers{}, time.Duration(0)
		for range 1 + random.IntN(5) {
			length, target := time.Duration(random.Int64N(int64(20*time.Second))), 1+random.IntN(12)
			o.Stages = append(o.Stages, plan.Stage{Duration: plan.Duration(length), Target: &target})
			ramp.Stages = append(ramp.Stages, shape.UserStage{Duration: length, Target: target})
			total += length
		}
		synctest.Test(t, func(t *testing.T) {
			journal := do(t, o, steady(iterationOf), &fakePool{}, nil)
			users, iterations := expected(ramp, total)
			if journal.iterations[OK] != iterations || len(journal.startedAt) != users || journal.ended[""] != users {
				t.Errorf("%+v: %d users did %v iterations, want %d and %d", ramp, len(journal.startedAt), journal.iterations, users, iterations)
			}
		})
	}
}

func TestRateStartsWhatTheFormulaSays(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 40 {
		o := plan.Options{Rate: perSec(1 + random.Int64N(20)), Duration: new(time.Duration(1+random.IntN(20)) * time.Second)}
		due := o.Rate.Count * int64(o.Duration.Seconds())
		if random.IntN(2) == 0 {
			var stages []shape.RateStage
			last := time.Duration(0)
			for range 1 + random.IntN(4) {
				s := shape.RateStage{Duration: time.Duration(random.IntN(10)) * time.Second, Rate: *perSec(random.Int64N(30))}
				stages = append(stages, s)
				o.Stages = append(o.Stages, plan.Stage{Duration: plan.Duration(s.Duration), Rate: &s.Rate})
				last += s.Duration
			}
			due = shape.From(shape.NewRampingRate(*o.Rate, stages), 0, math.MaxInt64)
			o.Duration = nil
			if last == 0 {
				continue
			}
		}
		for _, most := range []int{200, 3} { // enough, and mostly too few
			o.MaxUsers = &most
			synctest.Test(t, func(t *testing.T) {
				journal := do(t, o, steady(iterationOf), &fakePool{}, nil)
				dropped := journal.dropped[metrics.CauseNoUser]
				if begun := int64(journal.iterations[OK]); begun+dropped != due || begun != int64(len(journal.answers)) || (most == 200 && dropped != 0) {
					t.Errorf("rate %v, stages %v, %d users: %d iterations and %d dropped, %d are due", o.Rate, o.Stages, most, begun, dropped, due)
				}
				if len(journal.startedAt) > most {
					t.Errorf("%d users, at most %d were allowed", len(journal.startedAt), most)
				}
			})
		}
	}
}

// A slowLedger takes its time for each entry about dropped iterations, so that the dispatcher falls behind.
type slowLedger struct {
	*ledger
	entries int
}

func (l *slowLedger) IterationsDropped(cause string, n int64) {
	l.entries++
	time.Sleep(300 * time.Millisecond)
	l.ledger.IterationsDropped(cause, n)
}

// TestDropsAreCountedAtOnce: what is due when nobody is free is one entry, and nothing goes on after the
// end for the sake of counting.
func TestDropsAreCountedAtOnce(t *testing.T) {
	for _, o := range []plan.Options{
		{Rate: perSec(100_000), Duration: new(time.Second)},
		{Stages: []plan.Stage{{Duration: plan.Duration(time.Second), Rate: perSec(200_000)}}},
		{Stages: []plan.Stage{{Duration: plan.Duration(2 * time.Second), Rate: perSec(400_000)}}, Duration: new(time.Second)}, // cut off
	} {
		synctest.Test(t, func(t *testing.T) {
			o.MaxUsers = new(1)
			began, journal := time.Now(), &slowLedger{ledger: newLedger()}
			do(t, o, steady(10*time.Second), &fakePool{}, func(r *Run) { r.Journal = journal })
			if journal.dropped[metrics.CauseNoUser] != 99_999 || journal.iterations[OK] != 1 {
				t.Errorf("%v dropped, iterations %v; want 99999 and 1", journal.dropped, journal.iterations)
			}
			if took := time.Since(began); journal.entries > 5 || took > 11*time.Second {
				t.Errorf("%d entries in %v", journal.entries, took)
			}
		})
	}
}

func TestIterations(t *testing.T) {
	cases := []struct {
		name       string
		options    plan.Options
		iterate    iterateFunc
		iterations map[Outcome]int
		dropped    int64
	}{
		{"shared", plan.Options{Iterations: new(10), Users: new(3)}, nil, map[Outcome]int{OK: 10}, 0},
		{"each", plan.Options{IterationsPerUser: new(4), Users: new(3)}, nil, map[Outcome]int{OK: 12}, 0},
		{"no time for all", plan.Options{Iterations: new(10), Users: new(1), Duration: new(2500 * time.Millisecond)}, nil, map[Outcome]int{OK: 3}, 7},
		{"no time for all of each", plan.Options{IterationsPerUser: new(4), Users: new(2), Duration: new(2500 * time.Millisecond)}, nil, map[Outcome]int{OK: 6}, 2},
		{"the others do what a failed user leaves", plan.Options{Iterations: new(10), Users: new(3)}, failUser(1), map[Outcome]int{OK: 9, Failed: 1}, 0},
		{"nobody does what a failed user had for itself", plan.Options{IterationsPerUser: new(4), Users: new(3)}, failUser(1), map[Outcome]int{OK: 8, Failed: 1}, 3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				script := steady(iterationOf)
				if c.iterate != nil {
					script.iterate = c.iterate
				}
				journal := do(t, c.options, script, &fakePool{}, nil)
				if !maps.Equal(journal.iterations, c.iterations) || journal.dropped[metrics.CauseUnbegun] != c.dropped {
					t.Errorf("iterations %v, dropped %v; want %v, %d", journal.iterations, journal.dropped, c.iterations, c.dropped)
				}
			})
		})
	}
}

func failUser(id int) iterateFunc {
	return func(ctx context.Context, _ browserpool.Session, identity Identity, _ int) (bool, error) {
		if identity.ID == id {
			return false, errBoom
		}
		return false, work(ctx, iterationOf)
	}
}

// TestResponseCountsFromTheIntendedStart: each iteration takes 500 ms, each session 300 ms to open. The
// first user is there before the clock starts; the others start when they are needed.
func TestResponseCountsFromTheIntendedStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := &fakePool{open: func(ctx context.Context, _ int) error { return work(ctx, 300*time.Millisecond) }}
		o := plan.Options{Rate: perSec(10), Duration: new(time.Second - 1), PreStartedUsers: new(1), MaxUsers: new(20)}
		journal := do(t, o, steady(500*time.Millisecond), pool, nil)
		if journal.iterations[OK] != 10 || len(journal.dropped) != 0 {
			t.Fatalf("iterations %v, dropped %v; want 10 of 10", journal.iterations, journal.dropped)
		}
		// At 100 to 400 ms nobody is free; the one at 500 finds the first user, or a new one.
		if late := journal.late[metrics.CauseStarting]; late < 4 || late > 9 || journal.late[metrics.CauseGenerator] != 0 {
			t.Errorf("late: %v", journal.late)
		}
		onTime := 0
		for _, answer := range journal.answers {
			if answer == 500*time.Millisecond {
				onTime++
			} else if answer <= 500*time.Millisecond || answer > 800*time.Millisecond {
				t.Errorf("an iteration was answered after %v; it takes 500ms, and a session 300ms", answer)
			}
		}
		if onTime == 0 {
			t.Error("no iteration began on time")
		}
	})
}

func TestFailedUsersOfARateAreReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := steady(0)
		script.iterate = func(context.Context, browserpool.Session, Identity, int) (bool, error) { return false, errBoom }
		journal := do(t, plan.Options{Rate: perSec(1), Duration: new(10 * time.Second), MaxUsers: new(2)}, script, &fakePool{}, nil)
		if journal.iterations[Failed] != 10 || journal.ended["error"] != 10 {
			t.Errorf("iterations %v, users ended %v; want 10 of each: the rate stays", journal.iterations, journal.ended)
		}
	})
}

func TestIterationsWithoutASessionAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		journal := do(t, plan.Options{Rate: perSec(1), Duration: new(10 * time.Second)}, steady(0), failing(1, 1000), nil)
		if len(journal.iterations) != 0 || journal.dropped[metrics.CauseNoSession] != 10 || journal.ended[ClassNoSession] != 11 {
			t.Errorf("iterations %v, dropped %v, users ended %v; want 10 dropped", journal.iterations, journal.dropped, journal.ended)
		}
	})
}

func TestIdleUserRenewsALostSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := steady(0)
		script.iterate = func(_ context.Context, s browserpool.Session, _ Identity, n int) (bool, error) {
			if n == 1 {
				time.AfterFunc(time.Second, func() { close(s.(*fakeSession).lost) })
			}
			return false, nil
		}
		rate := &shape.Rate{Count: 1, Per: 5 * time.Second}
		pool := &fakePool{}
		journal := do(t, plan.Options{Rate: rate, Duration: new(12 * time.Second), Session: new(plan.SessionUser)}, script, pool, nil)
		if journal.iterations[OK] != 3 || journal.ended[""] != 1 || pool.opened != 2 || pool.closed != 2 {
			t.Errorf("iterations %v, users ended %v, %d sessions; want 3 by one user with 2", journal.iterations, journal.ended, pool.opened)
		}
	})
}

func TestGraceBoundsTheLastIteration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, pool := time.Now(), &fakePool{}
		o := plan.Options{
			Stages: []plan.Stage{{Duration: 0, Target: new(2)}, {Duration: plan.Duration(10 * time.Second), Target: new(2)}, {Duration: 0, Target: new(1)}, {Duration: plan.Duration(time.Minute), Target: new(1)}},
			Grace:  new(5 * time.Second), IterationTimeout: new(time.Hour),
		}
		var log strings.Builder
		journal := do(t, o, steady(8*time.Second+1), pool, func(r *Run) { r.Log, r.Plan.Name = slog.New(slog.NewTextHandler(&log, nil)), "buy" })
		if !strings.Contains(log.String(), `level=WARN msg="buy: interrupted after the grace of 5s, and counted neither as ok nor as failed: 1 iteration.`) {
			t.Errorf("nothing tells of the iteration that was interrupted: %s", log.String())
		}
		// The second user begins at 0 and 8 s, has no place from 10 s on, and is interrupted at 15 s.
		if journal.iterations[OK] != 9+1 || journal.ended[""] != 2 || pool.closed != 2 || len(journal.failures) != 0 {
			t.Errorf("iterations %v, users ended %v, failures %v", journal.iterations, journal.ended, journal.failures)
		}
		if took := time.Since(began); took != 9*(8*time.Second+1) {
			t.Errorf("the run took %v: the last iteration may finish", took)
		}
	})
}

// TestStart: iterations begin at the agreed instant and the scenario's start time after it, whenever Do was called.
func TestStart(t *testing.T) {
	for _, o := range []plan.Options{{Users: new(1), Duration: new(time.Second)}, {Rate: perSec(1), Duration: new(time.Second)}} {
		for _, early := range []time.Duration{0, 7 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				called := time.Now()
				run, journal := newRun(testScenario(o.Apply), steady(iterationOf), &fakePool{})
				run.Plan.StartTime = plan.Duration(10 * time.Second)
				if err := run.Do(t.Context(), called.Add(early)); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(called); took != early+10*time.Second+iterationOf || journal.iterations[OK] != 1 {
					t.Errorf("%+v: %v iterations, the run took %v", o, journal.iterations, took)
				}
			})
		}
	}
}

// TestLateStart: users that begin after the agreed instant take up the ramp where it is by then.
func TestLateStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := plan.Options{Stages: []plan.Stage{{Duration: plan.Duration(10 * time.Second), Target: new(10)}, {Duration: plan.Duration(time.Second), Target: new(10)}}}
		run, journal := newRun(testScenario(o.Apply), steady(iterationOf), &fakePool{})
		called := time.Now()
		if err := run.Do(t.Context(), called.Add(-5*time.Second)); err != nil {
			t.Fatal(err)
		}
		atOnce := 0
		for _, at := range journal.startedAt {
			if at.Equal(called) {
				atOnce++
			}
		}
		if want := run.Plan.UsersAt(5 * time.Second); atOnce != want || len(journal.startedAt) != 10 {
			t.Errorf("%d of %d users started at once, want %d of 10", atOnce, len(journal.startedAt), want)
		}
	})
}

func TestUserNumbersAreFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := steady(iterationOf)
		var mu sync.Mutex
		seen := map[int]int{}
		script.prepare = func(identity Identity) error {
			mu.Lock()
			defer mu.Unlock()
			seen[identity.ID]++
			return nil
		}
		do(t, plan.Options{Stages: []plan.Stage{
			{Target: new(3)}, {Duration: plan.Duration(5 * time.Second), Target: new(3)}, {Target: new(1)},
			{Duration: plan.Duration(5 * time.Second), Target: new(1)}, {Target: new(3)}, {Duration: plan.Duration(5 * time.Second), Target: new(3)},
		}}, script, &fakePool{}, func(r *Run) { r.Plan.FirstUser = 11 })
		if want := map[int]int{11: 1, 12: 2, 13: 2}; !maps.Equal(seen, want) {
			t.Errorf("users by number: %v, want %v", seen, want)
		}
	})
}
