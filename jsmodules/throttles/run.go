package throttles

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/throttle"
)

// Run calls the script's throttles(config) in a separate VM and returns what it defined: nothing without
// that export. config is plain data, what liveload.RunConfig returned. The error is a *scripterr.Error when
// the script is at fault.
func Run(ctx context.Context, program *program.Program, vmOpts js.VMOptions, config any) ([]throttle.Definition, error) {
	vm, err := js.NewVM(ctx, program, vmOpts)
	if err != nil {
		return nil, err
	}
	fn, ok := vm.Export("throttles")
	if !ok {
		return nil, nil
	}
	if _, callable := goja.AssertFunction(fn); !callable {
		return nil, &scripterr.Error{File: program.Name(), Message: "the export throttles must be a function: export function throttles(config) { return [Rate('checkouts', 10)]; }"}
	}
	arg, err := vm.ReadOnly("config", config)
	if err != nil {
		return nil, fmt.Errorf("pass config to throttles: %w", err)
	}
	value, err := vm.Call(ctx, fn, arg)
	if err != nil {
		return nil, err
	}
	var definitions []throttle.Definition
	_, err = vm.Run(ctx, func() (_ goja.Value, err error) {
		definitions, err = read(vm, value)
		return nil, err
	})
	if err != nil {
		return nil, err
	}
	return definitions, nil
}

// read reads what throttles(config) returned.
func read(vm *js.VM, value goja.Value) ([]throttle.Definition, error) {
	list, ok := value.(*goja.Object)
	if !ok || list.ClassName() != "Array" {
		return nil, &scripterr.Error{File: vm.Program().Name(), Message: "throttles must return an array of Rate, Interarrival and Parallelism, not " + liveload.Show(value)}
	}
	var definitions []throttle.Definition
	known := map[string]bool{}
	for i := range list.Get("length").ToInteger() {
		item := list.Get(strconv.FormatInt(i, 10))
		b := js.Hidden[*builder](item, builderKey)
		if b == nil {
			return nil, &scripterr.Error{File: vm.Program().Name(), Message: fmt.Sprintf("throttles returned %s at index %d, which is no Rate, Interarrival or Parallelism", liveload.Show(item), i)}
		}
		if name := b.definition.Name; known[name] {
			return nil, vm.ErrorAt(errors.New("throttle "+strconv.Quote(name)+" is defined twice: give each a name of its own"), b.stack)
		}
		known[b.definition.Name] = true
		definitions = append(definitions, b.definition)
	}
	return definitions, nil
}
