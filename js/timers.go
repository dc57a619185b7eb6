package js

import (
	"fmt"
	"time"

	"github.com/dop251/goja"
)

// timers are the timers of one call. They live on the VM's goroutine; a timer that has fired comes
// back through the queue.
type timers struct {
	last   int64
	active map[int64]*timer
}

type timer struct {
	clock *time.Timer
	fire  goja.Callable
	args  []goja.Value
	every time.Duration // 0 for a timeout
	scope any
}

func (t *timers) clear() {
	for _, one := range t.active {
		one.clock.Stop()
	}
	t.active = nil
}

func (vm *VM) setTimeout(call goja.FunctionCall) goja.Value  { return vm.startTimer(call, false) }
func (vm *VM) setInterval(call goja.FunctionCall) goja.Value { return vm.startTimer(call, true) }

func (vm *VM) startTimer(call goja.FunctionCall, repeat bool) goja.Value {
	fn, ok := goja.AssertFunction(call.Argument(0))
	if !ok {
		panic(vm.rt.NewTypeError("the first argument of a timer must be a function"))
	}
	ms := max(call.Argument(1).ToFloat(), 0)
	if !(ms < 1e12) {
		ms = 0 // NaN, as browsers and Node read it
	}
	delay := time.Duration(ms * float64(time.Millisecond))
	t := &timer{fire: fn, scope: vm.scope.value}
	if repeat {
		delay = max(delay, time.Millisecond)
		t.every = delay
	}
	if len(call.Arguments) > 2 {
		t.args = append(t.args, call.Arguments[2:]...)
	}
	if vm.timers.active == nil {
		vm.timers.active = map[int64]*timer{}
	}
	vm.timers.last++
	id := vm.timers.last
	vm.timers.active[id] = t
	t.clock = time.AfterFunc(delay, func() {
		vm.queue.push(job{run: func() error { return vm.fireTimer(id, t) }})
	})
	return vm.rt.ToValue(id)
}

func (vm *VM) fireTimer(id int64, t *timer) error {
	if vm.timers.active[id] != t {
		return nil // cleared while it was queued
	}
	if t.every == 0 {
		delete(vm.timers.active, id)
	}
	vm.scope.value = t.scope
	_, err := t.fire(goja.Undefined(), t.args...)
	vm.scope.value = nil
	if t.every > 0 && vm.timers.active[id] == t {
		t.clock.Reset(t.every)
	}
	return err
}

func (vm *VM) clearTimer(call goja.FunctionCall) goja.Value {
	id := call.Argument(0).ToInteger()
	if t, ok := vm.timers.active[id]; ok {
		t.clock.Stop()
		delete(vm.timers.active, id)
	}
	return goja.Undefined()
}

// queueMicrotask runs a function after the current one, before any timer. What it throws ends the
// call.
func (vm *VM) queueMicrotask(call goja.FunctionCall) goja.Value {
	fn, ok := goja.AssertFunction(call.Argument(0))
	if !ok {
		panic(vm.rt.NewTypeError(fmt.Sprintf("queueMicrotask needs a function, not %s", call.Argument(0))))
	}
	p, resolve, _ := vm.rt.NewPromise()
	then, _ := goja.AssertFunction(vm.rt.ToValue(p).(*goja.Object).Get("then"))
	_, _ = then(vm.rt.ToValue(p), vm.rt.ToValue(func(goja.FunctionCall) goja.Value {
		v, err := fn(goja.Undefined())
		if err != nil {
			panic(err)
		}
		return v
	}))
	_ = resolve(goja.Undefined())
	return goja.Undefined()
}
