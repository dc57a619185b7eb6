package runner

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
)

// TestWarmUsers: users that were made before the start are the ones that run, under the ids that they were made
// with; those that are left over are closed.
func TestWarmUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		ran := map[int]int{}
		script := &fakeScript{}
		script.iterate = func(ctx context.Context, _ browserpool.Session, identity Identity, _ int) (bool, error) {
			mu.Lock()
			ran[identity.ID]++
			mu.Unlock()
			return true, work(ctx, time.Second)
		}
		p := testScenario(func(p *plan.Scenario) { p.Users, p.FirstUser, p.RampUp = 8, 11, plan.Duration(10*time.Second) })
		drain := make(chan struct{})
		time.AfterFunc(4*time.Second, func() { close(drain) })
		run, journal := newRun(p, script, &fakePool{})
		run.Warm, run.Drain = WarmUp(t.Context(), &p, "n", script), drain
		if made := script.made.Load(); made != 8 {
			t.Errorf("%d users were made before the start, want 8", made)
		}
		if err := run.Do(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		if len(ran) != len(journal.startedAt) || len(ran) == 8 || len(ran) == 0 || ran[11] != 1 {
			t.Errorf("users that ran: %v, of %d that started", ran, len(journal.startedAt))
		}
		if made, closed := script.made.Load(), script.closed.Load(); made != 8 || closed != 8 {
			t.Errorf("%d users were made and %d closed, want 8", made, closed)
		}
	})
}

// TestWarmUserThatFails: a user that could not be made has failed when it starts, as one that is made then.
func TestWarmUserThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := &fakeScript{}
		script.prepare = func(identity Identity) error {
			if identity.ID == 2 {
				return errors.New("no luck")
			}
			if identity.ID == 3 {
				panic("worse")
			}
			return nil
		}
		script.iterate = func(context.Context, browserpool.Session, Identity, int) (bool, error) { return true, nil }
		p := testScenario(func(p *plan.Scenario) { p.Users, p.FirstUser = 3, 1 })
		run, journal := newRun(p, script, &fakePool{})
		run.Warm = WarmUp(t.Context(), &p, "n", script)
		if len(journal.failures) != 0 {
			t.Errorf("failed before the start: %v", journal.failures)
		}
		if err := run.Do(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		if len(journal.failures) != 2 || len(journal.startedAt) != 3 || journal.ended[""] != 1 || journal.ended[ClassPanic] != 1 {
			t.Errorf("%d users started, ended %v, failures %v", len(journal.startedAt), journal.ended, journal.failures)
		}
	})
}

// TestWarmUpThatTakesTooLong says how many users are missing.
func TestWarmUpThatTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := &fakeScript{prepare: func(Identity) error { time.Sleep(2 * time.Second); return nil }}
		p := testScenario(func(p *plan.Scenario) { p.Users = 400 })
		warm := WarmUp(t.Context(), &p, "n", script)
		defer warm.Close()
		if want := 400 - 2*min(200, runtime.GOMAXPROCS(0)); warm.Missing() != want {
			t.Errorf("%d users are missing, want %d", warm.Missing(), want)
		}
	})
}

// TestNoWarmUsersForARate: those users start before the clock of the schedule does.
func TestNoWarmUsersForARate(t *testing.T) {
	script := &fakeScript{}
	p := testScenario(func(p *plan.Scenario) { p.Rate, p.PreStartedUsers = perSec(10), 5 })
	WarmUp(t.Context(), &p, "n", script).Close()
	if made := script.made.Load(); made != 0 {
		t.Errorf("%d users were made", made)
	}
}

// TestUsersAreMadeInTurn while a scenario runs: those of a big script would all be too late, if each had a
// hundredth of the machine. A drained run makes no more of them.
func TestUsersAreMadeInTurn(t *testing.T) {
	for _, c := range []struct {
		name    string
		drained time.Duration
		most    int // users that are made
	}{
		{name: "all", most: 40},
		{name: "drained", drained: 1500 * time.Millisecond, most: 2 * madeAtOnce()},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var now, most atomic.Int32
				script := &fakeScript{prepare: func(Identity) error {
					most.Store(max(most.Load(), now.Add(1)))
					time.Sleep(time.Second)
					now.Add(-1)
					return nil
				}}
				script.iterate = func(context.Context, browserpool.Session, Identity, int) (bool, error) { return true, nil }
				drain := make(chan struct{})
				if c.drained > 0 {
					time.AfterFunc(c.drained, func() { close(drain) })
				}
				journal := do(t, plan.Options{Users: new(40)}, script, &fakePool{}, func(r *Run) { r.Drain = drain })
				if want := int32(madeAtOnce()); most.Load() > want {
					t.Errorf("%d users were made at once, want %d at most", most.Load(), want)
				}
				if got := int(script.made.Load()); got > c.most || c.drained == 0 && (got != c.most || len(journal.startedAt) != c.most) {
					t.Errorf("%d users were made and %d started, want %d", got, len(journal.startedAt), c.most)
				}
			})
		})
	}
}
