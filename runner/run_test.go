package runner

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
)

type iterateFunc = func(ctx context.Context, s browserpool.Session, identity Identity, n int) (bool, error)

// TestLife pins the rules of success and failure: what a user's iterations do, and what the journal
// must then say. Every case runs in virtual time.
func TestLife(t *testing.T) {
	second := func(ctx context.Context, _ browserpool.Session, _ Identity, _ int) (bool, error) {
		return false, work(ctx, time.Second)
	}
	failSecond := func(ctx context.Context, _ browserpool.Session, _ Identity, n int) (bool, error) {
		if n == 2 {
			return false, errBoom
		}
		return false, work(ctx, time.Second)
	}
	hangSecond := func(ctx context.Context, _ browserpool.Session, _ Identity, n int) (bool, error) {
		if n == 2 {
			<-ctx.Done()
			return false, ctx.Err()
		}
		return false, work(ctx, time.Second)
	}
	loseSecond := func(ctx context.Context, s browserpool.Session, _ Identity, n int) (bool, error) {
		if n == 2 {
			close(s.(*fakeSession).lost)
			return false, work(ctx, time.Hour)
		}
		return false, work(ctx, time.Second)
	}
	twoSeconds := func(ctx context.Context, _ browserpool.Session, _ Identity, _ int) (bool, error) {
		return false, work(ctx, 2*time.Second)
	}
	cases := []struct {
		name       string
		iterate    iterateFunc
		onFailure  plan.OnFailure
		duration   time.Duration
		ended      map[string]int
		iterations map[Outcome]int
		took       time.Duration
		sessions   int
	}{
		{"the running iteration finishes after the duration", second, plan.Stop, 2500 * time.Millisecond,
			map[string]int{"": 1}, map[Outcome]int{OK: 3}, 3 * time.Second, 1},
		{"a failure ends the user", failSecond, plan.Stop, time.Minute,
			map[string]int{"error": 1}, map[Outcome]int{OK: 1, Failed: 1}, time.Second, 1},
		{"continue keeps the session", failSecond, plan.Continue, 3 * time.Second,
			map[string]int{"": 1}, map[Outcome]int{OK: 3, Failed: 1}, 3 * time.Second, 1},
		{"restart takes a fresh session", failSecond, plan.Restart, 3 * time.Second,
			map[string]int{"": 1}, map[Outcome]int{OK: 3, Failed: 1}, 3 * time.Second, 2},
		{"a timeout kills the iteration and ends the user", hangSecond, plan.Stop, time.Minute,
			map[string]int{ClassTimeout: 1}, map[Outcome]int{OK: 1, Timeout: 1}, 11 * time.Second, 1},
		{"a timeout bounds an iteration that began within the duration", hangSecond, plan.Stop, 2 * time.Second,
			map[string]int{ClassTimeout: 1}, map[Outcome]int{OK: 1, Timeout: 1}, 11 * time.Second, 1},
		{"each iteration has its own timeout", twoSeconds, plan.Stop, time.Minute,
			map[string]int{"": 1}, map[Outcome]int{OK: 30}, time.Minute, 1},
		{"continue after a timeout", hangSecond, plan.Continue, 12 * time.Second,
			map[string]int{"": 1}, map[Outcome]int{OK: 2, Timeout: 1}, 12 * time.Second, 1},
		{"a lost browser ends the user", loseSecond, plan.Stop, time.Minute,
			map[string]int{ClassLost: 1}, map[Outcome]int{OK: 1, Failed: 1}, time.Second, 1},
		{"continue after a lost browser takes a fresh session", loseSecond, plan.Continue, 3 * time.Second,
			map[string]int{"": 1}, map[Outcome]int{OK: 3, Failed: 1}, 3 * time.Second, 2},
		{"halt ends the user as succeeded", func(ctx context.Context, _ browserpool.Session, _ Identity, n int) (bool, error) {
			return n == 2, work(ctx, time.Second)
		}, plan.Stop, time.Minute, map[string]int{"": 1}, map[Outcome]int{OK: 2}, 2 * time.Second, 1},
		{"a panic costs its user only", func(context.Context, browserpool.Session, Identity, int) (bool, error) {
			panic("surprise")
		}, plan.Stop, time.Minute, map[string]int{ClassPanic: 1}, map[Outcome]int{Failed: 1}, 0, 1},
		{"a panic counts more than the timeout", func(ctx context.Context, _ browserpool.Session, _ Identity, _ int) (bool, error) {
			<-ctx.Done()
			panic("surprise")
		}, plan.Stop, time.Minute, map[string]int{ClassPanic: 1}, map[Outcome]int{Failed: 1}, 10 * time.Second, 1},
		{"a script that catches its timeout has still run into it", func(ctx context.Context, _ browserpool.Session, _ Identity, _ int) (bool, error) {
			<-ctx.Done()
			return false, nil
		}, plan.Stop, time.Minute, map[string]int{ClassTimeout: 1}, map[Outcome]int{Timeout: 1}, 10 * time.Second, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pool := &fakePool{}
				o := plan.Options{Duration: &c.duration, OnFailure: &c.onFailure, IterationTimeout: new(10 * time.Second)}
				journal := do(t, o, &fakeScript{iterate: c.iterate}, pool, nil)
				if !maps.Equal(journal.ended, c.ended) {
					t.Errorf("users ended %v, want %v", journal.ended, c.ended)
				}
				if !maps.Equal(journal.iterations, c.iterations) {
					t.Errorf("iterations %v, want %v", journal.iterations, c.iterations)
				}
				if journal.durations[0] != c.took {
					t.Errorf("the user took %v, want %v", journal.durations[0], c.took)
				}
				if pool.opened != c.sessions || pool.closed != pool.opened {
					t.Errorf("%d sessions opened and %d closed, want %d of each", pool.opened, pool.closed, c.sessions)
				}
			})
		})
	}
}

func TestRampUpSpreadsStartsAndEachUserHasItsOwnClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		o := plan.Options{Users: new(4), RampUp: new(8 * time.Second), Duration: new(5 * time.Second)}
		journal := do(t, o, steady(time.Second), &fakePool{}, nil)
		for i, at := range journal.startedAt {
			if want := time.Duration(i) * 2 * time.Second; at.Sub(began) != want {
				t.Errorf("user %d started after %v, want %v", i+1, at.Sub(began), want)
			}
		}
		for _, took := range journal.durations {
			if took != 5*time.Second {
				t.Errorf("a user took %v, want its own 5s", took)
			}
		}
		if took := time.Since(began); took != 11*time.Second {
			t.Errorf("the run took %v, want 11s: the last user starts at 6s", took)
		}
	})
}

func TestSessionFailureFailsTheUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := plan.Options{Users: new(2), RampUp: new(time.Second), Duration: new(time.Second)}
		journal := do(t, o, steady(time.Second), failing(1, 1), nil)
		want := map[string]int{ClassNoSession: 1, "": 1}
		if !maps.Equal(journal.ended, want) || len(journal.startedAt) != 2 {
			t.Errorf("users ended %v, want %v", journal.ended, want)
		}
		if f := journal.failures[0]; f.UserID != 1 || !strings.Contains(f.ReasonInspect, "open a browser session: boom") {
			t.Errorf("failure = %+v", f)
		}
	})
}

// TestContinueTriesForASession: the second session fails twice, or always.
func TestContinueTriesForASession(t *testing.T) {
	for _, c := range []struct {
		failures int
		ended    string
		ok       int
		took     time.Duration
	}{
		{2, "", 8, 10 * time.Second}, // 2 s without a session
		{1000, ClassNoSession, 0, 10 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			script := &fakeScript{iterate: func(ctx context.Context, s browserpool.Session, _ Identity, n int) (bool, error) {
				if n == 1 {
					close(s.(*fakeSession).lost)
					<-ctx.Done()
				}
				return false, work(ctx, time.Second)
			}}
			o := plan.Options{Duration: new(10 * time.Second), OnFailure: new(plan.Continue)}
			journal := do(t, o, script, failing(2, 1+c.failures), nil)
			if journal.ended[c.ended] != 1 || journal.iterations[OK] != c.ok || journal.durations[0] != c.took {
				t.Errorf("%d failures: users ended %v, iterations %v, took %v; want %q, %d ok, %v",
					c.failures, journal.ended, journal.iterations, journal.durations, c.ended, c.ok, c.took)
			}
		})
	}
}

func TestPanicsAroundAUserCostThatUserOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := steady(time.Second)
		script.prepare = func(identity Identity) error {
			if identity.ID == 1 {
				panic("in NewUser")
			}
			return nil
		}
		pool := &fakePool{open: func(_ context.Context, n int) error {
			if n == 1 {
				panic("in NewSession")
			}
			return nil
		}}
		o := plan.Options{Users: new(3), RampUp: new(time.Second), Duration: new(time.Second)}
		journal := do(t, o, script, pool, nil)
		want := map[string]int{ClassPanic: 1, ClassNoSession: 1, "": 1}
		if !maps.Equal(journal.ended, want) {
			t.Errorf("users ended %v, want %v", journal.ended, want)
		}
		for _, f := range journal.failures {
			if len(f.Stacktrace) == 0 {
				t.Errorf("the failure %q carries no stack", f.ReasonInspect)
			}
		}
	})
}

func TestDrainLetsIterationsFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, drain := time.Now(), make(chan struct{})
		time.AfterFunc(1500*time.Millisecond, func() { close(drain) })
		pool := &fakePool{open: func(ctx context.Context, n int) error {
			if n == 2 { // a browser that takes its time
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}}
		o := plan.Options{Users: new(100), RampUp: new(100 * time.Second)}
		journal := do(t, o, steady(time.Minute), pool, func(r *Run) { r.Drain = drain })
		if took := time.Since(began); took != time.Minute {
			t.Errorf("the run ended after %v, want 1m0s: when the first user's iteration was done", took)
		}
		if journal.iterations[OK] != 1 || !maps.Equal(journal.ended, map[string]int{"": 1}) {
			t.Errorf("iterations %v, users ended %v: want one success and nobody else started", journal.iterations, journal.ended)
		}
	})
}

func TestStopBreaksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, pool := time.Now(), &fakePool{}
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		run, journal := newRun(testScenario(func(p *plan.Scenario) { p.Users = 3 }), steady(time.Second), pool)
		if err := run.Do(ctx, time.Now()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 1500*time.Millisecond {
			t.Errorf("the run ended after %v, want at once", took)
		}
		if !maps.Equal(journal.iterations, map[Outcome]int{OK: 3}) || journal.ended[""] != 3 || len(journal.failures) != 0 {
			t.Errorf("iterations %v, users ended %v, failures %v: a broken-off iteration is neither success nor failure",
				journal.iterations, journal.ended, journal.failures)
		}
		if pool.closed != 3 {
			t.Errorf("%d sessions closed, want 3", pool.closed)
		}
	})
}

// An abortingError asks for the end of the run, as a script does.
type abortingError struct{}

func (abortingError) Error() string    { return "enough" }
func (abortingError) AbortsTest() bool { return true }

func TestAbortEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, pool := time.Now(), &fakePool{}
		script := &fakeScript{iterate: func(ctx context.Context, _ browserpool.Session, identity Identity, n int) (bool, error) {
			err := work(ctx, time.Second)
			if err == nil && identity.ID == 2 && n == 2 {
				err = fmt.Errorf("operation 1: %w", abortingError{})
			} else if err == nil {
				err = work(ctx, 200*time.Millisecond)
			}
			return false, err
		}}
		run, journal := newRun(testScenario(func(p *plan.Scenario) { p.Users, p.OnFailure = 3, plan.Continue }), script, pool)
		err := run.Do(t.Context(), time.Now())
		if aborted := (*AbortError)(nil); !errors.As(err, &aborted) || err.Error() != "operation 1: enough" {
			t.Errorf("error = %v", err)
		}
		if took := time.Since(began); took != 2200*time.Millisecond {
			t.Errorf("the run ended after %v, want at once", took)
		}
		if !maps.Equal(journal.iterations, map[Outcome]int{OK: 3, Failed: 1}) || journal.ended[""] != 2 || len(journal.failures) != 1 || pool.closed != 3 {
			t.Errorf("iterations %v, users ended %v, failures %v, %d sessions closed", journal.iterations, journal.ended, journal.failures, pool.closed)
		}
	})
}
