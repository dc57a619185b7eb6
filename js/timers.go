package js

import (
	"container/heap"
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"
)

// timers are the timers of one call. They live on the VM's goroutine.
//
// Clocks ring in any order when they are due at nearly the same time, so a ring only says that some
// timer is due: the one that has waited longest is fired. There is a ring for every timer, so none
// is forgotten.
type timers struct {
	last   int64
	active map[int64]*timer
	order  dueOrder
}

type timer struct {
	id    int64
	due   time.Time
	place int // in the order, -1 outside
	clock *time.Timer
	fire  func() error
	every time.Duration // 0 for a timeout
	named bool          // the script has its id
	scope any
}

func (t *timers) clear() {
	for _, one := range t.active {
		one.clock.Stop()
	}
	t.active, t.order = nil, nil
}

// add starts the clock of a timer, which calls ring from a goroutine of its own.
func (t *timers) add(one *timer, delay time.Duration, ring func()) {
	if t.active == nil {
		t.active = map[int64]*timer{}
	}
	t.active[one.id] = one
	one.due = time.Now().Add(delay)
	heap.Push(&t.order, one)
	one.clock = time.AfterFunc(delay, ring)
}

func (t *timers) remove(one *timer) {
	one.clock.Stop()
	if one.place >= 0 { // not an interval that clears itself
		heap.Remove(&t.order, one.place)
	}
	delete(t.active, one.id)
}

// firstDue takes the timer that has been due for longest, nil if none is.
func (t *timers) firstDue() *timer {
	if len(t.order) == 0 || t.order[0].due.After(time.Now()) {
		return nil
	}
	return heap.Pop(&t.order).(*timer)
}

// dueOrder is a heap: what is due first, then what was started first.
type dueOrder []*timer

func (o dueOrder) Len() int { return len(o) }
func (o dueOrder) Less(i, j int) bool {
	if o[i].due.Equal(o[j].due) {
		return o[i].id < o[j].id
	}
	return o[i].due.Before(o[j].due)
}
func (o dueOrder) Swap(i, j int) {
	o[i], o[j] = o[j], o[i]
	o[i].place, o[j].place = i, j
}
func (o *dueOrder) Push(x any) {
	one := x.(*timer)
	one.place = len(*o)
	*o = append(*o, one)
}
func (o *dueOrder) Pop() any {
	all := *o
	one := all[len(all)-1]
	all[len(all)-1] = nil
	one.place = -1
	*o = all[:len(all)-1]
	return one
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
	var every time.Duration
	if repeat {
		delay = max(delay, time.Millisecond)
		every = delay
	}
	var args []goja.Value
	if len(call.Arguments) > 2 {
		args = append(args, call.Arguments[2:]...)
	}
	t := vm.startClock(delay, every, func() error {
		_, err := fn(goja.Undefined(), args...)
		return err
	})
	t.named = true
	return vm.rt.ToValue(t.id)
}

// After returns a promise that resolves after d, and calls then on the VM when what awaited it has gone on.
// It is not called when the call ends before. No goroutine waits for it.
func (vm *VM) After(d time.Duration, then func() error) goja.Value {
	vm.heedInterrupt()
	promise, resolve, _ := vm.rt.NewPromise()
	vm.startClock(d, 0, func() error { return errors.Join(resolve(goja.Undefined()), then()) })
	return vm.rt.ToValue(promise)
}

func (vm *VM) startClock(delay, every time.Duration, fire func() error) *timer {
	vm.timers.last++
	t := &timer{id: vm.timers.last, fire: fire, every: every, scope: vm.scope.value}
	vm.timers.add(t, delay, vm.timerRang)
	return t
}

func (vm *VM) timerRang() { vm.queue.push(job{run: vm.fireTimer}) }

func (vm *VM) fireTimer() error {
	t := vm.timers.firstDue()
	if t == nil {
		return nil // cleared while its ring was queued
	}
	if t.every == 0 {
		delete(vm.timers.active, t.id)
	}
	vm.scope.value = t.scope
	err := t.fire()
	vm.scope.value = nil
	if t.every > 0 && vm.timers.active[t.id] == t {
		vm.timers.add(t, t.every, vm.timerRang)
	}
	return err
}

func (vm *VM) clearTimer(call goja.FunctionCall) goja.Value {
	id := call.Argument(0).ToInteger()
	if t, ok := vm.timers.active[id]; ok && t.named {
		vm.timers.remove(t)
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
