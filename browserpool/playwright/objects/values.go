package objects

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

// assign makes a value of type t; at says in errors what it is for.
func (o object) assign(value any, t reflect.Type, at string) (reflect.Value, error) {
	switch t {
	case reflect.TypeFor[pw.SelectOptionValues]():
		return selectValues(value, at)
	case reflect.TypeFor[[]byte]():
		return bytesOf(value, at)
	}
	switch t.Kind() {
	case reflect.Pointer:
		if value == nil {
			return reflect.Zero(t), nil
		}
		elem, err := o.assign(value, t.Elem(), at)
		if err != nil {
			return elem, err
		}
		pointer := reflect.New(t.Elem())
		pointer.Elem().Set(elem)
		return pointer, nil
	case reflect.Struct:
		return o.structOf(value, t, at)
	case reflect.Slice:
		return o.sliceOf(value, t, at)
	case reflect.Map:
		return o.mapOf(value, t, at)
	case reflect.Interface:
		return o.interfaceOf(value, t, at)
	}
	return scalarOf(value, t, at)
}

func scalarOf(value any, t reflect.Type, at string) (reflect.Value, error) {
	if fn, ok := value.(*browserpool.Function); ok && t.Kind() == reflect.String { // code for the page
		if fn.Source == "" {
			return reflect.Value{}, fmt.Errorf("%s is a built-in or bound function, which has no text to send to the page", at)
		}
		value = fn.Source
	}
	if n, ok := value.(float64); ok && t.Kind() == reflect.Int && math.Abs(n) <= math.MaxInt32 {
		return reflect.ValueOf(int(math.Round(n))), nil
	}
	if v := reflect.ValueOf(value); v.Kind() == t.Kind() { // a text, boolean or number
		return v.Convert(t), nil
	}
	return reflect.Value{}, mismatch(at, "a "+plainType(t), value)
}

func plainType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "boolean"
	case reflect.Float64, reflect.Int:
		return "number"
	}
	return t.Name()
}

func mismatch(at, want string, value any) error {
	return fmt.Errorf("%s must be %s, not %s", at, want, show(value))
}

// show names a value in an error.
func show(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return fmt.Sprintf("%.60q", v)
	case bool, float64:
		return fmt.Sprint(v)
	case []any:
		return "a list"
	case browserpool.Object:
		return "a " + v.Type()
	case *browserpool.Function:
		return "a function"
	case *browserpool.RegExp:
		return "a regular expression"
	case time.Time:
		return "a date"
	}
	return "an object"
}

func (o object) sliceOf(value any, t reflect.Type, at string) (reflect.Value, error) {
	list, ok := value.([]any)
	if !ok {
		return reflect.Value{}, mismatch(at, "a list", value)
	}
	made := reflect.MakeSlice(t, len(list), len(list))
	for i, item := range list {
		converted, err := o.assign(item, t.Elem(), fmt.Sprintf("%s[%d]", at, i))
		if err != nil {
			return made, err
		}
		made.Index(i).Set(converted)
	}
	return made, nil
}

func (o object) mapOf(value any, t reflect.Type, at string) (reflect.Value, error) {
	if value == nil {
		return reflect.Zero(t), nil
	}
	given, ok := value.(map[string]any)
	if !ok {
		return reflect.Value{}, mismatch(at, "an object", value)
	}
	made := reflect.MakeMapWithSize(t, len(given))
	for name, item := range given {
		converted, err := o.assign(item, t.Elem(), at+"."+name)
		if err != nil {
			return made, err
		}
		made.SetMapIndex(reflect.ValueOf(name), converted)
	}
	return made, nil
}

// interfaceOf makes another object, or anything where playwright-go takes several types.
func (o object) interfaceOf(value any, t reflect.Type, at string) (reflect.Value, error) {
	if other, ok := value.(object); ok {
		if v := reflect.ValueOf(other.value); v.Type().Implements(t) {
			return v, nil
		}
	}
	if t.NumMethod() > 0 {
		if value == nil {
			return reflect.Zero(t), nil
		}
		return reflect.Value{}, mismatch(at, "a "+t.Name(), value)
	}
	loose, err := o.anyValue(value, at)
	if loose == nil || err != nil {
		return reflect.Zero(t), err
	}
	return reflect.ValueOf(loose), nil
}

func bytesOf(value any, at string) (reflect.Value, error) {
	switch v := value.(type) {
	case []byte:
		return reflect.ValueOf(v), nil
	case string:
		return reflect.ValueOf([]byte(v)), nil
	}
	return reflect.Value{}, mismatch(at, "bytes or a text", value)
}

// regexpOf translates a regular expression; playwright-go translates it back.
func regexpOf(r *browserpool.RegExp) (*regexp.Regexp, error) {
	source := r.Source
	if flags := strings.NewReplacer("d", "", "g", "", "u", "", "v", "", "y", "").Replace(r.Flags); flags != "" {
		source = "(?" + flags + ")" + source
	}
	compiled, err := regexp.Compile(source)
	if err != nil {
		return nil, fmt.Errorf("the regular expression /%s/ cannot be used here, look-around and back-references are not available: %w", r.Source, err)
	}
	return compiled, nil
}
