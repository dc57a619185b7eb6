package objects

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/liveload/liveload/browserpool"
)

// arguments turns a script's values into what a method of playwright-go takes.
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
		return []reflect.Value{value}, cmp.Or(err, surplus(args, i+1))
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
