package js

import "github.com/dop251/goja"

// Hide keeps a Go value behind a symbol of an object, where the script does not see it.
func Hide(rt *goja.Runtime, obj *goja.Object, key *goja.Symbol, value any) error {
	return obj.DefineDataPropertySymbol(key, rt.ToValue(value), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
}

// Hidden returns what Hide keeps behind a symbol of a value, or the zero T.
func Hidden[T any](v goja.Value, key *goja.Symbol) (value T) {
	if obj, ok := v.(*goja.Object); ok {
		if hidden := obj.GetSymbol(key); hidden != nil {
			value, _ = hidden.Export().(T)
		}
	}
	return value
}
