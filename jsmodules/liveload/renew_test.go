package liveload

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
)

// A blocker is a module with a function that does not come back until somebody lets it. Then it does what
// a user may do, from the goroutine that was left behind.
type blocker struct{ free chan struct{} }

func (*blocker) Names() []string { return []string{"block"} }

func (b *blocker) Exports(vm *js.VM) (map[string]any, error) {
	return map[string]any{"block": func() {
		<-b.free
		u, _ := UserOf(vm)
		u.halt(localCall{})
		u.Abort("too late")
		u.state.nextOperation()
		u.state.setTimeout(time.Hour)
		u.enterStep("late")
		u.state.hold("slot", true).keep(func() { b.free <- struct{}{} }) // must be given back at once
		vm.Random()
	}}, nil
}

// TestUserGoesOnAfterGivenUp: the next iteration begins in a fresh VM, and nothing of the one that was left
// behind reaches it: what it held is given back, what it was in has failed, what it still does is ignored.
func TestUserGoesOnAfterGivenUp(t *testing.T) {
	const body = `if (user.iteration === 1) { user.assign('kept', '#kept'); user.setTimeout('7s'); await user.click('#a').throttle('slot'); await user.step('a', () => block()); }
		await user.throttle('slot').click(user.assigns.kept ?? '#lost')`
	for name, test := range map[string]struct {
		back    bool // before the next iteration
		clicked string
	}{
		"while it runs":   {false, "Click #a; Click #lost"},
		"when it is over": {true, "Click #a; Click #kept"},
	} {
		t.Run(name, func(t *testing.T) {
			b, all := &blocker{}, modules()
			all["liveload/block"] = b
			program := jstest.Program(t, all, "a.js", "import { block } from 'liveload/block';\n"+iterate(body))
			synctest.Test(t, func(t *testing.T) {
				b.free = make(chan struct{}, 1)
				var logged bytes.Buffer
				vm, err := js.NewVM(t.Context(), program, js.VMOptions{Modules: all, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
				if err != nil {
					t.Fatal(err)
				}
				got := &noted{}
				u, err := NewUser(vm, Options{ID: 3, Recorder: got, Throttles: localThrottles(t, oneSlot)})
				if err != nil {
					t.Fatal(err)
				}
				session := newFake()
				ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, &FailError{"its time is over"})
				defer cancel()
				began := time.Now()
				_, err = u.RunIteration(ctx, session, 1)
				checkError(t, err, "in a built-in function that cannot be interrupted")
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("the iteration took %v", took)
				}
				if test.back {
					b.free <- struct{}{}
					synctest.Wait()
				}
				halted, err := u.RunIteration(t.Context(), session, 2)
				if err != nil || halted {
					t.Errorf("the next iteration: halted %v, %v", halted, err)
				}
				if !test.back {
					b.free <- struct{}{}
					synctest.Wait()
				}
				if len(b.free) != 1 {
					t.Error("what was taken too late was not given back")
				}
				if calls := session.log(); calls != test.clicked {
					t.Errorf("the session was asked for %s, want %s", calls, test.clicked)
				}
				slices.Sort(got.lines)
				want := "step_failure_duration_us a; step_failures a 1; throttle_wait_us slot; throttle_wait_us slot"
				if lines := strings.Join(got.lines, "; "); lines != want {
					t.Errorf("recorded %s\nwant     %s", lines, want)
				}
				log := logged.String()
				if strings.Count(log, "\n") != 1 || !strings.Contains(log, "gave up") || !strings.Contains(log, "user=3 iteration=1") {
					t.Errorf("logged %s", log)
				}
			})
		})
	}
}
