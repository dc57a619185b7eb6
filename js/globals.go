package js

import (
	"errors"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/web"
)

// defineGlobals adds what the language itself does not have and every script expects.
func (vm *VM) defineGlobals() error {
	return errors.Join(vm.defineSymbols(), vm.defineFreeze(), web.Define(vm))
}

// defineSymbols adds the symbols that esbuild's translations of "for await" and "using" need, to scripts that name them: goja makes
// symbols lazily, and every VM would pay for them.
func (vm *VM) defineSymbols() error {
	for _, name := range []string{"asyncIterator", "dispose", "asyncDispose"} {
		if !strings.Contains(vm.program.Source().Code, name) {
			continue
		}
		symbol := vm.rt.Get("Symbol").(*goja.Object)
		forKey, _ := goja.AssertFunction(symbol.Get("for"))
		v, err := forKey(symbol, vm.rt.ToValue("Symbol."+name))
		if err != nil {
			return err
		}
		if err := symbol.DefineDataProperty(name, v, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE); err != nil {
			return err
		}
	}
	return nil
}
