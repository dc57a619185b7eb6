package js

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dop251/goja"
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

// ParseJSON returns what JSON.parse(text) gives.
func (vm *VM) ParseJSON(text string) (goja.Value, error) {
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

// Plain turns a value of the script into plain Go data (nil, bool, float64, string, []any,
// map[string]any), as JSON would carry it: functions and undefined are left out, dates become text.
func (vm *VM) Plain(v goja.Value) (any, error) {
	if v == nil || goja.IsUndefined(v) {
		return nil, nil
	}
	text, err := vm.JSON(v)
	if err != nil {
		return nil, err
	}
	var plain any
	err = json.Unmarshal([]byte(text), &plain)
	return plain, err
}

// AsPlain turns a Go value into plain Go data, as JSON would carry it.
func AsPlain(value any) (plain any, err error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(text, &plain)
	return plain, err
}

// FromPlain makes a value of the script from plain Go data: ordinary objects and arrays, deep copied.
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
		obj := vm.rt.NewObject()
		for _, key := range slices.Sorted(maps.Keys(data)) {
			v, err := vm.FromPlain(data[key])
			if err != nil {
				return nil, err
			}
			if err := obj.Set(key, v); err != nil {
				return nil, err
			}
		}
		return obj, nil
	}
	return nil, fmt.Errorf("a %T is not plain data", data)
}
