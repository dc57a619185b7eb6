package playwright

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

// arguments makes of a script's values what a method of playwright-go takes.
func (o object) arguments(m *member, t reflect.Type, args []any) ([]reflect.Value, error) {
	if adapt := rule(prepare, o.kind, m); adapt != nil {
		var err error
		if args, err = adapt(args); err != nil {
			return nil, err
		}
	}
	var list []reflect.Value
	for i := range t.NumIn() {
		if t.IsVariadic() && i == t.NumIn()-1 {
			rest, err := o.rest(m, t.In(i).Elem(), args, i)
			return append(list, rest...), err
		}
		var given any
		if i < len(args) {
			given = args[i]
		} else if t.In(i).Kind() != reflect.Interface || t.In(i).NumMethod() > 0 {
			return nil, fmt.Errorf("argument %d is missing", i+1)
		}
		value, err := o.assign(given, t.In(i), place(i, t.In(i)))
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, surplus(args, t.NumIn())
}

// rest makes the arguments from i on: options, of which there is one object at most, or values.
func (o object) rest(m *member, t reflect.Type, args []any, i int) ([]reflect.Value, error) {
	if isOptions(t) {
		if len(args) <= i || args[i] == nil {
			return []reflect.Value{reflect.Zero(t)}, surplus(args, i+1)
		}
		value, err := o.assign(args[i], t, place(i, t))
		return []reflect.Value{value}, firstError(err, surplus(args, i+1))
	}
	var list []reflect.Value
	for ; i < len(args); i++ {
		value, err := o.assign(args[i], t, place(i, t))
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	if evaluates(m.method) && len(list) > 1 {
		return nil, fmt.Errorf("passes one argument to the page: put several into a list or an object")
	}
	return list, nil
}

func evaluates(method string) bool { return strings.HasPrefix(method, "Eval") }

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func surplus(args []any, most int) error {
	if len(args) > most {
		return fmt.Errorf("takes at most %d arguments, not %d", most, len(args))
	}
	return nil
}

func isOptions(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && strings.HasSuffix(t.Name(), "Options")
}

func place(i int, t reflect.Type) string {
	if isOptions(t) {
		return "options"
	}
	return fmt.Sprintf("argument %d", i+1)
}

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
	switch v := value.(type) {
	case string:
		if t.Kind() == reflect.String {
			return reflect.ValueOf(v).Convert(t), nil
		}
	case *browserpool.Function: // code for the page
		if t.Kind() == reflect.String {
			if v.Source == "" {
				return reflect.Value{}, fmt.Errorf("%s is a built-in or bound function, which has no text to send to the page", at)
			}
			return reflect.ValueOf(v.Source).Convert(t), nil
		}
	case bool:
		if t.Kind() == reflect.Bool {
			return reflect.ValueOf(v), nil
		}
	case float64:
		switch {
		case t.Kind() == reflect.Float64:
			return reflect.ValueOf(v), nil
		case t.Kind() == reflect.Int && math.Abs(v) <= math.MaxInt32:
			return reflect.ValueOf(int(math.Round(v))), nil
		}
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

// structOf reads options by the names that JavaScript has for them.
func (o object) structOf(value any, t reflect.Type, at string) (reflect.Value, error) {
	given, ok := value.(map[string]any)
	if !ok {
		return reflect.Value{}, mismatch(at, "an object", value)
	}
	made := reflect.New(t).Elem()
	for name, item := range given {
		field, ok := optionField(t, name)
		if !ok {
			return made, fmt.Errorf("%s: there is no %q%s", at, name, suggestOption(t, name))
		}
		if item == nil && field.Type.Kind() != reflect.Interface {
			continue // as undefined
		}
		converted, err := o.assign(item, field.Type, name)
		if err != nil {
			return made, err
		}
		made.FieldByIndex(field.Index).Set(converted)
	}
	return made, nil
}

func optionField(t reflect.Type, name string) (reflect.StructField, bool) {
	for field := range t.Fields() {
		if optionName(field) == name {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

func optionName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}

func suggestOption(t reflect.Type, wrong string) string {
	var names []string
	for field := range t.Fields() {
		names = append(names, optionName(field))
	}
	if len(names) == 0 {
		return ""
	}
	return suggest(wrong, slices.Values(names))
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
	loose, err := o.loose(value, at)
	if loose == nil || err != nil {
		return reflect.Zero(t), err
	}
	return reflect.ValueOf(loose), nil
}

// loose makes a value for "any".
func (o object) loose(value any, at string) (any, error) {
	switch v := value.(type) {
	case *browserpool.RegExp:
		return regexpOf(v)
	case *browserpool.Function:
		return nil, fmt.Errorf("%s cannot be a function here: use a text or a regular expression", at)
	case object:
		return v.value, nil
	case float64:
		if o.kind.name == "Clock" {
			return int64(v), nil
		}
	case []byte:
		return v, nil
	case []any:
		return o.looseList(v, at)
	case map[string]any:
		if _, ok := v["mimeType"]; ok {
			file, err := o.structOf(v, reflect.TypeFor[pw.InputFile](), at)
			if err != nil {
				return nil, err
			}
			return file.Interface(), nil
		}
		made := make(map[string]any, len(v))
		for key, item := range v {
			converted, err := o.loose(item, at+"."+key)
			if err != nil {
				return nil, err
			}
			made[key] = converted
		}
		return made, nil
	}
	return value, nil
}

// looseList makes the list of files that playwright-go wants of its own type, or any list.
func (o object) looseList(list []any, at string) (any, error) {
	made := make([]any, len(list))
	for i, item := range list {
		converted, err := o.loose(item, fmt.Sprintf("%s[%d]", at, i))
		if err != nil {
			return nil, err
		}
		made[i] = converted
	}
	if files := allOf[pw.InputFile](made); files != nil {
		return files, nil
	}
	return made, nil
}

// allOf returns a list whose items are all of one type; nil when they are not.
func allOf[T any](list []any) []T {
	var made []T
	for _, item := range list {
		one, ok := item.(T)
		if !ok {
			return nil
		}
		made = append(made, one)
	}
	return made
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

// selectValues reads what selectOption takes: texts, elements, or objects with value, label or index.
func selectValues(value any, at string) (reflect.Value, error) {
	list, ok := value.([]any)
	if !ok && value != nil {
		list = []any{value}
	}
	var values, labels, either []string
	var indexes []int
	var elements []pw.ElementHandle
	for _, item := range list {
		switch v := item.(type) {
		case string:
			either = append(either, v)
			continue
		case object:
			if element, ok := v.value.(pw.ElementHandle); ok {
				elements = append(elements, element)
				continue
			}
		case map[string]any:
			if text, ok := v["value"].(string); ok {
				values = append(values, text)
				continue
			} else if text, ok := v["label"].(string); ok {
				labels = append(labels, text)
				continue
			} else if index, ok := v["index"].(float64); ok {
				indexes = append(indexes, int(index))
				continue
			}
		}
		return reflect.Value{}, mismatch(at, "texts, elements or objects with value, label or index", item)
	}
	return reflect.ValueOf(pw.SelectOptionValues{
		ValuesOrLabels: &either, Values: &values, Labels: &labels, Indexes: &indexes, Elements: &elements,
	}), nil
}

// call1 is the text of a call of a function with at most one plain argument.
func call1(fn *browserpool.Function, args []any) (string, error) {
	if fn.Source == "" {
		return "", fmt.Errorf("a built-in or bound function has no text to send to the page")
	}
	var arg any
	if len(args) > 0 {
		arg = args[0]
	}
	encoded, err := json.Marshal(arg)
	if err != nil {
		return "", fmt.Errorf("the argument is not plain data: %w", err)
	}
	return "(" + fn.Source + ")(" + string(encoded) + ")", nil
}
