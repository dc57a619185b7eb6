package js

import (
	"errors"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/web"
)

// defineGlobals adds what the language itself does not have and every script expects.
func (vm *VM) defineGlobals() error {
	return errors.Join(vm.defineAsyncIterator(), vm.defineFreeze(), web.Define(vm))
}

// defineAsyncIterator adds the symbol that esbuild's translation of "for await" needs, to scripts that name it: goja makes
// symbols lazily, and every VM would pay for them.
func (vm *VM) defineAsyncIterator() error {
	if !strings.Contains(vm.program.Source().Code, "asyncIterator") {
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
