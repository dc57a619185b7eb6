package liveload

import (
	"context"
	"fmt"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
)

// A Module is what `import ... from 'liveload'` gives.
type Module struct {
	env map[string]string
}

// NewModule returns the module; env is what scripts see as env and is not changed.
func NewModule(env map[string]string) *Module { return &Module{env: env} }

// Names lists the exports.
func (m *Module) Names() []string { return []string{"env", "sleep"} }

// Exports makes the exports for one VM.
func (m *Module) Exports(vm *js.VM) (map[string]any, error) {
	return map[string]any{
		"env":   vm.Runtime().NewDynamicObject(&environment{vm.Runtime(), m.env}),
		"sleep": func(call goja.FunctionCall) goja.Value { return sleep(vm, call.Argument(0)) },
	}, nil
}

// sleep returns a promise that resolves after a duration, or when the iteration ends.
func sleep(vm *js.VM, v goja.Value) goja.Value {
	d, err := duration(v)
	if err != nil {
		panic(vm.NewError(fmt.Errorf("sleep: the duration %w", err)))
	}
	return vm.Async(nil, func(ctx context.Context) (any, error) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return goja.Undefined(), nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	})
}

// An environment shows environment variables as an object that cannot be changed; all VMs share the
// map.
type environment struct {
	rt   *goja.Runtime
	vars map[string]string
}

func (e *environment) Get(key string) goja.Value {
	if v, ok := e.vars[key]; ok {
		return e.rt.ToValue(v)
	}
	return nil
}

func (e *environment) Has(key string) bool         { _, ok := e.vars[key]; return ok }
func (e *environment) Set(string, goja.Value) bool { return false }
func (e *environment) Delete(string) bool          { return false }
func (e *environment) Keys() []string              { return sortedKeys(e.vars) }
