package js

import (
	"errors"
	"reflect"

	"github.com/dop251/goja"
)

// Frozen marks dynamic objects and arrays that refuse every change.
type Frozen interface{ Frozen() }

var (
	frozenType = reflect.TypeFor[Frozen]()
	freezing   = []string{"freeze", "seal", "preventExtensions", "isFrozen", "isSealed", "isExtensible", "setPrototypeOf"}
)

// defineFreeze has Object.freeze and its kin accept what is Frozen, which goja refuses to freeze, and setPrototypeOf
// refuse it, which goja ignores. Scripts that name none of them do without: the functions would cost every user.
func (vm *VM) defineFreeze() error {
	if !vm.program.Mentions(freezing...) {
		return nil
	}
	var failed error
	object := vm.rt.Get("Object").(*goja.Object)
	itself := func(v goja.Value) goja.Value { return v }
	constant := func(b bool) func(goja.Value) goja.Value {
		return func(goja.Value) goja.Value { return vm.rt.ToValue(b) }
	}
	for name, answer := range map[string]func(goja.Value) goja.Value{
		"freeze": itself, "seal": itself, "preventExtensions": itself,
		"isFrozen": constant(true), "isSealed": constant(true), "isExtensible": constant(false),
		"setPrototypeOf": func(goja.Value) goja.Value { panic(vm.rt.NewTypeError("a read-only object keeps its prototype")) },
	} {
		original, _ := goja.AssertFunction(object.Get(name))
		wrapped := func(call goja.FunctionCall) goja.Value {
			if obj, ok := call.Argument(0).(*goja.Object); ok && obj.ExportType().Implements(frozenType) {
				return answer(obj)
			}
			v, err := original(call.This, call.Arguments...)
			if err != nil {
				panic(err)
			}
			return v
		}
		failed = errors.Join(failed, object.DefineDataProperty(name, vm.rt.ToValue(wrapped), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	}
	return failed
}
