package js

import (
	"errors"
	"strings"

	"github.com/dop251/goja"
)

// defineGlobals adds what the language itself does not have and every script expects.
func (vm *VM) defineGlobals() error {
	if err := vm.defineAsyncIterator(); err != nil {
		return err
	}
	web := vm.rt.NewDynamicObject(&webGlobals{vm: vm, made: map[string]goja.Value{}})
	return vm.rt.GlobalObject().SetPrototype(web)
}

// defineAsyncIterator adds the symbol that esbuild's translation of "for await" looks for. goja makes
// symbols when they are touched: a script that does not name it does not pay for them.
func (vm *VM) defineAsyncIterator() error {
	if !strings.Contains(vm.program.source.Code, "asyncIterator") {
		return nil
	}
	symbol := vm.rt.Get("Symbol").(*goja.Object)
	forKey, _ := goja.AssertFunction(symbol.Get("for"))
	v, err := forKey(symbol, vm.rt.ToValue("Symbol.asyncIterator"))
	if err != nil {
		return err
	}
	return symbol.DefineDataProperty("asyncIterator", v, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
}

// makeFunction makes one of the global functions that Go does.
func makeFunction(name string, fn func(*VM, goja.FunctionCall) goja.Value) func(*webGlobals) error {
	return func(w *webGlobals) error {
		vm := w.vm
		value := vm.rt.ToValue(complete(func(call goja.FunctionCall) goja.Value { return fn(vm, call) }))
		w.made[name] = value
		label := vm.rt.ToValue(name)
		return value.(*goja.Object).DefineDataProperty("name", label, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// complete calls fn with undefined for arguments that are not there, where goja's Array.from has nil.
func complete(fn func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		for i, v := range call.Arguments {
			if v == nil {
				call.Arguments[i] = goja.Undefined()
			}
		}
		return fn(call)
	}
}

func (w *webGlobals) makeConsole() error {
	console := w.vm.rt.NewObject()
	w.made["console"] = console
	var failed error
	for name, level := range consoleLevels {
		write := func(call goja.FunctionCall) goja.Value {
			w.vm.Log(level, call.Arguments...)
			return goja.Undefined()
		}
		failed = errors.Join(failed, console.Set(name, write))
	}
	return failed
}
