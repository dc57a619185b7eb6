package liveload

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
)

// A Module is what `import ... from 'liveload'` imports.
type Module struct {
	env   map[string]any
	files files
}

// NewModule returns the module. Scripts see env.
func NewModule(env map[string]string) *Module {
	m := &Module{env: make(map[string]any, len(env))}
	for name, value := range env {
		m.env[name] = value
	}
	return m
}

// Names lists the exports.
func (m *Module) Names() []string { return []string{"check", "env", "group", "log", "open", "sleep"} }

// Exports makes the exports for one VM.
func (m *Module) Exports(vm *js.VM) (map[string]any, error) {
	env, err := vm.ReadOnly("env", m.env)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"check": func(call goja.FunctionCall) goja.Value { return check(vm, call) },
		"group": func(call goja.FunctionCall) goja.Value { return group(vm, call) },
		"log":   func(call goja.FunctionCall) goja.Value { return log(vm, call) },
		"open":  func(call goja.FunctionCall) goja.Value { return m.files.open(vm, call) },
		"env":   env,
		"sleep": func(call goja.FunctionCall) goja.Value { return sleep(vm, call.Argument(0)) },
	}, nil
}

// sleep returns a promise that resolves after a duration.
func sleep(vm *js.VM, v goja.Value) goja.Value {
	d, err := Duration(v)
	if err != nil {
		panic(vm.NewError(fmt.Errorf("sleep: the duration %w", err)))
	}
	TellShort(vm, nil, "sleep(%v)", v)
	return vm.After(d, func() error { return nil })
}
