package web

import (
	"fmt"
	"slices"
	"time"

	"github.com/dop251/goja"
)

func (w *globals) setTimeout(call goja.FunctionCall) goja.Value  { return w.startTimer(call, false) }
func (w *globals) setInterval(call goja.FunctionCall) goja.Value { return w.startTimer(call, true) }

func (w *globals) startTimer(call goja.FunctionCall, repeat bool) goja.Value {
	fn, ok := goja.AssertFunction(call.Argument(0))
	if !ok {
		panic(w.rt.NewTypeError("the first argument of a timer must be a function"))
	}
	ms := max(call.Argument(1).ToFloat(), 0)
	if !(ms < 1e12) {
		ms = 0 // NaN, as browsers and Node.js read it
	}
	delay := time.Duration(ms * float64(time.Millisecond))
	var every time.Duration
	if repeat {
		delay = max(delay, time.Millisecond)
		every = delay
	}
	args := slices.Clone(call.Arguments[min(2, len(call.Arguments)):])
	return w.rt.ToValue(w.host.StartTimer(delay, every, func() error {
		_, err := fn(goja.Undefined(), args...)
		return err
	}))
}

func (w *globals) stopTimer(call goja.FunctionCall) goja.Value {
	w.host.StopTimer(call.Argument(0).ToInteger())
	return goja.Undefined()
}

// queueMicrotask runs a function after the current one, before any timer. What it throws ends the call.
func (w *globals) queueMicrotask(call goja.FunctionCall) goja.Value {
	fn, ok := goja.AssertFunction(call.Argument(0))
	if !ok {
		panic(w.rt.NewTypeError(fmt.Sprintf("queueMicrotask needs a function, not %s", call.Argument(0))))
	}
	p, resolve, _ := w.rt.NewPromise()
	promise := w.rt.ToValue(p).(*goja.Object)
	then, _ := goja.AssertFunction(promise.Get("then"))
	_, _ = then(promise, w.rt.ToValue(func(goja.FunctionCall) goja.Value {
		v, err := fn(goja.Undefined())
		if err != nil {
			panic(err)
		}
		return v
	}))
	_ = resolve(goja.Undefined())
	return goja.Undefined()
}
