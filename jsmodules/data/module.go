// Package data is the module "liveload/data": rows from files and from functions of the script. They are
// loaded once in a process and never change; all VMs share them. Which row a user takes follows from
// a number of a sequence; the caller supplies the Sequences, for one process or many.
package data

import (
	"fmt"
	"sync"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// A Module is what `import ... from 'liveload/data'` imports. One serves all VMs of a process. The zero value is ready.
type Module struct {
	files  sync.Map // *file by fileKey
	shared sync.Map // *sharedData by sharedKey
}

// Names lists the exports.
func (*Module) Names() []string { return []string{"csv", "json", "shared"} }

// Exports makes the exports for one VM.
func (m *Module) Exports(vm *js.VM) (map[string]any, error) {
	v, err := newViewer(vm)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"csv":    func(call goja.FunctionCall) goja.Value { return v.show(m.open(vm, "csv", call)) },
		"json":   func(call goja.FunctionCall) goja.Value { return v.show(m.open(vm, "json", call)) },
		"shared": func(call goja.FunctionCall) goja.Value { return v.show(m.share(vm, call)) },
	}, nil
}

// nameOf reads the first argument of a function that loads data. It refuses to load during an iteration, whose duration
// would include that.
func nameOf(vm *js.VM, function, what string, call goja.FunctionCall) string {
	name, ok := call.Argument(0).Export().(string)
	if !ok || name == "" {
		panic(vm.NewError(fmt.Errorf("%s: the %s must be a text that is not empty, not %s", function, what, liveload.Show(call.Argument(0)))))
	}
	if _, running := liveload.UserOf(vm); running {
		panic(vm.NewError(fmt.Errorf("%s: %q must be loaded when the script is: at its top level, not within an iteration", function, name)))
	}
	return name
}
