package cluster

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// steering runs browse (users), login (a rising rate) and idle (controlled, begins with nobody) side by side
// and calls each function at its moment.
func steering(t *testing.T, at map[time.Duration]func(c *Controller)) []metrics.Result {
	t.Helper()
	sink := &recordingSink{}
	p := sideBySide("browse", "login", "idle")
	plan.Options{Stages: []plan.Stage{{Duration: plan.Duration(10 * time.Second), Rate: &shape.Rate{Count: 10, Per: time.Second}}}}.Apply(&p.Scenarios[1])
	p.Scenarios[1].StartTime = plan.Duration(time.Second)
	p.Scenarios[2].Controlled, p.Scenarios[2].Users = true, 0
	c := newController(&fakeEngine{}, sink)
	for moment, what := range at {
		time.AfterFunc(moment, func() { what(c) })
	}
	results, err := c.Run(t.Context(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkLast(t, sink)
	return results
}

func told(t *testing.T, c *Controller, scenario string, cmd plan.Command) string {
	t.Helper()
	steered, err := c.Steer(t.Context(), scenario, cmd)
	if err != nil {
		return err.Error()
	}
	var all []string
	for _, change := range steered.Changes {
		all = append(all, change.Of(steered.Scenario))
	}
	return strings.Join(all, "; ")
}

func TestSteeringIsToldAndKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		five, rate := 5, shape.Rate{Count: 3, Per: time.Second}
		same := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s = %q, want %q", what, got, want)
			}
		}
		results := steering(t, map[time.Duration]func(*Controller){
			2500 * time.Millisecond: func(c *Controller) {
				same("users", told(t, c, "browse", plan.Command{Users: &five, Paused: new(true)}), "users of browse: 2 -> 5; browse: paused")
				same("again", told(t, c, "browse", plan.Command{Users: &five, Paused: new(true)}), "")
				same("rate", told(t, c, "login", plan.Command{Rate: &rate}), "rate of login: 1.5/s -> 3/s")
				same("no name", told(t, c, "", plan.Command{Users: &five}), "users of idle: 0 -> 5")
				same("a wrong name", told(t, c, "browze", plan.Command{Users: &five}), `no scenario "browze" runs now: did you mean browse?`)
				same("what it cannot", told(t, c, "login", plan.Command{Users: &five}), `steer scenario "login": it starts iterations at a rate and has no fixed number of users: change its rate`)
			},
			3500 * time.Millisecond: func(c *Controller) {
				same("resume", told(t, c, "browse", plan.Command{Paused: new(false)}), "browse: resumed")
				same("stop", told(t, c, "idle", plan.Command{Stop: true}), "idle: stopped")
				same("stopped, not ended", told(t, c, "idle", plan.Command{Users: &five}), `steer scenario "idle": it begins no more iterations, its last ones finish`)
				same("stop again", told(t, c, "idle", plan.Command{Stop: true}), "")
			},
			6 * time.Second: func(c *Controller) {
				same("the end", told(t, c, "idle", plan.Command{Users: &five}), `steer scenario "idle": it has ended`)
				same("several", told(t, c, "", plan.Command{Users: &five}), "several scenarios run, say which one is meant: browse, login")
			},
		})
		var kept []string
		for _, change := range results[0].Changes {
			kept = append(kept, change.Offset().String()+" "+change.String())
		}
		same("what browse keeps", strings.Join(kept, "; "), "2.5s users 2 -> 5; 2.5s paused; 3.5s resumed")
		if len(results[1].Changes) != 1 || len(results[2].Changes) != 2 || results[2].Global.Users.Total != 5 {
			t.Errorf("login keeps %v, idle %v, and had %d users", results[1].Changes, results[2].Changes, results[2].Global.Users.Total)
		}
	})
}

// TestRatesOfAStoppedScenario: they go by the time that it ran.
func TestRatesOfAStoppedScenario(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := withThresholds(sideBySide("browse", "other"), threshold.Spec{Metric: "iterations", Expression: "rate>1"})
		c := newController(&fakeEngine{}, &recordingSink{})
		time.AfterFunc(2500*time.Millisecond, func() { told(t, c, "browse", plan.Command{Stop: true}) })
		results, err := c.Run(t.Context(), p, nil)
		if err != nil || results[1].Global.ElapsedMS != 10_000 {
			t.Fatalf("%d ms, %v", results[1].Global.ElapsedMS, err)
		}
		count := float64(results[0].Global.Counters[metrics.Iterations.Name].Aggregate)
		if got := results[0].Thresholds[0]; !got.OK || *got.Value < count/4 {
			t.Errorf("%v iterations of 3 seconds are %v a second", count, *got.Value)
		}
	})
}

func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steering(t, map[time.Duration]func(*Controller){
			500 * time.Millisecond: func(c *Controller) {
				if s := c.Status(); len(s) != 3 || s[1].State != Waiting || s[1].Rate != "0/s" || s[2].State != Running || *s[2].Wanted != 0 {
					t.Errorf("at the start: %+v", s)
				}
				told(t, c, "browse", plan.Command{Users: new(3), Paused: new(true)})
				told(t, c, "idle", plan.Command{Stop: true})
			},
			4500 * time.Millisecond: func(c *Controller) {
				s := c.Status()
				browse, login, idle := s[0], s[1], s[2]
				if browse.State != Paused || browse.Users != 3 || *browse.Wanted != 3 || browse.Iterations != 2 || *browse.LeftMS != 5500 || browse.Kind != plan.KindConstantUsers {
					t.Errorf("browse: %+v", browse)
				}
				if login.State != Running || login.Rate != "3.5/s" || login.Wanted != nil || login.Iterations == 0 {
					t.Errorf("login: %+v", login)
				}
				if idle.State != Ended {
					t.Errorf("idle: %+v", idle)
				}
				if live := c.Latest().Scenarios[0].State; live.PlannedUsers != 3 {
					t.Errorf("displays are told of %d users", live.PlannedUsers)
				}
			},
			11500 * time.Millisecond: func(c *Controller) {
				if s := c.Status(); s[0].State != Ended || s[1].State != Finishing || *s[1].LeftMS != 0 {
					t.Errorf("at the end: %+v", s)
				}
			},
		})
	})
}

// TestStatusOfARunThatEnds: scenarios whose last iterations finish do not run, however the end came.
func TestStatusOfARunThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sideBySide("browse", "login")
		p.Scenarios[1].StartTime = plan.Duration(time.Minute)
		c, drain, users := newController(&fakeEngine{}, &recordingSink{}), make(chan struct{}), 5
		time.AfterFunc(1500*time.Millisecond, func() {
			if s := c.Status(); s[0].State != Running || s[1].State != Waiting || *s[1].Wanted != 0 {
				t.Errorf("before the end: %+v", s)
			}
			close(drain)
		})
		time.AfterFunc(1600*time.Millisecond, func() {
			if s := c.Status(); s[0].State != Finishing || s[0].LeftMS == nil || *s[0].LeftMS != 0 || s[1].State != Ended {
				t.Errorf("while iterations finish: %+v", s)
			}
			if got, want := told(t, c, "browse", plan.Command{Users: &users}), `steer scenario "browse": it begins no more iterations, its last ones finish`; got != want {
				t.Errorf("a command = %q, want %q", got, want)
			}
		})
		if _, err := c.Run(t.Context(), p, drain); err != nil {
			t.Fatal(err)
		}
	})
}

// TestStatusOfASearch says what is tried now, what held and what did not.
func TestStatusOfASearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := searching(&crowdedApp{}, 1, upTo(1, 1000), "iteration_duration_us:p(95)<575ms")
		const slow = "p(95) of iteration_duration_us was 800 ms, over 575 ms"
		drain := make(chan struct{})
		for after, want := range map[time.Duration]SearchStatus{
			5 * time.Second:   {Now: "1 user settling"},
			25 * time.Second:  {Now: "1 user being judged"},
			85 * time.Second:  {Now: "4 users settling", Held: "2 users"},
			205 * time.Second: {Now: "12 users settling", Held: "8 users", Broke: "16 users", Reason: slow},
			345 * time.Second: {Now: "12 users (tried again) being judged", Held: "11 users", Broke: "12 users", Reason: "p(95) of iteration_duration_us was 600 ms, over 575 ms"},
			// The drain was asked for, and an iteration takes 600 ms.
			345*time.Second + 50*time.Millisecond: {Held: "11 users", Broke: "12 users", Reason: "p(95) of iteration_duration_us was 600 ms, over 575 ms"},
		} {
			time.AfterFunc(after, func() {
				if s := c.Status(); len(s) != 1 || s[0].Search == nil || *s[0].Search != want {
					t.Errorf("after %v: %+v, want %+v", after, s, want)
				}
			})
		}
		time.AfterFunc(345*time.Second+20*time.Millisecond, func() { close(drain) })
		if _, err := c.Run(t.Context(), p, drain); err != nil {
			t.Fatal(err)
		}
	})
}

// TestChangesAreBounded: a program that steers for hours does not fill the memory.
func TestChangesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		results := steering(t, map[time.Duration]func(*Controller){time.Second: func(c *Controller) {
			for n := range maxChanges + 7 {
				told(t, c, "idle", plan.Command{Paused: new(n%2 == 0)})
			}
			told(t, c, "idle", plan.Command{Stop: true})
		}})
		if idle := results[2]; len(idle.Changes) != maxChanges || !strings.Contains(strings.Join(idle.Health.Notes, ""), "8 more changes from outside are not listed") {
			t.Errorf("%d changes, notes %q", len(idle.Changes), idle.Health.Notes)
		}
	})
}

// An obedientJob carries out every command.
type obedientJob struct{ node.Job }

func (obedientJob) Steer(context.Context, string, plan.Command) error { return nil }

// TestASearchIsNotSteered: what it finds would not be so.
func TestASearchIsNotSteered(t *testing.T) {
	p := planOf("shop").Scenarios[0]
	p.FindLimit = &plan.Limit{}
	batch := newRunningBatch(obedientJob{}, nil, time.Now(), []plan.Scenario{p}, nil)
	if _, err := batch.steer(t.Context(), "", plan.Command{Users: new(3)}); err == nil || !strings.Contains(err.Error(), "a search for its limit decides") {
		t.Errorf("more users = %v", err)
	}
	if steered, err := batch.steer(t.Context(), "", plan.Command{Stop: true}); err != nil || len(steered.Changes) != 1 {
		t.Errorf("stop = %+v, %v", steered, err)
	}
}

// A silentJob obeys no command before it is told so.
type silentJob struct {
	node.Job
	obey chan struct{}
}

func (j silentJob) Steer(context.Context, string, plan.Command) error {
	<-j.obey
	return nil
}

// TestIntervalsGoOnWhileANodeIsSilent: a command waits for it, and nothing else does.
func TestIntervalsGoOnWhileANodeIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, job := planOf("shop").Scenarios[0], silentJob{obey: make(chan struct{})}
		batch := newRunningBatch(job, nil, time.Now(), []plan.Scenario{p}, nil)
		interval := &metrics.Interval{Scenarios: []metrics.ScenarioInterval{{Scenario: "shop", State: &metrics.State{}}}}
		go batch.steer(t.Context(), "shop", plan.Command{Users: new(3)})
		synctest.Wait()
		batch.describe(interval) // a lock that the command held would be a deadlock
		if state := interval.Scenarios[0].State; len(state.Changes) != 0 {
			t.Errorf("changes that nobody has obeyed: %v", state.Changes)
		}
		close(job.obey)
		synctest.Wait()
		batch.describe(interval)
		if state := interval.Scenarios[0].State; len(state.Changes) != 1 || state.PlannedUsers != 3 {
			t.Errorf("%d users are planned after %v", state.PlannedUsers, state.Changes)
		}
	})
}
