package js

import (
	"context"
	"errors"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/inspect"
	"github.com/liveload/liveload/js/scripterr"
)

// Call calls a function of the script and turns the event loop until the promise that it returns
// has settled, or ctx is over. Any object with a method then is awaited, as await does. See Run.
func (vm *VM) Call(ctx context.Context, fn goja.Value, args ...goja.Value) (goja.Value, error) {
	return vm.CallUntil(ctx, always, fn, args...)
}

// CallUntil is Call for a function that may leave something unfinished: the event loop also turns until resting, called on
// the goroutine of the call, returns true.
func (vm *VM) CallUntil(ctx context.Context, resting func() bool, fn goja.Value, args ...goja.Value) (goja.Value, error) {
	call, ok := goja.AssertFunction(fn)
	if !ok {
		return nil, errors.New("call script: not a function")
	}
	if vm.broken.Load() {
		return nil, ErrBroken
	}
	return vm.run(ctx, resting, func() (goja.Value, error) {
		v, err := call(goja.Undefined(), args...)
		if err != nil {
			return nil, err
		}
		return vm.adopt(v)
	})
}

// adopt makes a promise of an object that is none, as await does.
func (vm *VM) adopt(v goja.Value) (goja.Value, error) {
	obj, ok := v.(*goja.Object)
	if _, promised := inspect.Promise(v); !ok || promised {
		return v, nil
	}
	promise, resolve, _ := vm.rt.NewPromise()
	if err := resolve(obj); err != nil {
		return nil, err
	}
	return vm.rt.ToValue(promise), nil
}

// Run calls fn on the VM and turns the event loop until the promise that fn returned has settled,
// then returns its value; a value that is no promise is returned at once. At the end timers are dropped, the contexts of
// Go functions are cancelled, and Run waits until those functions have returned; their results are ignored.
//
// The error is a *scripterr.Error when the script threw, also in a timer, or left a rejected promise unhandled; and a
// *scripterr.PanicError when Go code panicked on the VM.
// When ctx is over first, the script is interrupted and the error is a *scripterr.InterruptError with
// context.Cause(ctx). When a Go function ignores its cancelled context, the error joins ErrStuck.
// See Broken for what that means for the VM.
//
// fn runs on the goroutine of the call. When the script is in a built-in function that cannot be
// interrupted, Run gives the call up (GivenUp) and fn may still be running: what fn writes may be read
// only after Run has returned without an error, or with one of its own.
func (vm *VM) Run(ctx context.Context, fn func() (goja.Value, error)) (goja.Value, error) {
	if vm.broken.Load() {
		return nil, ErrBroken
	}
	return vm.run(ctx, always, fn)
}

func always() bool { return true }

// Salvage is Run on a broken VM, for reading the data of the script. The error is ErrBroken while a call that was given
// up still runs.
func (vm *VM) Salvage(ctx context.Context, fn func() (goja.Value, error)) (goja.Value, error) {
	if vm.Grown() {
		return nil, ErrBroken
	}
	if vm.givenUp != nil {
		select {
		case <-vm.givenUp.done:
			vm.rt.ClearInterrupt()
			vm.givenUp = nil
			vm.busy.Store(false)
		default:
			return nil, ErrBroken
		}
	}
	return vm.run(ctx, always, fn)
}

// A runningCall is a Run whose loop turns on a goroutine of its own, so that the caller can go on without it.
type runningCall struct {
	late  chan struct{} // closed when the loop must stop waiting
	done  chan struct{} // closed when the loop has ended; only then may the fields below be read
	value goja.Value
	err   error
}

// When ctx is over, the loop has patience to end, and then leeway to stop waiting for Go functions: together well below
// a second, for the sake of busy machines. A script that grows has more of it: giving it up would not free what it has taken, and
// nobody would know its place.
const (
	patience        = 500 * time.Millisecond
	patienceOfGrown = 5 * time.Second
	leeway          = 100 * time.Millisecond
)

func (vm *VM) run(ctx context.Context, resting func() bool, fn func() (goja.Value, error)) (goja.Value, error) {
	if !vm.busy.CompareAndSwap(false, true) {
		return nil, ErrBusy
	}
	if ctx.Err() != nil {
		vm.busy.Store(false)
		return nil, &scripterr.InterruptError{Doing: "had not started", Cause: context.Cause(ctx)}
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	vm.outgrow = func(cause error) {
		vm.grown.Store(true)
		vm.broken.Store(true)
		end(cause)
	}
	c := &runningCall{late: make(chan struct{}), done: make(chan struct{})}
	vm.account.Begin(ctx.Done(), vm.outgrow)
	go vm.serve(ctx, c, resting, fn)
	select {
	case <-c.done:
	case <-ctx.Done():
		if !vm.interrupt(ctx, c) {
			vm.givenUp = c
			vm.broken.Store(true)
			vm.account.GaveUp(vm.Grown())
			return nil, &scripterr.InterruptError{Doing: "was in a built-in function that cannot be interrupted", Cause: context.Cause(ctx)}
		}
	}
	vm.busy.Store(false)
	return c.value, c.err
}

// interrupt interrupts the loop and says whether it has ended. If not, the interrupt stays in force: clearing it would let
// the script run on.
func (vm *VM) interrupt(ctx context.Context, c *runningCall) bool {
	vm.rt.Interrupt(context.Cause(ctx))
	wait := patience
	if vm.Grown() {
		wait = patienceOfGrown
	}
	if !c.endsWithin(wait) {
		close(c.late)
		if !c.endsWithin(leeway) {
			return false
		}
	}
	vm.rt.ClearInterrupt()
	return true
}

func (c *runningCall) endsWithin(d time.Duration) bool {
	limit := time.NewTimer(d)
	defer limit.Stop()
	select {
	case <-c.done:
		return true
	case <-limit.C:
		return false
	}
}
