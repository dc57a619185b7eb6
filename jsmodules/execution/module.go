// Package execution is the module "liveload/execution": which user runs, for how long, and how a script ends the whole
// test. The runner decides what that end means for other users.
package execution

import (
	"errors"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// A Module is what `import ... from 'liveload/execution'` imports.
type Module struct{}

// Names lists the exports.
func (Module) Names() []string { return []string{"abort", "current", "elapsed"} }

// Exports makes the exports for one VM.
func (Module) Exports(vm *js.VM) (map[string]any, error) {
	rt := vm.Runtime()
	return map[string]any{
		"abort": func(call goja.FunctionCall) goja.Value {
			u := userOf(vm, "abort")
			reason := "no reason given"
			if v := call.Argument(0); !goja.IsUndefined(v) {
				reason = v.String()
			}
			panic(u.Abort(reason))
		},
		"current": func(goja.FunctionCall) goja.Value {
			u := userOf(vm, "current")
			value, err := vm.FromPlain(map[string]any{
				"user": u.ID(), "iteration": u.Iteration(), "node": u.Node(), "scenario": u.Scenario(),
			})
			if err != nil {
				panic(vm.NewError(err))
			}
			return value
		},
		"elapsed": func(goja.FunctionCall) goja.Value {
			return rt.ToValue(float64(time.Since(userOf(vm, "elapsed").Began()).Microseconds()) / 1000)
		},
	}, nil
}

func userOf(vm *js.VM, function string) *liveload.ScriptUser {
	u, ok := liveload.UserOf(vm)
	if !ok {
		panic(vm.NewError(errors.New(function + ": there is no user here: call it while an iteration runs")))
	}
	return u
}
