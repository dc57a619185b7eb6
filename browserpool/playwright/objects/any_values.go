package objects

import (
	"fmt"
	"reflect"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

// anyValue makes a value for "any".
func (o object) anyValue(value any, at string) (any, error) {
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
		return o.anyList(v, at)
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
			converted, err := o.anyValue(item, at+"."+key)
			if err != nil {
				return nil, err
			}
			made[key] = converted
		}
		return made, nil
	}
	return value, nil
}

// anyList makes the list of files that playwright-go wants of its own type, or any list.
func (o object) anyList(list []any, at string) (any, error) {
	made := make([]any, len(list))
	for i, item := range list {
		converted, err := o.anyValue(item, fmt.Sprintf("%s[%d]", at, i))
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
		option, _ := item.(map[string]any)
		about, _ := item.(object)
		if text, ok := item.(string); ok {
			either = append(either, text)
		} else if element, ok := about.value.(pw.ElementHandle); ok {
			elements = append(elements, element)
		} else if text, ok := option["value"].(string); ok {
			values = append(values, text)
		} else if text, ok := option["label"].(string); ok {
			labels = append(labels, text)
		} else if index, ok := option["index"].(float64); ok {
			indexes = append(indexes, int(index))
		} else {
			return reflect.Value{}, mismatch(at, "texts, elements or objects with value, label or index", item)
		}
	}
	return reflect.ValueOf(pw.SelectOptionValues{
		ValuesOrLabels: &either, Values: &values, Labels: &labels, Indexes: &indexes, Elements: &elements,
	}), nil
}
