package js

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dop251/goja"
)

// Plain turns a value of the script into plain Go data (nil, bool, float64, string, []any,
// map[string]any), as JSON would carry it: functions and undefined are left out, dates become text.
func (vm *VM) Plain(v goja.Value) (any, error) {
	if v == nil || goja.IsUndefined(v) {
		return nil, nil
	}
	stringify, ok := vm.look.Builtin("JSON", "stringify")
	if !ok {
		return nil, errors.New("the script replaced JSON.stringify")
	}
	text, err := stringify(goja.Undefined(), v)
	if err != nil {
		if ex, ok := errors.AsType[*goja.Exception](err); ok {
			return nil, vm.newScriptError(ex.Value(), ex.Stack())
		}
		return nil, err
	}
	if goja.IsUndefined(text) {
		return nil, fmt.Errorf("%s is not plain data", vm.look.Show(v))
	}
	var plain any
	err = json.Unmarshal([]byte(text.String()), &plain)
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
