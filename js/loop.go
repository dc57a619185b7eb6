package js

import (
	"context"
	"errors"
	"slices"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/inspect"
	"github.com/liveload/liveload/js/scripterr"
)

// serve performs a call, on its own goroutine. Only this goroutine touches the state of the call.
func (vm *VM) serve(ctx context.Context, c *runningCall, resting func() bool, fn func() (goja.Value, error)) {
	defer close(c.done)
	defer func() { vm.account.Done(vm.Grown()) }() // also of a call that was given up: until then it takes memory
	vm.caller, vm.ctx, vm.endCtx = ctx, nil, nil   // a call that got stuck has left its own
	v, err := vm.contain(ctx, func() (goja.Value, error) { return vm.turn(ctx, resting, fn) })
	if vm.endCtx != nil {
		vm.endCtx(ErrCallEnded)
	}
	c.value, c.err = v, vm.endCall(c, err)
}

// contain calls f. A panic ends the call and breaks the VM, since goja has lost its place in the script.
func (vm *VM) contain(ctx context.Context, f func() (goja.Value, error)) (v goja.Value, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *goja.Exception, *goja.InterruptedError, *goja.StackOverflowError: // from a getter that Go code has read
			vm.broken.Store(true)
			v, err = nil, vm.callError(ctx, p.(error))
		default:
			vm.broken.Store(true)
			v, err = nil, scripterr.Panic(p)
		}
	}()
	v, err = f()
	if err == nil && len(vm.rejected) > 0 {
		err = vm.thrown(vm.rejected[0].Result())
	}
	return v, err
}

// turn turns the loop until there is a result and nothing is unfinished.
func (vm *VM) turn(ctx context.Context, resting func() bool, fn func() (goja.Value, error)) (result goja.Value, err error) {
	v, err := fn()
	if err != nil {
		return nil, vm.callError(ctx, err)
	}
	var thrown error
	err = vm.loop.Run(ctx, func() (over bool, err error) {
		var settled bool
		result, settled, thrown = vm.resultOf(v)
		return thrown != nil || settled && resting(), nil
	})
	if err != nil {
		return nil, vm.callError(ctx, err)
	}
	return result, thrown
}

// resultOf returns the result of a promise, and any other value as it is.
func (vm *VM) resultOf(v goja.Value) (value goja.Value, settled bool, err error) {
	promise, ok := inspect.Promise(v)
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

// endCall cleans up after a call.
func (vm *VM) endCall(c *runningCall, err error) error {
	if !vm.loop.End(c.late, drainLimit) {
		vm.broken.Store(true)
		return errors.Join(err, ErrStuck)
	}
	vm.caller, vm.ctx, vm.endCtx = nil, nil, nil
	vm.rejected, vm.scope.value = nil, nil
	return err
}

func (vm *VM) trackRejection(p *goja.Promise, op goja.PromiseRejectionOperation) {
	if op == goja.PromiseRejectionReject {
		vm.rejected = append(vm.rejected, p)
		return
	}
	vm.rejected = slices.DeleteFunc(vm.rejected, func(other *goja.Promise) bool { return other == p })
}
