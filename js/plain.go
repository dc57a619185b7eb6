package js

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/guard"
	"github.com/liveload/liveload/js/nesting"
	"github.com/liveload/liveload/ordered"
)

// JSON returns exactly what JSON.stringify(v) gives. A value that has no JSON, such as a function, is an error.
func (vm *VM) JSON(v goja.Value) (string, error) {
	stringify, ok := vm.look.Builtin("JSON", "stringify")
	if !ok {
		return "", errors.New("the script replaced JSON.stringify")
	}
	text, err := stringify(goja.Undefined(), v)
	if err != nil {
		return "", vm.ofBuiltin(err)
	}
	if goja.IsUndefined(text) {
		return "", fmt.Errorf("%s is not plain data", vm.look.Show(v))
	}
	return text.String(), nil
}

// ParseJSON returns what JSON.parse(text) gives. JSON that is nested too deep is an error, be JSON.parse guarded in this script or not.
func (vm *VM) ParseJSON(text string) (goja.Value, error) {
	if nesting.JSON(text) {
		return nil, errors.New(nesting.JSONTooDeep)
	}
	vm.Reserve(guard.OfJSON(text))
	parse, ok := vm.look.Builtin("JSON", "parse")
	if !ok {
		return nil, errors.New("the script replaced JSON.parse")
	}
	v, err := parse(goja.Undefined(), vm.rt.ToValue(text))
	if err != nil {
		return nil, vm.ofBuiltin(err)
	}
	return v, nil
}

// ofBuiltin is the error of a built-in function that the script did not call itself.
func (vm *VM) ofBuiltin(err error) error {
	if ex, ok := errors.AsType[*goja.Exception](err); ok {
		return vm.newScriptError(ex.Value(), ex.Stack())
	}
	return err
}

// Plain turns a value of the script into plain data (see package ordered), as JSON would carry it: functions and undefined
// are left out, dates become text.
func (vm *VM) Plain(v goja.Value) (any, error) {
	if v == nil || goja.IsUndefined(v) {
		return nil, nil
	}
	text, err := vm.JSON(v)
	if err != nil {
		return nil, err
	}
	return ordered.Parse([]byte(text))
}

// AsPlain turns a Go value into plain data, as JSON would carry it.
func AsPlain(value any) (any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return ordered.Parse(text)
}

// FromPlain makes a value of the script from plain data: ordinary objects and arrays, deep copied. It may
// have Made in it.
func (vm *VM) FromPlain(data any) (goja.Value, error) {
	switch data := data.(type) {
	case nil:
		return goja.Null(), nil
	case bool, string, int, int64, float64:
		return vm.rt.ToValue(data), nil
	case []any:
		items := make([]any, len(data))
		for i, item := range data {
			v, err := vm.FromPlain(item)
			if err != nil {
				return nil, err
			}
			items[i] = v
		}
		return vm.rt.NewArray(items...), nil
	case map[string]any:
		return vm.FromPlain(ordered.Of(data))
	case *ordered.Object:
		return vm.objectOf(data)
	case *Made:
		return vm.build(data)
	}
	return nil, fmt.Errorf("a %T is not plain data", data)
}

// objectOf defines what Set would assign: to __proto__, or to what the script has put into Object.prototype.
func (vm *VM) objectOf(data *ordered.Object) (goja.Value, error) {
	obj := vm.rt.NewObject()
	for _, key := range data.Keys() {
		item, _ := data.Get(key)
		v, err := vm.FromPlain(item)
		if err != nil {
			return nil, err
		}
		if err := obj.DefineDataProperty(key, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE); err != nil {
			return nil, err
		}
	}
	return obj, nil
}
