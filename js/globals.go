package js

import (
	"github.com/dop251/goja"
)

// defineGlobals adds what the language itself does not have and every script expects.
func (vm *VM) defineGlobals() error {
	if vm.program.iterates {
		if err := vm.defineAsyncIterator(); err != nil {
			return err
		}
	}
	return vm.rt.GlobalObject().SetPrototype(vm.rt.NewDynamicObject(&webGlobals{vm: vm, made: map[string]goja.Value{}}))
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
