package node

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/jsmodules"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/throttle"
)

// loadScript bundles, inspects and loads a script as the command line does.
func loadScript(t *testing.T, source string, config map[string]string, modules js.Modules) (Script, error) {
	t.Helper()
	jstest.Write(t, "scenario.js", source)
	program, err := bundle.Script("scenario.js", modules.Exports())
	if err != nil {
		t.Fatal(err)
	}
	p := testScenario("test", func(p *plan.Scenario) { p.Program, p.Config = plan.Program(program.Source()), config })
	return LoadScript(t.Context(), &p, ScriptOptions{Modules: modules, Log: quiet(), Shared: &shared.Local{}})
}

// runScript runs a scenario of a script to its end, and returns what was recorded.
func runScript(t *testing.T, p plan.Scenario, script Script) *metricstest.Reading {
	t.Helper()
	recorder := metrics.NewRecorder("n", time.Now(), metrics.NewRegistry())
	run := runner.Run{Plan: p, Script: script.Scenario(&plan.Scenario{}, nil, nil, nil), Sessions: fakeEngine{},
		Control: runner.NewControl(&p), Journal: runner.NewJournal(recorder.Scope(p.Name)), Log: quiet()}
	if err := run.Do(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	return metricstest.NewReading(recorder)
}

// TestScriptRuns follows real scripts through the runner, in real time.
func TestScriptRuns(t *testing.T) {
	cases := []struct {
		name, source string
		class        string // "" is success
		reason       string
		iterations   runner.Outcome
	}{
		{"halt", `export function config(o) { return { n: Number(o.n) }; }
			export default function (user, config) { if (user.iteration === config.n) user.halt(); }`, "", "", runner.OK},
		{"throw", `export default async function () { null.x; }`, "script error", "scenario.js:1:41", runner.Failed},
		{"fail", `export default async function (user) { user.fail('no stock'); }`, "fail: no stock", "the scenario failed: no stock", runner.Failed},
		{"loop", `export default function () { for (;;) {} }`, runner.ClassTimeout, "was running", runner.Timeout},
		{"never resolves", `export default () => new Promise(() => {})`, runner.ClassTimeout, "was waiting for a promise", runner.Timeout},
		{"no page", `export default (user) => user.click('#x')`, runner.ClassNoPage, "call user.navigate(url) first", runner.Failed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			script, err := loadScript(t, c.source, map[string]string{"n": "3"}, jsmodules.All(jsmodules.Options{}))
			if err != nil {
				t.Fatal(err)
			}
			seen := runScript(t, testScenario("test", func(p *plan.Scenario) { p.IterationTimeout = plan.Duration(300 * time.Millisecond) }), script)
			users, iterations := seen.Users("test"), seen.Count("test", metrics.Iterations, string(c.iterations))
			if c.class == "" {
				if users.Succeeded != 1 || iterations == 0 {
					t.Errorf("users %+v, %d iterations with the outcome %s", users, iterations, c.iterations)
				}
				return
			}
			if seen.Count("test", metrics.ScenarioFailures, c.class) != 1 || iterations == 0 || !strings.Contains(seen.Failures()[0].ReasonInspect, c.reason) {
				t.Errorf("users %+v, %d iterations with the outcome %s, failures %+v; want the class %q and the reason %q",
					users, iterations, c.iterations, seen.Failures(), c.class, c.reason)
			}
		})
	}
}

func TestLoadScriptReportsConfig(t *testing.T) {
	_, err := loadScript(t, `export function config() { throw new Error('no database'); }
export default () => {}`, nil, jsmodules.All(jsmodules.Options{}))
	var script *scripterr.Error
	if !errors.As(err, &script) || script.Line != 1 || !strings.Contains(err.Error(), "no database") {
		t.Errorf("LoadScript = %v, want the script's error with its place", err)
	}
}

// TestSeedRepeatsWhatIsRandom: the same seed, scenario and user make the same choices, also in a VM that
// replaces another one; other users make others. Scenarios of one file share their config.
func TestSeedRepeatsWhatIsRandom(t *testing.T) {
	source := `export function config() { return { drawn: Math.random() }; }
		export default () => {};
		export function draw(user, config) { user.fail(Math.random() + ' of ' + config.drawn); }`
	modules := jsmodules.All(jsmodules.Options{})
	first, err := loadScript(t, source, nil, modules)
	if err != nil {
		t.Fatal(err)
	}
	script := first.Scenario(&plan.Scenario{Name: "draw", Exec: "draw"}, nil, nil, nil)
	draw := func(identity runner.Identity) string {
		user, err := script.NewUser(identity)
		if err != nil {
			t.Fatal(err)
		}
		defer user.Close()
		_, err = user.RunIteration(t.Context(), nil, 1)
		if err == nil || !strings.Contains(err.Error(), " of ") {
			t.Fatalf("%+v drew %v", identity, err)
		}
		return err.Error()
	}
	drawn := draw(runner.Identity{ID: 1, Scenario: "draw", Seed: 7})
	if again := draw(runner.Identity{ID: 1, Scenario: "draw", Seed: 7}); again != drawn {
		t.Errorf("the same user drew %q, then %q", drawn, again)
	}
	for _, other := range []runner.Identity{{ID: 2, Scenario: "draw", Seed: 7}, {ID: 1, Scenario: "other", Seed: 7}, {ID: 1, Scenario: "draw", Seed: 8}} {
		if again := draw(other); again == drawn {
			t.Errorf("%+v drew %q too", other, again)
		}
	}
	again, err := loadScript(t, source, nil, modules)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := first.(*javaScript).config, again.(*javaScript).config; !reflect.DeepEqual(a, b) {
		t.Errorf("config drew %v, then %v with the same seed", a, b)
	}
}

// TestScenariosShareThrottles: those of one file wait in the same queues.
func TestScenariosShareThrottles(t *testing.T) {
	script, err := loadScript(t, `import { Parallelism } from 'liveload/throttles';
		export const throttles = () => [Parallelism('slot', 1)];
		export default (user) => user.throttle('slot');`, nil, jsmodules.All(jsmodules.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	permit, err := throttle.Acquire(t.Context(), script.(*javaScript).throttles, "slot")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"browse", "buy"} {
		user, err := script.Scenario(&plan.Scenario{Name: name}, nil, nil, nil).NewUser(runner.Identity{ID: 1, Scenario: name})
		if err != nil {
			t.Fatal(err)
		}
		defer user.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := user.RunIteration(ctx, fakeSession{}, 1); err == nil {
			t.Errorf("%s has a slot of its own", name)
		}
	}
	permit.Release()
}

// A bug is a module whose function panics.
type bug struct{}

func (bug) Names() []string { return []string{"explode"} }
func (bug) Exports(*js.VM) (map[string]any, error) {
	return map[string]any{"explode": func() { panic("surprise") }}, nil
}

// TestPanicInScript: a panic below a script, on the goroutine of its VM, costs its user only and shows its
// stack.
func TestPanicInScript(t *testing.T) {
	modules := jsmodules.All(jsmodules.Options{})
	modules["liveload/bug"] = bug{}
	script, err := loadScript(t, "import { explode } from 'liveload/bug';\nexport default async function () { explode(); }", nil, modules)
	if err != nil {
		t.Fatal(err)
	}
	seen := runScript(t, testScenario("panic", nil), script)
	if failures := seen.Failures(); seen.Count("panic", metrics.ScenarioFailures, runner.ClassPanic) != 1 || len(failures) != 1 ||
		!strings.Contains(failures[0].ReasonInspect, "surprise") || !strings.Contains(strings.Join(failures[0].Stacktrace, "\n"), "bug.Exports") {
		t.Errorf("users %+v, failures %+v", seen.Users("panic"), failures)
	}
}
