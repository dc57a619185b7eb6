package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/runner"
)

// A crowdedApp answers the more slowly the more users it has: each iteration takes 50 ms for each user.
type crowdedApp struct {
	users     atomic.Int64
	failAbove int64 // users, from which on iterations fail; 0 for never
	haltAbove int64 // users, from which on they leave
	perSecond int   // iterations, from which on each takes 20 instead of 10 ms, however many users there are

	began    time.Time
	hiccup   [2]time.Duration // after began, from when to when all are slow
	busyOnly bool             // the hiccup is of the machine that makes the load

	mu     sync.Mutex
	recent []time.Time // beginnings of iterations
}

// hiccups says whether something disturbs the app now.
func (a *crowdedApp) hiccups() bool {
	since := time.Since(a.began)
	return !a.began.IsZero() && since >= a.hiccup[0] && since < a.hiccup[1]
}

// takes is how long an iteration takes that begins now.
func (a *crowdedApp) takes() time.Duration {
	if a.hiccups() && !a.busyOnly {
		return 1500 * time.Millisecond
	}
	if a.perSecond == 0 {
		return time.Duration(a.users.Load()) * 50 * time.Millisecond
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	a.recent = slices.DeleteFunc(append(a.recent, now), func(t time.Time) bool { return now.Sub(t) >= time.Second })
	if len(a.recent) > a.perSecond {
		return 20 * time.Millisecond
	}
	return 10 * time.Millisecond
}

func (a *crowdedApp) NewUser(runner.Identity) (runner.User, error) {
	a.users.Add(1)
	return &visitor{app: a}, nil
}
func (a *crowdedApp) Close() {}

type visitor struct{ app *crowdedApp }

func (v *visitor) Close() { v.app.users.Add(-1) }
func (v *visitor) RunIteration(ctx context.Context, _ browserpool.Session, _ int) (bool, error) {
	crowd := v.app.users.Load()
	select {
	case <-ctx.Done():
		return false, context.Cause(ctx)
	case <-time.After(v.app.takes()):
	}
	switch {
	case v.app.failAbove > 0 && crowd > v.app.failAbove:
		return false, errors.New("503")
	case v.app.haltAbove > 0 && crowd > v.app.haltAbove:
		return true, nil
	}
	return false, nil
}

// A crowdedProbe is of a machine whose processors are the busier the more users there are.
type crowdedProbe struct {
	app     *crowdedApp
	percent float64 // for each user
}

func (p crowdedProbe) Begin() error { return nil }

func (p crowdedProbe) Sample() (node.Usage, error) {
	if p.app.hiccups() && p.app.busyOnly {
		return node.Usage{CPUPercent: 100, RSSBytes: 1 << 20}, nil
	}
	return node.Usage{CPUPercent: min(100, p.percent*float64(p.app.users.Load())), RSSBytes: 1 << 20}, nil
}

// searching is a controller of an app, and the plan of a search for its limit.
func searching(app *crowdedApp, percent float64, find plan.FindLimit, expressions ...string) (*Controller, *fakeEngine, plan.Plan) {
	engine := &fakeEngine{}
	c := newController(engine, &recordingSink{})
	c.Node.(*node.Local).Probe = crowdedProbe{app, percent}
	use(c, app)
	s := plan.Scenario{Name: "shop"}
	find.Step, find.From = 30*time.Second, "--find-limit"
	decision, err := find.Decide(plan.Decision{From: map[string]string{}})
	if err != nil {
		panic(err)
	}
	decision.Options.Apply(&s)
	find.Apply(&s)
	for _, e := range expressions {
		metric, expression, _ := strings.Cut(e, ":")
		s.Thresholds = append(s.Thresholds, threshold.Spec{Metric: metric, Expression: expression})
	}
	return c, engine, plan.Plan{RunID: "id", Scenarios: []plan.Scenario{s}}
}

// use makes a script all that the controller runs.
func use(c *Controller, script runner.Script) {
	c.Node.(*node.Local).Load = func(context.Context, *plan.Scenario, node.Shared) (node.Script, error) {
		return sameScript{script}, nil
	}
}

// find runs a search to its end and returns the only Result.
func find(t *testing.T, c *Controller, p plan.Plan, drain <-chan struct{}) metrics.Result {
	t.Helper()
	results, err := c.Run(t.Context(), p, drain)
	if err != nil || len(results) != 1 || results[0].Limit == nil {
		t.Fatalf("Run = %+v, %v", results, err)
	}
	return results[0]
}

// doing is a script whose iterations are a Go function that says whether the user leaves.
type doing func() (leave bool)

func (d doing) NewUser(runner.Identity) (runner.User, error) { return d, nil }
func (doing) Close()                                         {}
func (d doing) RunIteration(context.Context, browserpool.Session, int) (bool, error) {
	return d(), nil
}

func upTo(start, most int) plan.FindLimit {
	return plan.FindLimit{Users: &plan.IntRange{Start: start, Most: most}}
}

// way are the loads that were tried, with what each broke on, and a mark behind those that were tried again.
func way(l *metrics.Limit) string {
	var texts []string
	for _, s := range l.Steps {
		text := fmt.Sprintf("%v%.1s", s.Load, s.By)
		if s.Again {
			text += "!"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " ")
}

func TestTheSearchFindsTheLimit(t *testing.T) {
	const fast, reliable = "iteration_duration_us:p(95)<575ms", "iteration_failures:rate<1%"
	for _, c := range []struct {
		name      string
		app       *crowdedApp
		percent   float64 // of CPU for each user
		find      plan.FindLimit
		promises  []string
		way       string
		statement string
		by        metrics.LimitCause
	}{
		{"slow", &crowdedApp{}, 1, upTo(1, 1000), []string{reliable, fast}, "1 2 4 8 16a 12a 10 11 12a!",
			"The application held 11 users; at 12, p(95) of iteration_duration_us was 600 ms, over 575 ms.", metrics.LimitApplication},
		{"failing", &crowdedApp{failAbove: 5}, 1, upTo(2, 1000), []string{reliable, fast}, "2 4 8a 6a 5 6a!",
			"The application held 5 users; at 6, rate of iteration_failures was 100 %, over 1 %.", metrics.LimitApplication},
		{"busy machine", &crowdedApp{}, 14, upTo(1, 1000), []string{reliable, fast}, "1 2 4 8g 6 7g 7g!",
			"The machine that makes the load, not the application, was the limit: at 7 users, node here: the machine's CPU was above 90 % for more than 20 % of the time (p80 98 %). 6 users held. Use a larger machine, or several.", metrics.LimitGenerator},
		// At 16 users both are the matter, and the machine is named.
		{"both", &crowdedApp{}, 7, upTo(8, 1000), []string{fast}, "8 16g 12a 10 11 12a!",
			"The application held 11 users; at 12, p(95) of iteration_duration_us was 600 ms, over 575 ms.", metrics.LimitApplication},
		{"most", &crowdedApp{}, 1, upTo(3, 10), []string{fast}, "3 6 10",
			"The application held 10 users, the most that was tried: --find-limit-max goes further.", ""},
		{"not even the first", &crowdedApp{}, 1, upTo(12, 100), []string{fast, reliable}, "12a 12a!",
			"Not even 12 users held: p(95) of iteration_duration_us was 600 ms, over 575 ms.", metrics.LimitApplication},
		{"busy with others", &crowdedApp{}, 99, upTo(1, 100), []string{fast}, "1g 1g!",
			"The machine that makes the load, not the application, was the limit: at 1 user, node here: the machine's CPU was above 90 % for more than 20 % of the time (p80 99 %). Not even 1 user held. See what else runs on it, or use a larger machine.", metrics.LimitGenerator},
		{"nobody stays", &crowdedApp{haltAbove: 3}, 1, upTo(1, 100), []string{reliable}, "1 2 4l 3 4l!",
			"The load could not be made: at 4 users, only 0 of 4 users were there after 1m10s. 3 users held.", metrics.LimitLoad},
		{"rate", &crowdedApp{perSecond: 21}, 0, plan.FindLimit{Rate: &plan.RateRange{Start: shape.Rate{Count: 8, Per: time.Second}, Most: shape.Rate{Count: 1000, Per: time.Second}}},
			[]string{"iteration_response_us:p(95)<15ms"}, "8 16 32a 24a 20 22a 21 22a!",
			"The application held 1260/m; at 1320/m, p(95) of iteration_response_us was 20 ms, over 15 ms.", metrics.LimitApplication},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				controller, engine, p := searching(c.app, c.percent, c.find, c.promises...)
				result := find(t, controller, p, nil)
				l := result.Limit
				if way(l) != c.way || l.Statement != c.statement || l.By != c.by || !l.Complete {
					t.Errorf("way %s, by %q, %q\nwant %s, by %q, %q", way(l), l.By, l.Statement, c.way, c.by, c.statement)
				}
				checkSteps(t, l)
				checkLast(t, controller.Sink.(*recordingSink))
				if engine.opened != engine.closed || engine.ends == 0 {
					t.Errorf("%d sessions opened, %d closed", engine.opened, engine.closed)
				}
				for _, o := range result.Thresholds {
					if !o.OK && l.Held != nil {
						t.Errorf("%v has held, but the Result says %+v", *l.Held, result.Thresholds)
					}
				}
			})
		})
	}
}

// TestAHiccupDoesNotEndTheSearch: a load that broke by accident is found to hold when it is tried again, and the search
// goes on to the limit.
func TestAHiccupDoesNotEndTheSearch(t *testing.T) {
	for _, c := range []struct {
		hiccup   [2]time.Duration
		busyOnly bool
		way      string
	}{
		{[2]time.Duration{15 * time.Second, 35 * time.Second}, false, "1a 1! 2 4 8 16a 12a 10 11 12a!"},
		{[2]time.Duration{135 * time.Second, 155 * time.Second}, false, "1 2 4 8a 6 7 8! 16a 12a 10 11 12a!"},
		{[2]time.Duration{135 * time.Second, 155 * time.Second}, true, "1 2 4 8g 6 7 8! 16a 12a 10 11 12a!"},
		{[2]time.Duration{255 * time.Second, 275 * time.Second}, false, "1 2 4 8 16a 12a 10a 9 10! 11 12a!"},
	} {
		synctest.Test(t, func(t *testing.T) {
			app := &crowdedApp{began: time.Now(), hiccup: c.hiccup, busyOnly: c.busyOnly}
			controller, _, p := searching(app, 1, upTo(1, 1000), "iteration_duration_us:p(95)<575ms")
			l := find(t, controller, p, nil).Limit
			const statement = "The application held 11 users; at 12, p(95) of iteration_duration_us was 600 ms, over 575 ms."
			if way(l) != c.way || l.Statement != statement || !l.Complete {
				t.Errorf("a hiccup at %v: way %s, %s\nwant %s, %s", c.hiccup, way(l), l.Statement, c.way, statement)
			}
			if held, broke := l.HeldStep(), l.BrokenStep(); held == nil || held.Text != "11 users" || broke == nil || broke.Text != "12 users" || !broke.Again {
				t.Errorf("held %+v, broke %+v", held, broke)
			}
			checkSteps(t, l)
		})
	}
}

// TestUsersWhoLeftAreReplaced, those of the first load after 20 s, when their load is tried again.
func TestUsersWhoLeftAreReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		controller, _, p := searching(&crowdedApp{}, 1, upTo(4, 8), "iteration_failures:rate<1%")
		use(controller, doing(func() (leave bool) {
			time.Sleep(time.Second)
			since := time.Since(began)
			return since > 20*time.Second && since < 30*time.Second
		}))
		if l := find(t, controller, p, nil).Limit; way(l) != "4l 4! 8" {
			t.Errorf("way %s, %s", way(l), l.Statement)
		}
	})
}

// checkSteps: each load was judged for its time, after the one before, and had its time to settle.
func checkSteps(t *testing.T, l *metrics.Limit) {
	t.Helper()
	end := int64(0)
	for _, s := range l.Steps {
		if judged := s.ToMS - s.FromMS; s.By != metrics.LimitLoad && (judged < 29_900 || judged > 31_100 || s.FromMS-end < 9_900) {
			t.Errorf("the load %s was judged from %d to %d ms, the one before until %d", s.Text, s.FromMS, s.ToMS, end)
		}
		if s.Held != (s.By == "") || s.Held != (len(s.Reasons) == 0) {
			t.Errorf("contradiction: %+v", s)
		}
		end = s.ToMS
	}
}

// TestTheSearchKeepsItsUsers: browsers are opened when there are more users, and not for each load.
func TestTheSearchKeepsItsUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, engine, p := searching(&crowdedApp{}, 1, upTo(1, 1000), "iteration_duration_us:p(95)<575ms")
		results, err := c.Run(t.Context(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		// To warm up, for 16 users, and one more each time when 11 follow on 10, and 12 are tried again.
		if engine.opened != 19 {
			t.Errorf("%d sessions were opened, want 19", engine.opened)
		}
		if n := results[0].Global.Counters["iterations"]; n.By["failed"] != 0 || results[0].Global.Users.Total != 18 {
			t.Errorf("iterations %+v, users %+v", n, results[0].Global.Users)
		}
	})
}

// TestTheSearchIsInterruptedEarly, when its first load has broken and is tried again.
func TestTheSearchIsInterruptedEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := searching(&crowdedApp{}, 1, upTo(1, 1000), "iteration_duration_us:p(95)<1ms")
		drain := make(chan struct{})
		time.AfterFunc(50*time.Second, func() { close(drain) })
		const want = "The search was interrupted. Not even 1 user held: p(95) of iteration_duration_us was 50 ms, over 1 ms."
		if l := find(t, c, p, drain).Limit; l.Statement != want || l.Complete {
			t.Errorf("%q, complete %v\nwant %q", l.Statement, l.Complete, want)
		}
	})
}

// TestTheSearchIsInterrupted while the fourth load is judged: what is known by then is said.
func TestTheSearchIsInterrupted(t *testing.T) {
	for after, want := range map[time.Duration]string{
		1500 * time.Millisecond: "The search was interrupted. No load was judged by then.",
		150 * time.Second:       "The search was interrupted. 4 users held.",
		215 * time.Second:       "The search was interrupted. 8 users held, and 16 users did not: p(95) of iteration_duration_us was 800 ms, over 575 ms.",
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := searching(&crowdedApp{}, 1, upTo(1, 1000), "iteration_duration_us:p(95)<575ms")
			drain := make(chan struct{})
			time.AfterFunc(after, func() {
				if live := c.Latest().Scenarios[0].State; live.Limit == nil || !strings.HasSuffix(live.Search, "settling") && !strings.HasSuffix(live.Search, "being judged") {
					t.Errorf("after %v the display sees %+v", after, live)
				}
				close(drain)
			})
			result := find(t, c, p, drain)
			l := result.Limit
			if l.Statement != want || l.Complete {
				t.Errorf("after %v: %q, complete %v\nwant %q", after, l.Statement, l.Complete, want)
			}
			if (l.Held == nil) != (len(l.Steps) == 0) || len(result.Thresholds) != min(1, len(l.Steps)) {
				t.Errorf("after %v: held %v of %s, thresholds %+v", after, l.Held, way(l), result.Thresholds)
			}
		})
	}
}

func TestASearchThatCannotFindAnythingIsRefused(t *testing.T) {
	c, engine, p := searching(&crowdedApp{}, 1, upTo(1, 10))
	if _, err := c.Run(t.Context(), p, nil); err == nil || !strings.Contains(err.Error(), "it has no threshold") {
		t.Errorf("without a threshold: %v", err)
	}
	c, _, p = searching(&crowdedApp{}, 1, upTo(1, 10), "iterations:count>0")
	p.Scenarios[0].Batch = 1
	beside := slices.Clone(p.Scenarios)[0]
	beside.Name, beside.FindLimit = "beside", nil
	p.Scenarios = append(p.Scenarios, beside)
	if _, err := c.Run(t.Context(), p, nil); err == nil || !strings.Contains(err.Error(), "it runs alongside others") {
		t.Errorf("beside others: %v", err)
	}
	if engine.opened > 0 {
		t.Errorf("%d sessions were opened", engine.opened)
	}
}

// TestAStoppedScenarioIsNotJudged: while the last iterations finish there is less load than is looked at,
// and none can be asked for.
func TestAStoppedScenarioIsNotJudged(t *testing.T) {
	rate := plan.FindLimit{Rate: &plan.RateRange{Start: shape.Rate{Count: 60, Per: time.Minute}, Most: shape.Rate{Count: 1000, Per: time.Second}}}
	for _, c := range []struct {
		find   plan.FindLimit
		after  time.Duration
		judged string
	}{
		{upTo(1, 1000), 32 * time.Second, ""}, {upTo(1, 1000), 100 * time.Second, "1 2"},
		{rate, 32 * time.Second, ""}, {rate, 100 * time.Second, "1 2"},
	} {
		synctest.Test(t, func(t *testing.T) {
			controller, _, p := searching(&crowdedApp{}, 1, c.find, "iteration_failures:rate<1%")
			use(controller, doing(func() bool { time.Sleep(20 * time.Second); return false }))
			time.AfterFunc(c.after, func() {
				if _, err := controller.Steer(t.Context(), "shop", plan.Command{Stop: true}); err != nil {
					t.Error(err)
				}
			})
			if l := find(t, controller, p, nil).Limit; way(l) != c.judged || l.Complete {
				t.Errorf("%s, stopped after %v: %q, %s", p.Scenarios[0].LoadText(), c.after, way(l), l.Statement)
			}
		})
	}
}

// TestTheLineOfOneLoadIsNotJudgedInTheNext: a rate that is too high leaves a line, in which iterations of the
// next rate would wait although it is one that the application bears: it serves one
// after the other.
func TestTheLineOfOneLoadIsNotJudgedInTheNext(t *testing.T) {
	for _, perMinute := range []int{180, 300, 540} {
		synctest.Test(t, func(t *testing.T) {
			rates := plan.FindLimit{Rate: &plan.RateRange{Start: shape.Rate{Count: 1, Per: time.Second}, Most: shape.Rate{Count: 1000, Per: time.Second}}}
			c, _, p := searching(&crowdedApp{}, 1, rates, "iteration_response_us:p(95)<1s")
			var mu sync.Mutex
			var free time.Time // when all in the line were served
			use(c, doing(func() bool {
				mu.Lock()
				if now := time.Now(); free.Before(now) {
					free = now
				}
				free = free.Add(time.Minute / time.Duration(perMinute))
				served := free
				mu.Unlock()
				time.Sleep(time.Until(served))
				return false
			}))
			l := find(t, c, p, nil).Limit
			if held := fmt.Sprint(*l.Held); held != fmt.Sprint(float64(perMinute)/60) {
				t.Errorf("of %d a minute %s a second held: %s: %s", perMinute, held, way(l), l.Statement)
			}
			checkSteps(t, l)
		})
	}
}
