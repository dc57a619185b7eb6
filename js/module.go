package js

import (
	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/web"
)

// A Module is what a script can import under one name. One value serves all VMs of a process and may hold what they share.
type Module interface {
	// Names lists what the module exports, so that a misspelt import is found while bundling.
	Names() []string
	// Exports returns the values of Names, made for vm. It is called on vm's goroutine, once per VM
	// and only when the script imports the module.
	Exports(vm *VM) (map[string]any, error)
}

// Modules are modules by the name that a script imports.
type Modules map[string]Module

// Exports returns the names that each module exports, as bundle.Script wants them.
func (m Modules) Exports() map[string][]string {
	exports := make(map[string][]string, len(m))
	for name, module := range m {
		exports[name] = module.Names()
	}
	return exports
}

// moduleExports are the exports of a module in one VM. Each value is made when the script first uses it, since a function
// costs half a kilobyte.
type moduleExports struct {
	rt     *goja.Runtime
	names  []string
	values map[string]any
}

// Get implements goja.DynamicObject.
func (m *moduleExports) Get(name string) goja.Value {
	value, ok := m.values[name]
	if !ok {
		return nil
	}
	made, ok := value.(goja.Value)
	if !ok {
		if fn, is := value.(func(goja.FunctionCall) goja.Value); is {
			value = web.WithUndefined(fn)
		}
		made = m.rt.ToValue(value)
		m.values[name] = made
	}
	return made
}

// Has implements goja.DynamicObject.
func (m *moduleExports) Has(name string) bool { _, ok := m.values[name]; return ok }

// Set implements goja.DynamicObject: what is imported stays as it is.
func (m *moduleExports) Set(string, goja.Value) bool { return false }

// Delete implements goja.DynamicObject.
func (m *moduleExports) Delete(string) bool { return false }

// Keys implements goja.DynamicObject.
func (m *moduleExports) Keys() []string { return m.names }
