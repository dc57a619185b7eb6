package runner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules"
	"github.com/liveload/liveload/plan"
)

// loadScript bundles, inspects and loads a script as the command line does.
func loadScript(t *testing.T, source string, config map[string]string) (Script, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scenario.js")
	if err := os.WriteFile(path, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	modules := jsmodules.All(jsmodules.Options{})
	program, err := js.Bundle(path, js.BundleOptions{Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	p := testScenario(func(p *plan.Scenario) { p.Program, p.Config = plan.Program(program.Source()), config })
	return LoadScript(t.Context(), &p, ScriptOptions{Modules: modules, Log: quiet(), Shared: &shared.Local{}})
}

// TestScriptRuns follows real scripts through the runner, in real time.
func TestScriptRuns(t *testing.T) {
	cases := []struct {
		name, source string
		class        string // "" is success
		reason       string
		iterations   Outcome
	}{
		{"halt", `export function config(o) { return { n: Number(o.n) }; }
			export default function (user, config) { if (user.iteration === config.n) user.halt(); }`, "", "", OK},
		{"throw", `export default async function () { null.x; }`, "script error", "scenario.js:1:41", Failed},
		{"fail", `export default async function (user) { user.fail('no stock'); }`, "fail: no stock", "the scenario failed: no stock", Failed},
		{"loop", `export default function () { for (;;) {} }`, ClassTimeout, "was running", Timeout},
		{"never resolves", `export default () => new Promise(() => {})`, ClassTimeout, "was waiting for a promise", Timeout},
		{"no page", `export default (user) => user.click('#x')`, ClassNoPage, "call user.navigate(url) first", Failed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			script, err := loadScript(t, c.source, map[string]string{"n": "3"})
			if err != nil {
				t.Fatal(err)
			}
			journal := newLedger()
			run := Run{Plan: testScenario(func(p *plan.Scenario) { p.IterationTimeout = plan.Duration(300 * time.Millisecond) }),
				Script: script, Sessions: &fakePool{}, Journal: journal, Log: quiet()}
			if err := run.Do(t.Context()); err != nil {
				t.Fatal(err)
			}
			if journal.ended[c.class] != 1 || journal.iterations[c.iterations] == 0 {
				t.Errorf("users ended %v, iterations %v, want the class %q and the outcome %s", journal.ended, journal.iterations, c.class, c.iterations)
			}
			if c.class != "" && !strings.Contains(journal.failures[0].Reason, c.reason) {
				t.Errorf("reason = %q, want %q in it", journal.failures[0].Reason, c.reason)
			}
		})
	}
}

func TestLoadScriptReportsConfig(t *testing.T) {
	_, err := loadScript(t, `export function config() { throw new Error('no database'); }
export default () => {}`, nil)
	var script *js.Error
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
	first, err := loadScript(t, source, nil)
	if err != nil {
		t.Fatal(err)
	}
	modules := jsmodules.All(jsmodules.Options{})
	script, err := Sibling(first, &plan.Scenario{Name: "draw", Exec: "draw"}, ScriptOptions{Modules: modules, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	draw := func(who UserInfo) string {
		user, err := script.NewUser(who)
		if err != nil {
			t.Fatal(err)
		}
		defer user.Close()
		_, err = user.RunIteration(t.Context(), nil, 1)
		if err == nil || !strings.Contains(err.Error(), " of ") {
			t.Fatalf("%+v drew %v", who, err)
		}
		return err.Error()
	}
	drawn := draw(UserInfo{ID: 1, Scenario: "draw", Seed: 7})
	if again := draw(UserInfo{ID: 1, Scenario: "draw", Seed: 7}); again != drawn {
		t.Errorf("the same user drew %q, then %q", drawn, again)
	}
	for _, other := range []UserInfo{{ID: 2, Scenario: "draw", Seed: 7}, {ID: 1, Scenario: "other", Seed: 7}, {ID: 1, Scenario: "draw", Seed: 8}} {
		if again := draw(other); again == drawn {
			t.Errorf("%+v drew %q too", other, again)
		}
	}
	again, err := loadScript(t, source, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := first.(*javaScript).config, again.(*javaScript).config; !reflect.DeepEqual(a, b) {
		t.Errorf("config drew %v, then %v with the same seed", a, b)
	}
	if _, err := Sibling(steady(0), &plan.Scenario{Name: "draw"}, ScriptOptions{}); err == nil {
		t.Error("a script in Go has a sibling in JavaScript")
	}
}

// TestSiblingsShareThrottles: scenarios of one file wait in the same queues.
func TestSiblingsShareThrottles(t *testing.T) {
	first, err := loadScript(t, `import { Parallelism } from 'liveload/throttles';
		export const throttles = () => [Parallelism('slot', 1)];
		export default () => {}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := testScenario(nil)
	second, err := Sibling(first, &p, ScriptOptions{Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		if _, err := first.(*javaScript).throttles.Acquire(t.Context(), "slot"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := second.(*javaScript).throttles.Acquire(ctx, "slot"); err == nil {
			t.Error("each scenario has a slot of its own")
		}
	})
}
