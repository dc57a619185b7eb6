// Package throttles is the module "liveload/throttles": how a script defines throttles, and how its export
// throttles(config) is read. Package throttle and the user object let users pass.
package throttles

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/throttle"
)

// A Module is what `import ... from 'liveload/throttles'` imports.
type Module struct{}

// Names lists the exports.
func (Module) Names() []string { return []string{"Interarrival", "Parallelism", "Rate"} }

// Exports makes the exports for one VM.
func (Module) Exports(vm *js.VM) (map[string]any, error) {
	return map[string]any{
		"Rate":         withOrWithoutNew(vm, newRate),
		"Interarrival": withOrWithoutNew(vm, newInterarrival),
		"Parallelism":  withOrWithoutNew(vm, newParallelism),
	}, nil
}

// withOrWithoutNew makes a function that returns the same with new as without: metrics need it, so people try it here.
func withOrWithoutNew(vm *js.VM, kind func(*js.VM, goja.FunctionCall) goja.Value) func(goja.ConstructorCall) *goja.Object {
	return func(call goja.ConstructorCall) *goja.Object {
		return kind(vm, goja.FunctionCall{This: call.This, Arguments: call.Arguments}).(*goja.Object)
	}
}

// newRate makes a throttle for a number of users in an interval, a minute by default: (name, rate).
func newRate(vm *js.VM, call goja.FunctionCall) goja.Value {
	b := begin(vm, throttle.Rate, call)
	rate, err := number(call.Argument(1))
	if err != nil {
		panic(b.refuse("the rate", err))
	}
	b.definition.Rate, b.definition.Interval = rate, defaultInterval
	return b.finish("per", "ramp")
}

// newInterarrival makes a throttle for one user in each interval: (name, interval).
func newInterarrival(vm *js.VM, call goja.FunctionCall) goja.Value {
	b := begin(vm, throttle.Interarrival, call)
	interval, err := liveload.Duration(call.Argument(1))
	if err != nil {
		panic(b.refuse("the interval", err))
	}
	b.definition.Interval = interval
	return b.finish("ramp")
}

// newParallelism makes a throttle for a number of users at once: (name, limit).
func newParallelism(vm *js.VM, call goja.FunctionCall) goja.Value {
	b := begin(vm, throttle.Parallelism, call)
	limit, err := whole(call.Argument(1))
	if err != nil {
		panic(b.refuse("the limit", err))
	}
	b.definition.Limit = limit
	return b.finish()
}

// number reads a number. The definition says whether it can be used.
func number(v goja.Value) (float64, error) {
	switch x := v.Export().(type) {
	case int64:
		return float64(x), nil
	case float64:
		return x, nil
	}
	return 0, fmt.Errorf("must be a number above 0, not %s", liveload.Show(v))
}

func whole(v goja.Value) (int, error) {
	n, ok := v.Export().(int64)
	if !ok {
		return 0, fmt.Errorf("must be a whole number from 1 on, not %s", liveload.Show(v))
	}
	return int(n), nil
}
