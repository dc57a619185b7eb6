package liveload

import (
	"context"
	"errors"
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
)

// RunConfig calls the script's config(opts) in a separate VM and returns what vm.Keep makes of its value. Without that export, the
// options are the config. Options that the script did not read are logged as a warning.
func RunConfig(ctx context.Context, program *program.Program, vmOpts js.VMOptions, opts map[string]string) (any, error) {
	vm, err := js.NewVM(ctx, program, vmOpts)
	if err != nil {
		return nil, err
	}
	given := make(map[string]any, len(opts))
	for key, value := range opts {
		given[key] = value
	}
	fn, ok := vm.Export("config")
	if !ok {
		return given, warnOfIgnored(ctx, vm, given)
	}
	if _, callable := goja.AssertFunction(fn); !callable {
		return nil, &scripterr.Error{File: program.Name(), Message: "the export config must be a function"}
	}
	arg, err := vm.FromPlain(given)
	if err != nil {
		return nil, fmt.Errorf("pass options to config: %w", err)
	}
	reads := newReads(given)
	if arg, err = vm.Run(ctx, func() (goja.Value, error) { return reads.watch(vm, arg) }); err != nil {
		return nil, fmt.Errorf("pass options to config: %w", err)
	}
	value, err := vm.Call(ctx, fn, arg)
	if err != nil {
		return nil, err
	}
	var config any
	_, err = vm.Run(ctx, func() (_ goja.Value, err error) {
		config, err = vm.Keep("config", value)
		return nil, err
	})
	var interrupted *scripterr.InterruptError
	switch {
	case errors.As(err, &interrupted):
		return nil, err
	case err != nil:
		return nil, &scripterr.Error{File: program.Name(), Message: "config returned what users cannot share: " + err.Error(), Cause: err}
	}
	reads.warn(vm)
	return config, nil
}
