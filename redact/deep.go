package redact

import (
	"encoding/json"
	"reflect"
	"sync"
)

// A Redacted value knows how to leave secrets out of itself. Redacted returns one of the same type.
type Redacted interface{ Redacted(r *Redactor) any }

// Deep returns v without secrets in any text that can be reached from it, in keys of maps too. What has none is shared, and v
// stays as it is.
func Deep[T any](r *Redactor, v T) T {
	given := reflect.ValueOf(&v).Elem()
	if clean, changed := r.deep(given); changed {
		return clean.Interface().(T)
	}
	return v
}

// deep says whether the value that it returns differs from v.
func (r *Redactor) deep(v reflect.Value) (reflect.Value, bool) {
	if !mayHaveText(v.Type()) || !v.CanInterface() {
		return v, false
	}
	switch one := v.Interface().(type) {
	case Redacted:
		clean := reflect.ValueOf(one.Redacted(r))
		return clean, !clean.Equal(v)
	case json.RawMessage:
		text := r.Known(string(one))
		return reflect.ValueOf(json.RawMessage(text)), text != string(one)
	}
	switch v.Kind() {
	case reflect.String:
		text := r.Text(v.String())
		return reflect.ValueOf(text).Convert(v.Type()), text != v.String()
	case reflect.Pointer, reflect.Interface:
		return r.deepPointer(v)
	case reflect.Slice, reflect.Array:
		return r.deepElements(v)
	case reflect.Map:
		return r.deepMap(v)
	case reflect.Struct:
		return r.deepFields(v)
	}
	return v, false
}

func (r *Redactor) deepPointer(v reflect.Value) (reflect.Value, bool) {
	if v.IsNil() {
		return v, false
	}
	clean, changed := r.deep(v.Elem())
	if !changed || v.Kind() == reflect.Interface {
		return clean, changed
	}
	to := reflect.New(v.Type().Elem())
	to.Elem().Set(clean)
	return to, true
}

func (r *Redactor) deepElements(v reflect.Value) (reflect.Value, bool) {
	out, changed := v, false
	for i := range v.Len() {
		clean, differs := r.deep(v.Index(i))
		if !differs {
			continue
		}
		if !changed {
			out, changed = reflect.New(v.Type()).Elem(), true
			if v.Kind() == reflect.Slice {
				out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			}
			reflect.Copy(out, v)
		}
		out.Index(i).Set(clean)
	}
	return out, changed
}

func (r *Redactor) deepMap(v reflect.Value) (reflect.Value, bool) {
	out, changed := reflect.MakeMapWithSize(v.Type(), v.Len()), false
	for all := v.MapRange(); all.Next(); {
		key, keyDiffers := r.deep(all.Key())
		value, differs := r.deep(all.Value())
		if named, hidden := hiddenByName(all.Key(), all.Value()); hidden {
			value, differs = named, true
		}
		out.SetMapIndex(key, value)
		changed = changed || keyDiffers || differs
	}
	if !changed {
		return v, false
	}
	return out, true
}

// hiddenByName hides what a map of any data, or of texts, has under the name of a secret.
func hiddenByName(key, value reflect.Value) (reflect.Value, bool) {
	ofData := value.Kind() == reflect.Interface && !value.IsNil() || value.Kind() == reflect.String
	if key.Kind() != reflect.String || !ofData || !IsSecret(key.String()) {
		return value, false
	}
	if text, ok := value.Interface().(string); ok && (text == "" || text == Hidden) {
		return value, false
	}
	return reflect.ValueOf(Hidden), true
}

func (r *Redactor) deepFields(v reflect.Value) (reflect.Value, bool) {
	out, changed := v, false
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		clean, differs := r.deep(v.Field(i))
		if !differs {
			continue
		}
		if !changed {
			out, changed = reflect.New(v.Type()).Elem(), true
			out.Set(v)
		}
		out.Field(i).Set(clean)
	}
	return out, changed
}

var textTypes sync.Map // of types, whether a text can be reached from them

// mayHaveText says whether a text can be reached from values of a type.
func mayHaveText(t reflect.Type) bool {
	if known, ok := textTypes.Load(t); ok {
		return known.(bool)
	}
	textTypes.Store(t, true) // while it is looked at: it may have itself in it
	may := false
	switch t.Kind() {
	case reflect.String, reflect.Interface:
		may = true
	case reflect.Pointer, reflect.Slice, reflect.Array:
		may = t == reflect.TypeFor[json.RawMessage]() || mayHaveText(t.Elem())
	case reflect.Map:
		may = mayHaveText(t.Key()) || mayHaveText(t.Elem())
	case reflect.Struct:
		may = t.Implements(reflect.TypeFor[Redacted]())
		for i := 0; i < t.NumField() && !may; i++ {
			may = t.Field(i).IsExported() && mayHaveText(t.Field(i).Type)
		}
	}
	textTypes.Store(t, may)
	return may
}
