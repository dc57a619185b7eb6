package objects

import (
	"reflect"
	"time"

	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/ordered"
)

// results turns what a method returned into plain values and objects.
func (o object) results(out []reflect.Value) (any, error) {
	var err error
	if n := len(out); n > 0 && out[n-1].Type() == errorType {
		err, _ = out[n-1].Interface().(error)
		out = out[:n-1]
	}
	if len(out) == 0 || err != nil {
		return nil, err
	}
	return o.hub.export(out[0])
}

// export makes a plain value or an object.
func (h *Hub) export(v reflect.Value) (any, error) {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, nil
	}
	if k := kindOf(v.Interface()); k != nil {
		return object{h, v.Interface(), k}, nil
	}
	switch value := v.Interface().(type) {
	case []byte, time.Time:
		return value, nil
	case error:
		return calls.Thrown(value), nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		return h.export(v.Elem())
	case reflect.Struct:
		return h.exportStruct(v)
	case reflect.Slice, reflect.Map:
		if e := v.Type().Elem(); e.Kind() != reflect.Interface || e.NumMethod() > 0 {
			return h.exportItems(v)
		} // else from a page: it may contain itself
	case reflect.String:
		return v.String(), nil
	case reflect.Int:
		return calls.Result(int(v.Int()))
	}
	return calls.Result(v.Interface())
}

func (h *Hub) exportStruct(v reflect.Value) (any, error) {
	made := &ordered.Object{}
	for field, value := range v.Fields() {
		name := optionName(field)
		if !field.IsExported() || name == "" || name == "-" || value.Kind() == reflect.Pointer && value.IsNil() {
			continue
		}
		exported, err := h.export(value)
		if err != nil {
			return nil, err
		}
		made.Set(name, exported)
	}
	return made, nil
}

// exportItems exports the items of a list or map.
func (h *Hub) exportItems(v reflect.Value) (any, error) {
	var err error
	if v.Kind() == reflect.Map {
		made := make(map[string]any, v.Len())
		for key, value := range v.Seq2() {
			if made[key.String()], err = h.export(value); err != nil {
				return nil, err
			}
		}
		return made, nil
	}
	list := make([]any, v.Len())
	for i := range list {
		if list[i], err = h.export(v.Index(i)); err != nil {
			return nil, err
		}
	}
	return list, nil
}
