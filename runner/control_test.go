package runner

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
)

// TestControl commands running scenarios: at 10.5 s, and some at 20.45 s
// again. Iterations take a second.
func TestControl(t *testing.T) {
	cases := []struct {
		name       string
		options    plan.Options
		at10, at20 plan.Command
		iterations int
		took       time.Duration
	}{
		{"more users", plan.Options{Users: new(2), Duration: new(20*time.Second - 1)}, plan.Command{Users: new(5)}, plan.Command{}, 2*20 + 3*10, 20 * time.Second},
		{"fewer users", plan.Options{Users: new(4), Duration: new(20*time.Second - 1)}, plan.Command{Users: new(1)}, plan.Command{}, 20 + 3*11, 20 * time.Second},
		{"another ramp", plan.Options{Stages: []plan.Stage{{Duration: plan.Duration(30*time.Second - 1), Target: new(1)}}}, plan.Command{Users: new(0)}, plan.Command{Users: new(2)}, 11 + 2*10, 30 * time.Second},
		{"another rate", plan.Options{Rate: perSec(1), Duration: new(30*time.Second - 1), MaxUsers: new(50)}, plan.Command{Rate: perSec(10)}, plan.Command{Rate: perSec(0)}, 11 + 100, 30*time.Second - 1},
		{"pause", plan.Options{Users: new(2), Duration: new(30*time.Second - 1)}, plan.Command{Paused: new(true)}, plan.Command{Paused: new(false)}, 2 * (11 + 10), 30 * time.Second},
		{"pause of a rate", plan.Options{Rate: perSec(1), Duration: new(30*time.Second - 1)}, plan.Command{Paused: new(true)}, plan.Command{Paused: new(false)}, 11 + 9, 30 * time.Second},
		{"pause of a rising rate", plan.Options{Stages: []plan.Stage{{Duration: plan.Duration(30 * time.Second), Rate: perSec(2)}}, MaxUsers: new(50)}, plan.Command{Paused: new(true)}, plan.Command{Paused: new(false)}, 4 + 16, 30 * time.Second},
		{"nobody, then some", plan.Options{Controlled: new(true), Users: new(0), Duration: new(30*time.Second - 1)}, plan.Command{Users: new(3)}, plan.Command{Users: new(0)}, 3 * 10, 30*time.Second - 1},
		{"shared iterations by more users", plan.Options{Iterations: new(40), Users: new(2)}, plan.Command{Users: new(6)}, plan.Command{}, 40, 14 * time.Second},
		{"nobody, when all iterations are taken", plan.Options{Iterations: new(22), Users: new(2)}, plan.Command{Users: new(0)}, plan.Command{}, 22, 11 * time.Second},
		{"a pause without end", plan.Options{Rate: perSec(1), Duration: new(30*time.Second - 1)}, plan.Command{Paused: new(true)}, plan.Command{}, 11, 30*time.Second - 1},
		{"stop", plan.Options{Users: new(2)}, plan.Command{Stop: true}, plan.Command{}, 2 * 11, 11 * time.Second},
		{"stop a paused rate", plan.Options{Rate: perSec(1)}, plan.Command{Paused: new(true)}, plan.Command{Stop: true}, 11, 20 * time.Second},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				journal := do(t, c.options, steady(time.Second), &fakePool{}, steer(t, map[time.Duration]plan.Command{
					10500 * time.Millisecond: overTheWire(t, c.at10), 20450 * time.Millisecond: overTheWire(t, c.at20),
				}))
				if journal.iterations[OK] != c.iterations || time.Since(began) > c.took+time.Second || time.Since(began) < c.took-1 {
					t.Errorf("iterations %v in %v; want %d in %v", journal.iterations, time.Since(began), c.iterations, c.took)
				}
			})
		})
	}
}

// overTheWire sends a command as another process would.
func overTheWire(t *testing.T, cmd plan.Command) (arrived plan.Command) {
	t.Helper()
	text, err := json.Marshal(cmd)
	if err == nil {
		err = json.Unmarshal(text, &arrived)
	}
	if err != nil {
		t.Error(err)
	}
	return arrived
}

func TestControlRefuses(t *testing.T) {
	closed, open := testScenario(nil), testScenario(func(p *plan.Scenario) { p.Rate = perSec(1) })
	for _, c := range []struct {
		plan *plan.Scenario
		cmd  plan.Command
		want string
	}{
		{&closed, plan.Command{Rate: perSec(3)}, `steer scenario "test": it has users and no rate: change its users`},
		{&open, plan.Command{Users: new(3)}, "change its rate"},
		{&open, plan.Command{Rate: perSec(1_000_001)}, `steer scenario "test": the rate asks for 1000001/s, but a scenario begins at most 1000000 iterations a second`},
		{&closed, plan.Command{Users: new(-1)}, "-1 is not a number of users"},
	} {
		if err := NewControl(c.plan).Steer(c.cmd); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Steer(%+v) = %v, want an error with %q", c.cmd, err, c.want)
		}
	}
}

// TestCommandedUsersLive: a number of users that is commanded is one of living users, also when some have
// failed before; and when all that were commanded have failed, there is nothing to wait for, unless the
// scenario is there to be controlled.
func TestCommandedUsersLive(t *testing.T) {
	for _, controlled := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			began, doomed := time.Now(), atomic.Bool{}
			script := &fakeScript{iterate: func(ctx context.Context, _ browserpool.Session, identity Identity, n int) (bool, error) {
				if err := work(ctx, time.Second); err != nil || doomed.Load() || n == 2 && identity.ID <= 2 && time.Since(began) < 5*time.Second {
					return false, errors.Join(err, errBoom)
				}
				return false, nil
			}}
			journal := do(t, plan.Options{Users: new(3), Duration: new(time.Minute), Controlled: new(controlled)}, script, &fakePool{}, func(r *Run) {
				steer(t, map[time.Duration]plan.Command{5500 * time.Millisecond: {Users: new(4)}})(r)
				time.AfterFunc(10*time.Second, func() { doomed.Store(true) })
				t.Cleanup(func() {
					if err := r.Control.Steer(plan.Command{Users: new(1)}); err == nil || !strings.Contains(err.Error(), "it has ended") {
						t.Errorf("steering after the end = %v", err)
					}
				})
			})
			// Two fail in their second iteration; three start in their place and as the fourth.
			if len(journal.startedAt) != 3+3 || journal.ended[ClassUnspecific] != 2+4 {
				t.Errorf("%d users started, ended %v", len(journal.startedAt), journal.ended)
			}
			if took := time.Since(began); (took > 50*time.Second) != controlled {
				t.Errorf("controlled %v: took %v", controlled, took)
			}
		})
	}
}

// TestPausedUserGetsAnotherSession: a browser that goes away in a pause costs no iteration.
func TestPausedUserGetsAnotherSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := &fakeScript{iterate: func(ctx context.Context, s browserpool.Session, _ Identity, n int) (bool, error) {
			if n == 1 {
				time.AfterFunc(5*time.Second, func() { close(s.(*fakeSession).lost) })
			}
			return false, work(ctx, time.Second)
		}}
		journal := do(t, plan.Options{Iterations: new(3)}, script, &fakePool{}, steer(t, map[time.Duration]plan.Command{
			500 * time.Millisecond: {Paused: new(true)}, 9 * time.Second: {Paused: new(false)},
		}))
		if journal.iterations[OK] != 3 || len(journal.failures) != 0 {
			t.Errorf("iterations %v, failures %v", journal.iterations, journal.failures)
		}
	})
}

// TestUserIDs: users that a command adds have ids of their own.
func TestUserIDs(t *testing.T) {
	p := plan.Scenario{Users: 2, FirstUser: 4}
	for _, c := range []struct{ number, extra, want int }{{0, 0, 4}, {1, 50, 5}, {2, 0, 6}, {2, 50, 50}, {3, 50, 51}} {
		p.FirstExtra = c.extra
		if got := p.UserID(c.number); got != c.want {
			t.Errorf("UserID(%d) beside extra %d = %d, want %d", c.number, c.extra, got, c.want)
		}
	}
}

// TestACommandReplacesUsersThatHaveEnded: three users of whom one ended at once are three again when
// somebody asks for three.
func TestACommandReplacesUsersThatHaveEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := &fakeScript{iterate: func(ctx context.Context, _ browserpool.Session, identity Identity, _ int) (bool, error) {
			return identity.ID == 2 && time.Now().Second()%60 < 5, work(ctx, time.Second)
		}}
		journal := do(t, plan.Options{Users: new(3), Duration: new(20*time.Second - 1)}, script, &fakePool{}, steer(t, map[time.Duration]plan.Command{
			10500 * time.Millisecond: {Users: new(3)},
		}))
		if n := journal.iterations[OK]; n != 2*20+1+10 || len(journal.startedAt) != 4 {
			t.Errorf("%d iterations of %d users; want 51 of 4", n, len(journal.startedAt))
		}
	})
}
