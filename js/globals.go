package js

import (
	"github.com/dop251/goja"
)

// defineGlobals adds what the language itself does not have and every script expects.
func (vm *VM) defineGlobals() error {
	global := vm.rt.GlobalObject()
	functions := map[string]func(goja.FunctionCall) goja.Value{
		"setTimeout":     vm.setTimeout,
		"setInterval":    vm.setInterval,
		"clearTimeout":   vm.clearTimer,
		"clearInterval":  vm.clearTimer,
		"queueMicrotask": vm.queueMicrotask,
	}
	for name, fn := range functions {
		if err := global.Set(name, fn); err != nil {
			return err
		}
	}
	if err := vm.defineAsyncIterator(); err != nil {
		return err
	}
	if err := vm.defineConsole(global); err != nil {
		return err
	}
	return global.SetPrototype(vm.rt.NewDynamicObject(&webGlobals{vm: vm, made: map[string]goja.Value{}}))
}

// defineAsyncIterator adds the symbol that esbuild's translation of "for await" looks for.
func (vm *VM) defineAsyncIterator() error {
	symbol := vm.rt.Get("Symbol").(*goja.Object)
	forKey, _ := goja.AssertFunction(symbol.Get("for"))
	v, err := forKey(symbol, vm.rt.ToValue("Symbol.asyncIterator"))
	if err != nil {
		return err
	}
	return symbol.DefineDataProperty("asyncIterator", v, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
}
