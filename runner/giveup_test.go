package runner

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules"
	"github.com/liveload/liveload/plan"
)

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
	path := filepath.Join(t.TempDir(), "scenario.js")
	if err := os.WriteFile(path, []byte("import { explode } from 'liveload/bug';\nexport default async function () { explode(); }"), 0o644); err != nil {
		t.Fatal(err)
	}
	program, err := js.Bundle(path, js.BundleOptions{Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	p := testScenario(func(p *plan.Scenario) {
		p.Program, p.IterationTimeout = plan.Program(program.Source()), plan.Duration(10*time.Second)
	})
	script, err := LoadScript(t.Context(), &p, ScriptOptions{Modules: modules, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	journal := newLedger()
	run := Run{Plan: p, Script: script, Sessions: &fakePool{}, Journal: journal, Log: quiet()}
	if err := run.Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	if journal.ended[ClassPanic] != 1 || len(journal.failures) != 1 {
		t.Fatalf("users ended %v, failures %v", journal.ended, journal.failures)
	}
	f := journal.failures[0]
	if !strings.Contains(f.Reason, "surprise") || !strings.Contains(strings.Join(f.Stack, "\n"), "bug.Exports") {
		t.Errorf("reason %q with the stack\n%s", f.Reason, strings.Join(f.Stack, "\n"))
	}
}

// TestPanicCountsMoreThanTheTimeout: what has happened is a bug, whatever the time.
func TestPanicCountsMoreThanTheTimeout(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Nanosecond, &TimeoutError{})
	defer cancel()
	<-ctx.Done()
	if err := endedBy(ctx, &js.PanicError{Value: "surprise"}); classOf(err) != ClassPanic {
		t.Errorf("the iteration ended by %v", err)
	}
}
