package cluster

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/runner/evidence"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fakeEngine gives sessions without browsers and remembers what was closed.
type fakeEngine struct {
	mu                   sync.Mutex
	opened, closed, ends int
	onClose              func()
	recorder             browserpool.Recorder
	refuse               error
}

func (e *fakeEngine) NewSession(context.Context, browserpool.SessionOptions) (browserpool.Session, error) {
	if e.refuse != nil {
		return nil, e.refuse
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.opened++
	return &fakeSession{engine: e}, nil
}
func (e *fakeEngine) Close(context.Context) error {
	e.ends++
	if e.onClose != nil {
		e.onClose()
	}
	return nil
}

type fakeSession struct {
	browserpool.Session
	engine *fakeEngine
}

func (s *fakeSession) ResetObjects(context.Context) {}
func (s *fakeSession) Lost() <-chan struct{}        { return nil }
func (s *fakeSession) Close(context.Context) error {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	s.engine.closed++
	return nil
}

// A waitingFile has scenarios that wait.
type waitingFile struct{}

func (waitingFile) Files() js.Files { return nil }

func (waitingFile) Scenario(_ *plan.Scenario, recorder liveload.Recorder, _ browserpool.PageLabeler, _ *evidence.Store) runner.Script {
	return waitingScript{recorder}
}

// A sameScript is a file of which all scenarios are the same.
type sameScript struct{ runner.Script }

func (s sameScript) Files() js.Files { return nil }

func (s sameScript) Scenario(*plan.Scenario, liveload.Recorder, browserpool.PageLabeler, *evidence.Store) runner.Script {
	return s.Script
}

// A waiting script takes a second of virtual time for each iteration.
type waitingScript struct{ recorder liveload.Recorder }

func (s waitingScript) NewUser(identity runner.Identity) (runner.User, error) {
	if identity.Scenario == "stuck" {
		return stuckUser{s}, nil
	}
	return s, nil
}
func (s waitingScript) Close() {}
func (s waitingScript) RunIteration(ctx context.Context, _ browserpool.Session, _ int) (bool, error) {
	select {
	case <-time.After(time.Second):
		s.recorder.Observe(metrics.ActionDuration, metrics.ActionDuration.With("click"), 5000)
		return false, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

type fakeProbe struct{}

func (fakeProbe) Begin() error { return nil }

func (fakeProbe) Sample() (node.Usage, error) {
	return node.Usage{CPUPercent: 10, RSSBytes: 1 << 20}, nil
}

// A recordingSink remembers what it got.
type recordingSink struct {
	info      metrics.RunInfo
	intervals []*metrics.Interval
	results   []metrics.Result
}

func (s *recordingSink) Start(_ context.Context, run metrics.RunInfo) error { s.info = run; return nil }
func (s *recordingSink) Write(_ context.Context, i *metrics.Interval) error {
	s.intervals = append(s.intervals, i)
	return nil
}
func (s *recordingSink) Close(_ context.Context, results []metrics.Result) error {
	s.results = results
	return nil
}

func newController(engine *fakeEngine, sink *recordingSink) *Controller {
	log := slog.New(slog.DiscardHandler)
	return &Controller{Sink: sink, Version: "test", Log: log, Metrics: metrics.NewRegistry(), Node: &node.Local{
		NodeName: "here", Metrics: metrics.NewRegistry(), Probe: fakeProbe{}, Log: log,
		Load: func(_ context.Context, first *plan.Scenario, _ node.Shared) (node.Script, error) {
			if first.Name == "broken" {
				return nil, errors.New("config: no database")
			}
			return waitingFile{}, nil
		},
		Open: func(_ context.Context, recorder browserpool.Recorder) (browserpool.Engine, error) {
			engine.recorder = recorder
			return engine, nil
		},
	}}
}

func planOf(names ...string) plan.Plan {
	p := plan.Plan{RunID: "id"}
	for _, name := range names {
		s := plan.Scenario{Name: name}
		plan.Options{}.Apply(&s)
		s.Users, s.Duration = 2, plan.Duration(10*time.Second)
		p.Scenarios = append(p.Scenarios, s)
	}
	return p
}

// sideBySide is a plan of one batch.
func sideBySide(names ...string) plan.Plan {
	p := planOf(names...)
	for i := range p.Scenarios {
		p.Scenarios[i].Batch = 1
	}
	return p
}

// checkLast: the last interval of a batch says what its Results say.
func checkLast(t *testing.T, sink *recordingSink) {
	t.Helper()
	last := make(map[string]*metrics.State)
	for n, i := range sink.intervals {
		if i.Final {
			for _, s := range i.Scenarios {
				last[s.Scenario] = s.State
			}
		} else if n == len(sink.intervals)-1 {
			t.Error("the last interval is not final")
		}
	}
	for _, r := range sink.results {
		state := last[r.Name]
		switch {
		case r.Error != "":
		case state == nil:
			t.Errorf("%s has no final interval", r.Name)
		case !slices.EqualFunc(state.Thresholds, r.Thresholds, func(a, b metrics.ThresholdOutcome) bool { return reflect.DeepEqual(a, b) }):
			t.Errorf("%s: thresholds %+v in the last interval, %+v in the Result", r.Name, state.Thresholds, r.Thresholds)
		case state.Users.Succeeded != r.Global.Users.Succeeded, state.Users.Failed != r.Global.Users.Failed, state.Active != 0,
			state.Elapsed.Milliseconds() != r.Global.ElapsedMS, !reflect.DeepEqual(state.Changes, r.Changes), state.Limit != r.Limit:
			t.Errorf("%s: the last interval says %+v, the Result %+v", r.Name, state, r)
		default:
			for name, c := range r.Global.Counters {
				if n := state.Total(name, metrics.AllLabels).Count; n != c.Aggregate {
					t.Errorf("%s: %s is %d in the last interval, %d in the Result", r.Name, name, n, c.Aggregate)
				}
			}
			for name, h := range r.Global.Histograms {
				if total := state.Total(name, metrics.AllLabels); total.Count != h.Aggregate.Count || total.Values.Sum() != h.Aggregate.Sum {
					t.Errorf("%s: %s has %d values in the last interval, %d in the Result", r.Name, name, total.Count, h.Aggregate.Count)
				}
			}
		}
	}
}

func TestScenariosRunOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		engine, sink, began := &fakeEngine{}, &recordingSink{}, time.Now()
		c := newController(engine, sink)
		results, err := c.Run(t.Context(), planOf("first", "broken", "last"), nil)

		if err == nil || err.Error() != "scenario broken: config: no database" {
			t.Errorf("Run = %v, want the error of the broken scenario", err)
		}
		if len(results) != 3 || len(sink.results) != 3 || results[1].Error == "" {
			t.Fatalf("results = %+v: want three, the second with an error", results)
		}
		for _, i := range []int{0, 2} {
			g := results[i].Global
			if g.Users.Succeeded != 2 || g.Counters["iterations"].Aggregate != 20 || g.ElapsedMS != 10_000 {
				t.Errorf("%s: users %+v, iterations %+v, %d ms", results[i].Name, g.Users, g.Counters["iterations"], g.ElapsedMS)
			}
			if n := g.Histograms["action_duration_us"].By["click"].Count; n != 20 {
				t.Errorf("%s: %d clicks, want 20", results[i].Name, n)
			}
			if n := g.Histograms["generator_cpu_percent"].Aggregate.Count; n < 9 {
				t.Errorf("%s: health was sampled %d times in 10 s", results[i].Name, n)
			}
		}
		if took := time.Since(began); took != 20*time.Second {
			t.Errorf("the run took %v, want 20s", took)
		}
		if engine.opened != 6 || engine.closed != 6 || engine.ends < 2 {
			t.Errorf("%d sessions opened, %d closed, %d engines closed; want 6 (one of each scenario warms up), 6 and at least 2", engine.opened, engine.closed, engine.ends)
		}
		if len(sink.intervals) < 20 || len(sink.info.Scenarios) != 3 {
			t.Errorf("the sink saw %d intervals of %d scenarios", len(sink.intervals), len(sink.info.Scenarios))
		}
		checkLast(t, sink)
	})
}

// TestScenariosOfABatchRunSideBySide, on the same browsers, each with numbers of its own; and each can be
// steered while it runs.
func TestScenariosOfABatchRunSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		engine, sink, began := &fakeEngine{}, &recordingSink{}, time.Now()
		c := newController(engine, sink)
		p := planOf("browse", "buy", "later")
		p.Scenarios[0].Batch, p.Scenarios[1].Batch = 1, 1
		p.Scenarios[1].StartTime, p.Scenarios[1].Tags = plan.Duration(5*time.Second), map[string]string{"team": "shop"}
		time.AfterFunc(12500*time.Millisecond, func() {
			if _, err := c.Steer(t.Context(), "buy", plan.Command{Stop: true}); err != nil {
				t.Error(err)
			}
			if _, err := c.Steer(t.Context(), "later", plan.Command{}); err == nil || !strings.Contains(err.Error(), `no scenario "later" runs now; these do: buy`) {
				t.Errorf("steering a scenario of another batch = %v", err)
			}
			engine.recorder.Add(metrics.BrowserCrashes, metrics.BrowserCrashes.With(metrics.CrashCrashed, metrics.ProcessBrowser, "playwright"), 1)
		})
		results, err := c.Run(t.Context(), p, nil)
		if err != nil || len(results) != 3 {
			t.Fatalf("Run = %d results, %v", len(results), err)
		}
		for i, want := range []struct {
			iterations, crashes int64
			team                string
		}{{20, 1, ""}, {16, 1, "shop"}, {20, 0, ""}} {
			r := results[i]
			if n := r.Global.Counters["iterations"].Aggregate; n != want.iterations || r.Labels["team"] != want.team || r.Global.Counters["browser_crashes"].Aggregate != want.crashes {
				t.Errorf("%s: %d iterations, labels %v, crashes %v; want %+v", r.Name, n, r.Labels, r.Global.Counters["browser_crashes"], want)
			}
		}
		if took := time.Since(began); took != 23*time.Second {
			t.Errorf("the run took %v, want 13s for the batch and 10s for the next one", took)
		}
		if _, err := c.Steer(t.Context(), "buy", plan.Command{}); err == nil || !strings.Contains(err.Error(), "no scenario runs now") {
			t.Errorf("steering after the run = %v", err)
		}
		if engine.ends < 2 || engine.opened != 9 {
			t.Errorf("%d sessions opened, engines closed %d times", engine.opened, engine.ends)
		}
	})
}

func TestDrainAndStopStillGiveResults(t *testing.T) {
	for _, polite := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			engine, sink := &fakeEngine{}, &recordingSink{}
			c := newController(engine, sink)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			drain := make(chan struct{})
			time.AfterFunc(2500*time.Millisecond, func() {
				if polite {
					close(drain)
				} else {
					stop()
				}
			})
			results, err := c.Run(ctx, planOf("first", "never"), drain)
			if err != nil || len(results) != 1 {
				t.Fatalf("Run = %d results, %v; want one of the scenario that began", len(results), err)
			}
			if notes := strings.Join(results[0].Health.Notes, "; "); !strings.HasPrefix(notes, "interrupted: ") {
				t.Errorf("polite %v: the Result does not say that the run was interrupted: %q", polite, notes)
			}
			iterations := int64(4)
			if polite {
				iterations = 6
			}
			if got := results[0].Global; got.Counters["iterations"].Aggregate != iterations || got.Users.Total != 2 || engine.closed != 3 {
				t.Errorf("polite %v: iterations %+v, users %+v, %d sessions closed; want %d iterations",
					polite, got.Counters["iterations"], got.Users, engine.closed, iterations)
			}
			checkLast(t, sink)
		})
	}
}

func TestAnInvalidPlanIsAnErrorOfItsScenario(t *testing.T) {
	p := planOf("first")
	p.Scenarios[0].Users = 0
	results, err := newController(&fakeEngine{}, &recordingSink{}).Run(t.Context(), p, nil)
	if err == nil || len(results) != 1 || !strings.Contains(results[0].Error, "users is 0") {
		t.Errorf("Run = %+v, %v; want the plan's error", results, err)
	}
}

// A crash may be noticed by the users before it is by the pool, whose Close waits for that.
func TestACrashThatEndsTheLastUsersIsInTheResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		engine := &fakeEngine{}
		engine.onClose = sync.OnceFunc(func() {
			time.Sleep(3 * time.Second) // a slow goodbye is no part of the run
			engine.recorder.Add(metrics.BrowserCrashes, metrics.BrowserCrashes.With(metrics.CrashCrashed, metrics.ProcessBrowser, "playwright"), 1)
		})
		results, err := newController(engine, &recordingSink{}).Run(t.Context(), planOf("first"), nil)
		if err != nil {
			t.Fatal(err)
		}
		g := results[0].Global
		if g.Counters["browser_crashes"].Aggregate != 1 || g.ElapsedMS != 10_000 {
			t.Errorf("crashes %+v after %d ms, want 1 after 10000", g.Counters["browser_crashes"], g.ElapsedMS)
		}
	})
}

func TestInterruptedBeforeItBegan(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	c := newController(&fakeEngine{}, &recordingSink{})
	c.Node.(*node.Local).Open = func(context.Context, browserpool.Recorder) (browserpool.Engine, error) {
		interrupt()
		return nil, errors.New("a browser was killed")
	}
	results, err := c.Run(ctx, planOf("first"), nil)
	if !errors.Is(err, context.Canceled) || len(results) != 1 || results[0].Error != "interrupted before it began" {
		t.Errorf("Run = %+v, %v", results, err)
	}
}

func TestBrowsersThatCannotStartAreOneError(t *testing.T) {
	engine := &fakeEngine{refuse: errors.New("no such browser")}
	results, err := newController(engine, &recordingSink{}).Run(t.Context(), planOf("first"), nil)
	if err == nil || len(results) != 1 || !strings.Contains(results[0].Error, "prepare browsers: no such browser") || engine.ends != 1 {
		t.Errorf("Run = %+v, %v; %d engines closed; want one error and the engine closed", results, err, engine.ends)
	}
}
