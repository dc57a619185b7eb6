package js

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/dop251/goja"
)

// An InterruptError says that a call was ended from outside and what the script was doing then.
// It wraps context.Cause.
type InterruptError struct {
	Doing string // "was running shop.js:12:3", "was waiting for a timer or an operation", ...
	Cause error
}

func (e *InterruptError) Error() string { return e.Cause.Error() + ": the script " + e.Doing }

func (e *InterruptError) Unwrap() error { return e.Cause }

// Call calls a function of the script and turns the event loop until the promise that it returns
// has settled, or ctx is over. See Run.
func (vm *VM) Call(ctx context.Context, fn goja.Value, args ...goja.Value) (goja.Value, error) {
	call, ok := goja.AssertFunction(fn)
	if !ok {
		return nil, errors.New("call script: not a function")
	}
	return vm.Run(ctx, func() (goja.Value, error) { return call(goja.Undefined(), args...) })
}

// Run calls fn on the VM and turns the event loop until the promise that fn returned has settled,
// then returns its value; a value that is no promise is returned at once. What is left then belongs
// to nobody: timers are dropped, the contexts of Go functions are cancelled and their results
// ignored, and Run returns only after they have come back.
//
// The error is a *Error when the script threw; also when a promise was rejected that nobody had
// handled by the end, or a timer's function threw. When ctx is over first, a running loop is
// interrupted and the error is an *InterruptError with context.Cause(ctx). When a Go function ignores
// its cancelled context, the error joins ErrStuck. See Broken for what that means for the VM.
func (vm *VM) Run(ctx context.Context, fn func() (goja.Value, error)) (goja.Value, error) {
	if !vm.busy.CompareAndSwap(false, true) {
		return nil, ErrBusy
	}
	defer vm.busy.Store(false)
	if vm.broken {
		return nil, ErrBroken
	}
	if ctx.Err() != nil {
		return nil, &InterruptError{Doing: "had not started", Cause: context.Cause(ctx)}
	}
	callCtx, cancel := context.WithCancelCause(ctx)
	vm.ctx = callCtx
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		vm.rt.Interrupt(context.Cause(ctx))
		close(interrupted)
	})
	v, err := vm.loop(ctx, fn)
	if !stop() {
		<-interrupted
	}
	vm.rt.ClearInterrupt()
	if err == nil && len(vm.rejected) > 0 {
		err = vm.thrown(vm.rejected[0].Result())
	}
	cancel(ErrCallEnded)
	return v, vm.endCall(err)
}

// loop turns until there is a result.
func (vm *VM) loop(ctx context.Context, fn func() (goja.Value, error)) (goja.Value, error) {
	v, err := fn()
	for {
		if err == nil {
			err = vm.fatal
		}
		if err != nil {
			return nil, vm.callError(ctx, err)
		}
		promise, ok := exportPromise(v)
		if !ok {
			return v, nil
		}
		switch promise.State() {
		case goja.PromiseStateFulfilled:
			return promise.Result(), nil
		case goja.PromiseStateRejected:
			return nil, vm.thrown(promise.Result())
		}
		select {
		case <-vm.queue.wake:
			err = vm.turn(ctx)
		case <-ctx.Done():
			return nil, &InterruptError{Doing: vm.waitsFor(), Cause: context.Cause(ctx)}
		}
	}
}

// turn runs what has been queued. goja runs the promise jobs that follow from each.
func (vm *VM) turn(ctx context.Context) error {
	for {
		job, ok := vm.queue.pop()
		if !ok {
			return nil
		}
		if job.registered {
			vm.waiting--
		}
		if ctx.Err() != nil {
			return &InterruptError{Doing: vm.waitsFor(), Cause: context.Cause(ctx)}
		}
		if err := job.run(); err != nil {
			return err
		}
	}
}

func (vm *VM) waitsFor() string {
	if vm.waiting == 0 && len(vm.timers.active) == 0 {
		return "was waiting for a promise that nothing can resolve any more"
	}
	return "was waiting for a timer or an operation"
}

// endCall leaves nothing of the call behind.
func (vm *VM) endCall(err error) error {
	vm.timers.clear()
	limit := time.NewTimer(drainLimit)
	defer limit.Stop()
	for {
		for job, ok := vm.queue.pop(); ok; job, ok = vm.queue.pop() {
			if job.registered {
				vm.waiting--
			}
		}
		if vm.waiting == 0 {
			break
		}
		select {
		case <-vm.queue.wake:
		case <-limit.C:
			vm.broken = true
			return errors.Join(err, ErrStuck)
		}
	}
	vm.ctx, vm.rejected, vm.fatal, vm.scope.value = nil, nil, nil, nil
	return err
}

func (vm *VM) trackRejection(p *goja.Promise, op goja.PromiseRejectionOperation) {
	if op == goja.PromiseRejectionReject {
		vm.rejected = append(vm.rejected, p)
		return
	}
	for i, other := range vm.rejected {
		if other == p {
			vm.rejected = append(vm.rejected[:i], vm.rejected[i+1:]...)
			return
		}
	}
}

func exportPromise(v goja.Value) (*goja.Promise, bool) {
	obj, ok := v.(*goja.Object)
	if !ok || obj.ExportType() != promiseType {
		return nil, false
	}
	p, ok := obj.Export().(*goja.Promise)
	return p, ok
}

var promiseType = reflect.TypeFor[*goja.Promise]()
