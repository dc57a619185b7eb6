package js

import (
	"context"
	"errors"
	"reflect"
	"runtime/debug"
	"time"

	"github.com/dop251/goja"
)

// serve does a call, on a goroutine of its own. Everything that belongs to the call is touched here only.
func (vm *VM) serve(ctx context.Context, c *handover, resting func() bool, fn func() (goja.Value, error)) {
	defer close(c.done)
	vm.caller, vm.ctx, vm.endCtx = ctx, nil, nil // a call that got stuck has left its own
	v, err := vm.contain(ctx, func() (goja.Value, error) { return vm.loop(ctx, resting, fn) })
	if vm.endCtx != nil {
		vm.endCtx(ErrCallEnded)
	}
	c.value, c.err = v, vm.endCall(c, err)
}

// contain calls f, whose panics end the call and break the VM: goja has lost track of where it was.
func (vm *VM) contain(ctx context.Context, f func() (goja.Value, error)) (v goja.Value, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *goja.Exception, *goja.InterruptedError, *goja.StackOverflowError: // out of a getter that Go has read
			vm.broken.Store(true)
			v, err = nil, vm.callError(ctx, p.(error))
		default:
			vm.broken.Store(true)
			v, err = nil, &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	v, err = f()
	if err == nil && len(vm.rejected) > 0 {
		err = vm.thrown(vm.rejected[0].Result())
	}
	return v, err
}

// loop turns until there is a result and nothing is unfinished.
func (vm *VM) loop(ctx context.Context, resting func() bool, fn func() (goja.Value, error)) (goja.Value, error) {
	v, err := fn()
	for {
		if err == nil {
			err = vm.fatal
		}
		if err != nil {
			return nil, vm.callError(ctx, err)
		}
		value, settled, thrown := vm.resultOf(v)
		if thrown != nil || settled && resting() {
			return value, thrown
		}
		select {
		case <-vm.queue.wake:
			err = vm.turn(ctx)
		case <-ctx.Done():
			return nil, &InterruptError{Doing: vm.waitsFor(), Cause: context.Cause(ctx)}
		}
	}
}

// resultOf returns what a promise has come to, and any other value as it is.
func (vm *VM) resultOf(v goja.Value) (value goja.Value, settled bool, err error) {
	promise, ok := exportPromise(v)
	if !ok {
		return v, true, nil
	}
	switch promise.State() {
	case goja.PromiseStateFulfilled:
		return promise.Result(), true, nil
	case goja.PromiseStateRejected:
		return nil, true, vm.thrown(promise.Result())
	}
	return nil, false, nil
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
func (vm *VM) endCall(c *handover, err error) error {
	vm.timers.clear()
	if vm.forget(); vm.waiting > 0 && !vm.drain(c) {
		vm.broken.Store(true)
		return errors.Join(err, ErrStuck)
	}
	vm.caller, vm.ctx, vm.endCtx = nil, nil, nil
	vm.rejected, vm.fatal, vm.scope.value = nil, nil, nil
	return err
}

// forget drops what is queued.
func (vm *VM) forget() {
	for job, ok := vm.queue.pop(); ok; job, ok = vm.queue.pop() {
		if job.registered {
			vm.waiting--
		}
	}
}

// drain waits for Go functions to come back, and says whether they did.
func (vm *VM) drain(c *handover) bool {
	limit := time.NewTimer(drainLimit)
	defer limit.Stop()
	for vm.waiting > 0 {
		select {
		case <-vm.queue.wake:
			vm.forget()
		case <-c.late:
			return false
		case <-limit.C:
			return false
		}
	}
	return true
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
