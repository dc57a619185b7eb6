package js_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
)

// A blocker is a module with functions that do not come back until somebody lets them.
type blocker struct{ free chan struct{} }

func (*blocker) Names() []string { return []string{"block", "explode", "calls"} }

func (b *blocker) Exports(vm *js.VM) (map[string]any, error) {
	calls := 0
	return map[string]any{
		"block":   func() { calls++; <-b.free; calls++ },
		"explode": func() { panic("a bug") },
		"calls":   func() int { return calls },
	}, nil
}

// blocked bundles a script that can block.
func blocked(t *testing.T, body string) (*program.Program, js.Modules, *blocker) {
	t.Helper()
	b := &blocker{make(chan struct{})}
	modules := js.Modules{"liveload": b}
	p := jstest.Program(t, modules, "s.js", "import { block, explode, calls } from 'liveload';\nexport { calls };\n"+body)
	return p, modules, b
}

// TestGivenUp: a function that nothing interrupts costs the VM, and its caller less than a second.
func TestGivenUp(t *testing.T) {
	cause := errors.New("time is up")
	for _, body := range []string{
		`block()`, `await null; block()`, `setTimeout(block); await new Promise(() => {})`, `[3, 1, 2].sort(block)`, `try { block() } finally { for (;;) {} }`,
		`Promise.reject({ get message() { block() } })`, `throw { get name() { block() } }`, `JSON.stringify({ toJSON: block })`,
	} {
		t.Run(body, func(t *testing.T) {
			p, modules, b := blocked(t, "export default async function () { "+body+" }")
			synctest.Test(t, func(t *testing.T) {
				b.free = make(chan struct{}) // of this bubble
				vm := jstest.VM(t, p, modules)
				ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, cause)
				defer cancel()
				began := time.Now()
				_, err := jstest.Call(ctx, vm)
				var interrupted *scripterr.InterruptError
				if !errors.As(err, &interrupted) || !errors.Is(err, cause) || !strings.Contains(err.Error(), "in a built-in function that cannot be interrupted") {
					t.Fatalf("error %v", err)
				}
				if over := time.Since(began) - time.Minute; over > time.Second {
					t.Errorf("it came back %v after its time", over)
				}
				if !vm.Broken() || !vm.GivenUp() {
					t.Errorf("broken %v, given up %v", vm.Broken(), vm.GivenUp())
				}
				if _, err := vm.Run(t.Context(), nil); !errors.Is(err, js.ErrBroken) {
					t.Errorf("the next call: %v", err)
				}
				ask := func() (goja.Value, error) { v, _ := vm.Export("calls"); return v, nil }
				if _, err := vm.Salvage(t.Context(), ask); !errors.Is(err, js.ErrBroken) {
					t.Errorf("something was salvaged while the script was running: %v", err)
				}
				if _, err := vm.Fresh(t.Context()); err != nil {
					t.Errorf("a fresh VM: %v", err)
				}
				close(b.free)
				synctest.Wait()
				if _, err := vm.Salvage(t.Context(), ask); err != nil || vm.GivenUp() {
					t.Errorf("after the function has come back: %v, given up %v", err, vm.GivenUp())
				}
				if _, err := vm.Run(t.Context(), nil); !errors.Is(err, js.ErrBroken) {
					t.Errorf("a call after that: %v", err)
				}
			})
		})
	}
}

// TestGivenUpBeforeAnyCall: so it is with the top level, and with what an export says of itself.
func TestGivenUpBeforeAnyCall(t *testing.T) {
	for body, start := range map[string]func(context.Context, *program.Program, js.VMOptions) error{
		`block(); export default () => 1`: func(ctx context.Context, p *program.Program, o js.VMOptions) error {
			_, err := js.NewVM(ctx, p, o)
			return err
		},
		`export const options = { get users() { block() } }`: func(ctx context.Context, p *program.Program, o js.VMOptions) error {
			_, err := js.Inspect(ctx, p, o)
			return err
		},
		`export const options = { get users() { for (;;) {} } }`: func(ctx context.Context, p *program.Program, o js.VMOptions) error {
			_, err := js.Inspect(ctx, p, o)
			return err
		},
	} {
		t.Run(body, func(t *testing.T) {
			p, modules, b := blocked(t, body)
			defer close(b.free)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			var interrupted *scripterr.InterruptError
			if err := start(ctx, p, js.VMOptions{Modules: modules}); !errors.As(err, &interrupted) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestStuckAndLate: what does not obey its context is left alone in time, and the VM can still be asked.
func TestStuckAndLate(t *testing.T) {
	p, modules, b := blocked(t, "export default function () { globalThis.stuck(); return new Promise(() => {}) }")
	synctest.Test(t, func(t *testing.T) {
		b.free = make(chan struct{})
		vm := jstest.VM(t, p, modules)
		defer close(b.free)
		jstest.Set(t, vm, "stuck", func() goja.Value {
			return vm.Async(nil, func(context.Context) (any, error) { <-b.free; return nil, nil })
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := jstest.Call(ctx, vm); !errors.Is(err, js.ErrStuck) || !vm.Broken() || vm.GivenUp() {
			t.Errorf("%v, broken %v, given up %v", err, vm.Broken(), vm.GivenUp())
		}
		if took := time.Since(began); took >= 2*time.Second {
			t.Errorf("the call took %v", took)
		}
	})
}

// TestPanicInVM: a panic of ours ends the call with its stack, and breaks the VM.
func TestPanicInVM(t *testing.T) {
	for _, body := range []string{`explode()`, `await null; explode()`, `try { explode() } catch {} finally {}`, `setTimeout(explode); await new Promise(() => {})`, `[1, 2].sort(explode)`} {
		t.Run(body, func(t *testing.T) {
			p, modules, _ := blocked(t, "export default async function () { "+body+" }")
			vm := jstest.VM(t, p, modules)
			_, err := jstest.Call(t.Context(), vm)
			var broke *scripterr.PanicError
			if !errors.As(err, &broke) || fmt.Sprint(broke.Value) != "a bug" || !strings.Contains(strings.Join(broke.StackLines(), "\n"), "js_test.(*blocker).Exports") {
				t.Fatalf("error %v", err)
			}
			if !vm.Broken() || vm.GivenUp() {
				t.Errorf("broken %v, given up %v", vm.Broken(), vm.GivenUp())
			}
		})
	}
}

// TestBuiltinsCallUs: a built-in function that calls one of ours for ever ends with the call.
func TestBuiltinsCallUs(t *testing.T) {
	vm := jstest.Body(t, "Array.from({ length: 1e9 }, wait)")
	jstest.Set(t, vm, "wait", func() goja.Value {
		return vm.Async(nil, func(ctx context.Context) (any, error) { <-ctx.Done(); return nil, nil })
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := jstest.Call(ctx, vm); !errors.Is(err, context.DeadlineExceeded) || vm.GivenUp() {
		t.Errorf("error %v, given up %v", err, vm.GivenUp())
	}
}
