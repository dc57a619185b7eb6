package js

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/memory"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/ordered"
)

// Register announces a result from outside of the VM. complete(fn) runs fn on the VM, in a separate turn; an error of
// fn, such as one of goja's resolve functions, ends the call. The caller of Register must call complete exactly once, from
// any goroutine, with nil when there is no result; the second time panics. The end of a call waits for every complete,
// so the work must obey Context. Register is called on the VM's goroutine during a call.
func (vm *VM) Register() (complete func(fn func() error)) {
	vm.heedInterrupt()
	return vm.loop.Register()
}

// NextTurn runs fn on the VM in a separate turn, after the promise jobs of this one. An error of fn ends the call. It is
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

// EndCall implements language.Host: what runs is a built-in function that has found the call's context to be over.
func (vm *VM) EndCall() {
	vm.rt.Interrupt(context.Cause(vm.caller))
	vm.heedInterrupt()
}

// Reserve ends the running call when a script may not take so many bytes of memory at once. It is called on the VM's
// goroutine, before they are taken.
func (vm *VM) Reserve(bytes uint64) { vm.endGrown(vm.account.Reserve(bytes)) }

// MadeText ends the running call when the scripts take too much memory with a text of so many bytes that it has made. It is called on
// the VM's goroutine.
func (vm *VM) MadeText(bytes uint64) { vm.endGrown(vm.account.Took(bytes)) }

func (vm *VM) endGrown(why *memory.Error) {
	if why == nil || vm.caller == nil { // a getter that is read between calls has no call to end
		return
	}
	if vm.caller.Err() == nil { // else the call ends for another reason already
		vm.outgrow(why)
	}
	vm.EndCall()
}

// MayTake says whether what was started for the script may take so many bytes of memory, before they are taken. It may be called on
// any goroutine. The error is the reason why it must end.
func (vm *VM) MayTake(bytes uint64) error {
	if err := vm.account.Reserve(bytes); err != nil {
		return err
	}
	return nil
}

var nothing = sync.OnceValue(func() *goja.Program { return goja.MustCompile("", "0", true) })

// Async runs work on a new goroutine and returns a promise of its result: plain data, a goja.Value, or a
// func() goja.Value that makes the value on the VM. An error becomes an Error of the script that carries it
// (see NewError), with the places in stack; nil is the current place.
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
	ctx, settle := vm.Context(), vm.scoper()
	vm.startTask(ctx, func() {
		value, err := guarded(ctx, work)
		complete(settle(func() error {
			if err == nil {
				value, err = vm.valueOf(value)
			}
			if err != nil {
				err = reject(vm.NewErrorAt(err, stack))
			} else {
				err = resolve(value)
			}
			return errors.Join(err, after())
		}))
	})
	return vm.rt.ToValue(promise)
}

func (vm *VM) valueOf(result any) (any, error) {
	switch result := result.(type) {
	case func() goja.Value:
		return result(), nil
	case []any, map[string]any, *ordered.Object:
		return vm.FromPlain(result)
	}
	return result, nil
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

// Events returns a function for events of the running call: post queues fn for a separate turn, from any goroutine,
// and does not wait for it. An error of fn ends the call. After the call, post does nothing. Events is called on the
// VM's goroutine.
func (vm *VM) Events() (post func(fn func() error)) {
	ctx := vm.Context()
	return func(fn func() error) {
		if ctx.Err() != nil {
			return
		}
		vm.loop.Post(func() error {
			if vm.ctx != ctx {
				return nil
			}
			return vm.protect(fn)
		})
	}
}

// protect runs fn, which may run code of the script outside of a function call, such as a getter, and returns what that
// throws.
func (vm *VM) protect(fn func() error) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case error: // interrupted, or without end: Try passes that on
			vm.broken.Store(true)
			err = v
		default:
			vm.broken.Store(true)
			err = scripterr.Panic(v)
		}
	}()
	if ex := vm.rt.Try(func() { err = fn() }); ex != nil {
		return ex
	}
	return err
}

// Owner is what SetOwner has set; nil before.
func (vm *VM) Owner() any { return vm.owner }

// SetOwner sets the user of the VM, so that modules find the user that called them. A VM has no owner while the top level
// of its script runs.
func (vm *VM) SetOwner(owner any) { vm.owner = owner }

// Scope returns the current scope: what SetScope has set, carried along through await, then and timers. Two branches of a
// Promise.all have scopes of their own. It is nil at the start of a call.
func (vm *VM) Scope() any { return vm.scope.value }

// SetScope sets the scope until the running function awaits something or returns to the event loop.
func (vm *VM) SetScope(value any) { vm.scope.value = value }

// inScope returns a function that runs fn later in the current scope.
func (vm *VM) inScope(fn func() error) func() error { return vm.scoper()(fn) }

// scoper returns what inScope does, for functions that are known later.
func (vm *VM) scoper() func(fn func() error) func() error {
	value := vm.scope.value
	return func(fn func() error) func() error {
		return func() error {
			vm.scope.value = value
			err := fn()
			vm.scope.value = nil
			return err
		}
	}
}

// A scope carries a value along with promises. It implements goja.AsyncContextTracker.
type scope struct{ value any }

// Grab returns the scope of a promise job that is queued.
func (s *scope) Grab() any { return s.value }

// Resumed restores the scope when the job runs.
func (s *scope) Resumed(value any) { s.value = value }

// Exited clears the scope after the job.
func (s *scope) Exited() { s.value = nil }
