package js

import (
	"errors"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/guard"
	"github.com/liveload/liveload/js/language"
	"github.com/liveload/liveload/js/web"
)

// defineGlobals adds what the language itself does not have and every script expects.
func (vm *VM) defineGlobals() error {
	symbols := vm.defineSymbols()
	regexp, err := language.Define(vm)
	vm.regexp = regexp
	var failed error
	vm.guard, vm.textGuard, failed = guard.Define(vm)
	return errors.Join(symbols, err, failed, vm.defineFreeze(), web.Define(vm))
}

// defineSymbols adds the symbols that esbuild's translations of "for await" and "using" need, to scripts that name them: goja makes
// symbols lazily, and every VM would pay for them.
func (vm *VM) defineSymbols() error {
	for name, words := range map[string][]string{"asyncIterator": {"asyncIterator", "fromAsync"}, "dispose": {"dispose"}, "asyncDispose": {"asyncDispose"}} {
		if !vm.program.Mentions(words...) {
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
