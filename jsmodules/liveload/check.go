package liveload

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/ordered"
)

// check is check(value, {name: condition}, tags): it counts each condition as passed or failed, and returns whether all
// passed. A condition is a function of the value, or any value, of which truthy ones pass. One that throws fails, and the
// error is logged.
func check(vm *js.VM, call goja.FunctionCall) goja.Value {
	conditions, ok := call.Argument(1).(*goja.Object)
	if !ok || conditions.ClassName() != "Object" {
		panic(vm.NewError(errors.New("check: the second argument must be an object of conditions, such as { 'has a total': v => v > 0 }")))
	}
	tags, err := Tags(metrics.Checks, call.Argument(2))
	if err != nil {
		panic(vm.NewError(fmt.Errorf("check: %w", err)))
	}
	if isThenable(call.Argument(0)) {
		panic(vm.NewError(errors.New("check: the value is a promise, for which no condition can hold: await it first")))
	}
	all := true
	for _, name := range conditions.Keys() {
		passed := holds(vm, name, conditions.Get(name), call.Argument(0))
		if u, ok := UserOf(vm); ok {
			u.opts.Recorder.Add(metrics.Checks, tags.Join(metrics.Checks.With(name, metrics.PassOrFail(passed))), 1)
		}
		all = all && passed
	}
	return vm.Runtime().ToValue(all)
}

func holds(vm *js.VM, name string, condition, value goja.Value) bool {
	if fn, ok := goja.AssertFunction(condition); ok {
		var err error
		if condition, err = fn(goja.Undefined(), value); err != nil {
			var thrown *goja.Exception
			if !errors.As(err, &thrown) {
				panic(err) // the iteration is over
			}
			vm.Log(slog.LevelWarn, vm.Runtime().ToValue("check "+name+" threw:"), thrown.Value())
			return false
		}
	}
	if isPromise(condition) {
		vm.Log(slog.LevelWarn, vm.Runtime().ToValue("check "+name+" gave a promise, which is no answer: await the value before the check"))
		return false
	}
	return condition.ToBoolean()
}

// log is log(message, {key: value}): it writes to liveload's log.
func log(vm *js.VM, call goja.FunctionCall) goja.Value {
	message := call.Argument(0)
	fields, ok := call.Argument(1).(*goja.Object)
	if !ok || len(call.Arguments) > 2 {
		vm.Log(slog.LevelInfo, call.Arguments...)
		return goja.Undefined()
	}
	logger := vm.Logger()
	for _, key := range fields.Keys() {
		if data, err := vm.Plain(fields.Get(key)); err == nil {
			logger = logger.With(key, attribute(data))
		}
	}
	logger.Log(vm.Context(), slog.LevelInfo, message.String())
	return goja.Undefined()
}

// attribute is what a log shows of a value: lists and objects as JSON, since Go's own way says nothing to
// those who write JavaScript.
func attribute(data any) any {
	switch data.(type) {
	case []any, *ordered.Object:
		if text, err := ordered.Text(data); err == nil {
			return text
		}
	}
	return data
}
