package js

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/ordered"
)

// Exports describe what a script exports after its top level has run.
type Exports struct {
	Names     []string       // sorted
	Functions []string       // those of Names that are functions
	Options   map[string]any // the plain data of "options"; nil without that export
	// Scenarios is the plain data of "scenarios", ScenarioNames its keys as the script has them.
	Scenarios     map[string]any
	ScenarioNames []string
}

// Has says whether the script exports name.
func (e *Exports) Has(name string) bool { return slices.Contains(e.Names, name) }

// Inspect runs the top level of a program in a separate VM and returns what it exports.
func Inspect(ctx context.Context, p *program.Program, opts VMOptions) (*Exports, error) {
	vm, err := NewVM(ctx, p, opts)
	if err != nil {
		return nil, err
	}
	found := &Exports{}
	if _, err := vm.Run(ctx, func() (goja.Value, error) { return nil, vm.describe(found) }); err != nil {
		return nil, err
	}
	return found, nil
}

// ExportNames returns the names of what the script exports. It is called on the VM's goroutine.
func (vm *VM) ExportNames() []string { return vm.exports.Keys() }

// describe may run code of the script: getters and toJSON.
func (vm *VM) describe(found *Exports) (err error) {
	found.Names = vm.ExportNames()
	slices.Sort(found.Names)
	for _, name := range found.Names {
		if v, ok := vm.Export(name); ok {
			if _, callable := goja.AssertFunction(v); callable {
				found.Functions = append(found.Functions, name)
			}
		}
	}
	if found.Options, _, err = vm.plainExport("options"); err != nil {
		return err
	}
	found.Scenarios, found.ScenarioNames, err = vm.plainExport("scenarios")
	return err
}

// plainExport returns an exported object of plain data, and its keys in the order of the script; nil without that export.
func (vm *VM) plainExport(name string) (map[string]any, []string, error) {
	v, ok := vm.Export(name)
	if !ok {
		return nil, nil, nil
	}
	value, err := vm.Plain(v)
	if err != nil {
		return nil, nil, &scripterr.Error{File: vm.program.Name(), Message: "the export " + name + " is not plain data: " + err.Error(), Cause: err}
	}
	data, ok := ordered.Maps(value).(map[string]any)
	if !ok {
		return nil, nil, &scripterr.Error{File: vm.program.Name(), Message: fmt.Sprintf("the export %s must be an object, not %s%s", name, vm.look.Show(v), ofArtillery(name, value))}
	}
	if function, path := findFunction(v, nil); function != nil {
		return nil, nil, &FunctionError{Export: name, Path: path, Function: function.Get("name").String()}
	}
	return data, v.(*goja.Object).Keys(), nil
}

// ofArtillery is for those who list scenarios, as Artillery has them.
func ofArtillery(name string, value any) string {
	if _, ok := value.([]any); !ok || name != "scenarios" {
		return ""
	}
	return ": each has a name, such as { checkout: { exec: 'checkout', rate: '1/s', duration: '1m' } }, where checkout is an exported function of the user"
}

// A FunctionError says that an export, which must be plain data, contains a function.
type FunctionError struct {
	Export   string
	Path     []string // keys that lead to it
	Function string   // its name; may be empty
}

func (e *FunctionError) Error() string {
	return fmt.Sprintf("the export %s has a function as %s, but must be plain data", e.Export, strings.Join(e.Path, "."))
}

// mostDepth bounds the search for functions, far beyond what any option has.
const mostDepth = 20

// findFunction looks for a function within data without cycles.
func findFunction(v goja.Value, path []string) (*goja.Object, []string) {
	object, ok := v.(*goja.Object)
	if !ok || len(path) == mostDepth {
		return nil, nil
	}
	if _, callable := goja.AssertFunction(v); callable {
		return object, path
	}
	for _, key := range object.Keys() {
		if function, at := findFunction(object.Get(key), append(slices.Clone(path), key)); function != nil {
			return function, at
		}
	}
	return nil, nil
}
