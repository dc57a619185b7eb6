package js

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/scripterr"
)

// Register announces a result from outside of the VM. complete(fn) runs fn on the VM, in a turn of its own; an error of
// fn, such as one of goja's resolve functions, ends the call. The caller of Register must call complete exactly once, from
// any goroutine, with nil when there is no result; the second time panics. The end of a call waits for every complete,
// so the work must obey Context. Register is called on the VM's goroutine during a call.
func (vm *VM) Register() (complete func(fn func() error)) {
	vm.heedInterrupt()
	return vm.loop.Register()
}

// NextTurn runs fn on the VM in a turn of its own, after the promise jobs of this one. An error of fn ends the call. It is
// called on the VM's goroutine during a call; fn is not called when the call ends before.
func (vm *VM) NextTurn(fn func() error) { vm.loop.Post(fn) }

// After returns a promise that resolves after d, and calls then on the VM once the code that awaited it has run. then is
// not called when the call ends before.
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

// heedInterrupt ends the call when it was interrupted. A built-in function that calls Go functions again and again, such
// as list.map(sleep), does not check that; running a program does.
func (vm *VM) heedInterrupt() {
	if vm.caller.Err() == nil {
		return
	}
	if _, err := vm.rt.RunProgram(nothing()); err != nil {
		panic(err)
	}
}

var nothing = sync.OnceValue(func() *goja.Program { return goja.MustCompile("", "0", true) })

// Async runs work on a goroutine of its own and returns a promise of its result: a plain Go value, or a
// func(*goja.Runtime) goja.Value that makes the value on the VM. An error becomes an Error of the script that carries it
// (see NewError), with the places in stack; nil stands for the current place.
func (vm *VM) Async(stack []goja.StackFrame, work func(ctx context.Context) (any, error)) goja.Value {
	return vm.AsyncThen(stack, work, func() error { return nil })
}

// AsyncThen is Async and calls after on the VM once the promise is settled and the code that awaited it has run. An error
// of after ends the call. It is not called when the call ends before.
func (vm *VM) AsyncThen(stack []goja.StackFrame, work func(ctx context.Context) (any, error), after func() error) goja.Value {
	if stack == nil {
		stack = vm.Stack()
	}
	promise, resolve, reject := vm.rt.NewPromise()
	complete := vm.Register()
	ctx := vm.Context()
	vm.startTask(ctx, func() {
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

// startTask runs a task on an idle goroutine of this call, or on a new one: a script mostly does one thing after the other,
// and a stack that has grown is worth keeping. The goroutines end with the call.
func (vm *VM) startTask(ctx context.Context, task func()) {
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
