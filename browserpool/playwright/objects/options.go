package objects

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/liveload/liveload/suggest"
)

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
			return made, fmt.Errorf("%s: there is no %q%s", at, name, DidYouMean(name, slices.Values(OptionNames(t))))
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

// OptionNames are the JavaScript names of the options in a struct of playwright-go.
func OptionNames(t reflect.Type) []string {
	var names []string
	for field := range t.Fields() {
		names = append(names, optionName(field))
	}
	return names
}

// DidYouMean ends a sentence about an unknown name with the known one that it resembles.
func DidYouMean(unknown string, known func(yield func(string) bool)) string {
	if near := suggest.Closest(unknown, slices.Sorted(known)); near != "" {
		return fmt.Sprintf(": did you mean %q?", near)
	}
	return ""
}
