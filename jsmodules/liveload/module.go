package liveload

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
)

// A Module is what `import ... from 'liveload'` imports.
type Module struct {
	env   map[string]string
	files files
}

// NewModule returns the module. Scripts see env, which must not change any more.
func NewModule(env map[string]string) *Module { return &Module{env: env} }

// Names lists the exports.
func (m *Module) Names() []string { return []string{"check", "env", "group", "log", "open", "sleep"} }

// Exports makes the exports for one VM.
func (m *Module) Exports(vm *js.VM) (map[string]any, error) {
	return map[string]any{
		"check": func(call goja.FunctionCall) goja.Value { return check(vm, call) },
		"group": func(call goja.FunctionCall) goja.Value { return group(vm, call) },
		"log":   func(call goja.FunctionCall) goja.Value { return log(vm, call) },
		"open":  func(call goja.FunctionCall) goja.Value { return m.files.open(vm, call) },
		"env":   vm.Runtime().NewDynamicObject(&environment{vm.Runtime(), m.env}),
		"sleep": func(call goja.FunctionCall) goja.Value { return sleep(vm, call.Argument(0)) },
	}, nil
}

// sleep returns a promise that resolves after a duration.
func sleep(vm *js.VM, v goja.Value) goja.Value {
	d, err := Duration(v)
	if err != nil {
		panic(vm.NewError(fmt.Errorf("sleep: the duration %w", err)))
	}
	return vm.After(d, func() error { return nil })
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
func (e *environment) Keys() []string              { return slices.Sorted(maps.Keys(e.vars)) }
