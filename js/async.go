package js

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/scripterr"
)

// Register announces that something outside of the VM will have a result, and returns the function that brings it:
// complete(fn) runs fn on the VM, in a turn of its own. Whoever registers calls complete exactly once, from any
// goroutine, also when there is nothing to say (with nil); the second time panics. A call waits at its end for every
// complete, so whoever registers also obeys Context. Register is called on the VM's goroutine during a call. What fn
// returns ends the call when it is not nil; errors of goja's resolve functions belong there.
func (vm *VM) Register() (complete func(fn func() error)) {
	vm.heedInterrupt()
	return vm.loop.Register()
}

// NextTurn runs fn on the VM in a turn of its own, after what follows from this one. What fn returns ends the call when
// it is not nil. It is called on the VM's goroutine during a call; fn is not called when the call ends before.
func (vm *VM) NextTurn(fn func() error) { vm.loop.Post(fn) }

// After returns a promise that resolves after d, and calls then on the VM when what awaited it has gone on.
// It is not called when the call ends before. No goroutine waits for it.
func (vm *VM) After(d time.Duration, then func() error) goja.Value {
	vm.heedInterrupt()
	promise, resolve, _ := vm.rt.NewPromise()
	vm.loop.After(d, vm.inScope(func() error { return errors.Join(resolve(goja.Undefined()), then()) }))
	return vm.rt.ToValue(promise)
}

// StartTimer implements web.Host.
func (vm *VM) StartTimer(delay, every time.Duration, fire func() error) (id int64) {
	return vm.loop.StartTimer(delay, every, vm.inScope(fire))
}

// StopTimer implements web.Host.
func (vm *VM) StopTimer(id int64) { vm.loop.StopTimer(id) }

// heedInterrupt ends the call when it was interrupted, for a built-in function that calls one of ours again and
// again, such as list.map(sleep), does not look. It runs a program, which does.
func (vm *VM) heedInterrupt() {
	if vm.caller.Err() == nil {
		return
	}
	if _, err := vm.rt.RunProgram(nothing()); err != nil {
		panic(err)
	}
}

var nothing = sync.OnceValue(func() *goja.Program { return goja.MustCompile("", "0", true) })

// Async runs work on a goroutine of its own and returns a promise of what it returns: a plain Go
// value, or a func(*goja.Runtime) goja.Value that makes the value on the VM. An error becomes an
// Error of the script that carries it (see NewError) and points to the place in stack; nil is where
// the script is now.
func (vm *VM) Async(stack []goja.StackFrame, work func(ctx context.Context) (any, error)) goja.Value {
	return vm.AsyncThen(stack, work, func() error { return nil })
}

// AsyncThen is Async and calls after on the VM when the promise has settled and what awaited it has
// gone on. It is not called when the call ends before; its error ends the call.
func (vm *VM) AsyncThen(stack []goja.StackFrame, work func(ctx context.Context) (any, error), after func() error) goja.Value {
	if stack == nil {
		stack = vm.Stack()
	}
	promise, resolve, reject := vm.rt.NewPromise()
	complete := vm.Register()
	ctx := vm.Context()
	vm.employ(ctx, func() {
		value, err := guarded(ctx, work)
		complete(func() error {
			if err != nil {
				err = reject(vm.NewErrorAt(err, stack))
			} else {
				if build, ok := value.(func(*goja.Runtime) goja.Value); ok {
					value = build(vm.rt)
				}
				err = resolve(value)
			}
			return errors.Join(err, after())
		})
	})
	return vm.rt.ToValue(promise)
}

// employ gives a task to a goroutine that has done one before, or else to a new one: a script does one
// thing after the other, and the stack of a goroutine that has grown is worth keeping. Goroutines end
// with the call.
func (vm *VM) employ(ctx context.Context, task func()) {
	select {
	case vm.tasks <- task:
		return
	default:
	}
	go func() {
		for {
			task()
			select {
			case task = <-vm.tasks:
			case <-ctx.Done():
				return
			}
		}
	}()
}

func guarded(ctx context.Context, work func(context.Context) (any, error)) (value any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = scripterr.Panic(v)
		}
	}()
	return work(ctx)
}
