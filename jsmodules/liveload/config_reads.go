package liveload

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/suggest"
)

// reads notes which options a config function reads, so that a mistyped one is noticed. It belongs to the goroutine of
// the VM.
type reads struct {
	given map[string]any
	names map[string]bool // that were read, whether they were passed or not
}

func newReads(given map[string]any) *reads {
	return &reads{given: given, names: map[string]bool{}}
}

// watched is a function that returns a proxy of target which notes what is read.
const watched = `(function (target, note, noteAll) {
	const noted = (look) => (target, name, ...rest) => {
		if (typeof name === 'string') note(name, name in target);
		return look(target, name, ...rest);
	};
	const { get, has, set, ownKeys, getOwnPropertyDescriptor } = Reflect;
	return new Proxy(target, {
		get: noted(get), has: noted(has), getOwnPropertyDescriptor: noted(getOwnPropertyDescriptor),
		set: (target, name, value) => set(target, name, value),
		ownKeys(target) { noteAll(); return ownKeys(target); },
	});
})`

// watch returns a proxy of target that notes what is read. Listing its keys reads all.
func (r *reads) watch(vm *js.VM, target goja.Value) (goja.Value, error) {
	if len(r.given) == 0 {
		return target, nil
	}
	rt := vm.Runtime()
	made, err := rt.RunString(watched)
	if err != nil {
		return nil, err
	}
	watch, _ := goja.AssertFunction(made)
	return watch(goja.Undefined(), target, rt.ToValue(r.note), rt.ToValue(r.noteAll))
}

// note remembers a name, except those that the language itself reads of every object.
func (r *reads) note(name string, there bool) {
	if _, given := r.given[name]; given || !there && name != "toJSON" && name != "then" {
		r.names[name] = true
	}
}

func (r *reads) noteAll() {
	for name := range r.given {
		r.names[name] = true
	}
}

// warn logs the options that were not read.
func (r *reads) warn(vm *js.VM) {
	for _, name := range slices.Sorted(maps.Keys(r.given)) {
		if !r.names[name] {
			vm.Logger().Warn(fmt.Sprintf("--config %s has no effect: the function config of %s does not read it%s", name, vm.Program().Name(), r.instead(name)))
		}
	}
}

// instead says which names config reads instead.
func (r *reads) instead(name string) string {
	all := slices.Sorted(maps.Keys(r.names))
	near := suggest.Closest(name, all)
	switch {
	case near != "":
		return ". Did you mean " + near + "?"
	case len(all) > 0:
		return ", but " + strings.Join(all, ", ")
	}
	return ""
}

// warnOfIgnored warns when the script has no function that could take the options.
func warnOfIgnored(ctx context.Context, vm *js.VM, given map[string]any) error {
	if len(given) == 0 {
		return nil
	}
	_, err := vm.Run(ctx, func() (goja.Value, error) {
		if !takesConfig(vm) {
			vm.Logger().Warn(fmt.Sprintf("--config has no effect: %s exports no function config, and none of its functions takes a config", vm.Program().Name()))
		}
		return nil, nil
	})
	return err
}

// takesConfig says whether an exported function may use the config: iterations get it as their second argument, throttles
// as the first.
func takesConfig(vm *js.VM) bool {
	for _, name := range vm.ExportNames() {
		place := 2
		if name == "throttles" {
			place = 1
		}
		fn, ok := vm.Export(name)
		if _, callable := goja.AssertFunction(fn); ok && callable && mayTake(fn, place) {
			return true
		}
	}
	return false
}

// mayTake says whether a function may use its n-th argument, counted from 1.
func mayTake(fn goja.Value, place int) bool {
	text, ok := bundle.FunctionText(fn)
	if !ok || strings.Contains(text, "arguments") {
		return true
	}
	program, err := parser.ParseFile(nil, "", "("+text+"\n)", 0, parser.WithDisableSourceMaps)
	if err != nil || len(program.Body) != 1 {
		return true
	}
	statement, ok := program.Body[0].(*ast.ExpressionStatement)
	if !ok {
		return true
	}
	var takes *ast.ParameterList
	switch function := statement.Expression.(type) {
	case *ast.FunctionLiteral:
		takes = function.ParameterList
	case *ast.ArrowFunctionLiteral:
		takes = function.ParameterList
	}
	return takes == nil || takes.Rest != nil || len(takes.List) >= place
}
