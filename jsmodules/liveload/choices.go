package liveload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
)

// itemsOf converts a value, or each item of an array.
func itemsOf(v goja.Value, convert func(v goja.Value) (any, error)) (any, error) {
	obj, ok := v.(*goja.Object)
	if !ok || obj.ClassName() != "Array" {
		return convert(v)
	}
	items := []any{}
	for i := range int(obj.Get("length").ToInteger()) {
		item := obj.Get(strconv.Itoa(i))
		if item == nil {
			return nil, fmt.Errorf("item %d is missing", i)
		}
		converted, err := convert(item)
		if err != nil {
			return nil, fmt.Errorf("item %d %w", i, err)
		}
		items = append(items, converted)
	}
	return items, nil
}

// items are what itemsOf has made, as a list.
func (a arguments) items(i int) []any { return listOf(a.values[i]) }

func listOf(made any) []any {
	switch made := made.(type) {
	case nil:
		return nil
	case []any:
		return made
	}
	return []any{made}
}

// choicesOf reads which options of a select are meant: each a value or label, or an object that names it. null is none.
func choicesOf(v goja.Value) (any, error) {
	if goja.IsNull(v) {
		return nil, nil
	}
	return itemsOf(v, choiceOf)
}

func choiceOf(v goja.Value) (any, error) {
	wrong := func() error { return fmt.Errorf("must be a text, { value }, { label } or { index }, not %s", Show(v)) }
	if !isPlainObject(v) {
		s, err := textOf(v)
		if err != nil {
			return nil, wrong()
		}
		return s, nil
	}
	obj, choice := v.(*goja.Object), map[string]any{}
	for _, key := range obj.Keys() {
		value := obj.Get(key)
		switch _, isIndex := value.Export().(int64); {
		case goja.IsUndefined(value):
		case key == "index" && isIndex:
			choice[key] = int(value.ToInteger())
		case (key == "value" || key == "label") && isText(value):
			choice[key] = value.String()
		default:
			return nil, fmt.Errorf("has a %s of %s: there are { value }, { label } and { index }, two texts and a whole number", key, Show(value))
		}
	}
	if len(choice) == 0 {
		return nil, wrong()
	}
	return choice, nil
}

func selectOptions(ctx context.Context, s session, a arguments) (any, error) {
	var choices []browserpool.Choice
	for _, item := range a.items(1) {
		switch item := item.(type) {
		case string:
			choices = append(choices, browserpool.Choice{Any: &item})
		case map[string]any:
			choices = append(choices, browserpool.Choice{Value: given[string](item, "value"), Label: given[string](item, "label"), Index: given[int](item, "index")})
		}
	}
	return nil, s.SelectOptions(ctx, a.text(0), choices, a.act()...)
}

func given[T any](from map[string]any, key string) *T {
	if v, ok := from[key].(T); ok {
		return &v
	}
	return nil
}

// An upload is a file that a script makes.
type upload struct {
	Name     string `json:"name"`
	MimeType string `json:"mimeType"`
	buffer   []byte
}

// uploadsOf reads what goes into a file input: each the name of a file, or an object with its content.
func uploadsOf(v goja.Value) (any, error) { return itemsOf(v, uploadOf) }

func uploadOf(v goja.Value) (any, error) {
	if !isPlainObject(v) {
		s, err := textOf(v)
		if err != nil {
			return nil, fmt.Errorf("must be the name of a file or { name, mimeType, buffer }, not %s", Show(v))
		}
		return s, nil
	}
	obj := v.(*goja.Object)
	for _, key := range obj.Keys() {
		if !slices.Contains([]string{"name", "mimeType", "buffer"}, key) {
			return nil, fmt.Errorf("has no %s: a file is its name, or { name, mimeType, buffer }", key)
		}
	}
	made := upload{Name: textOr(obj.Get("name"), ""), MimeType: textOr(obj.Get("mimeType"), "")}
	if made.Name == "" {
		return nil, errors.New("has no name: a file is its name, or { name, mimeType, buffer }")
	}
	var ok bool
	if made.buffer, ok = bytesOf(obj.Get("buffer")); !ok {
		return nil, fmt.Errorf("needs a buffer: bytes or a text, not %s", Show(orUndefined(obj.Get("buffer"))))
	}
	return made, nil
}

// bytesOf copies the bytes of a buffer, of a view of one, or of a text.
func bytesOf(v goja.Value) ([]byte, bool) {
	if v == nil {
		return nil, false
	}
	switch content := v.Export().(type) {
	case string:
		return []byte(content), true
	case goja.ArrayBuffer:
		return slices.Clone(content.Bytes()), true
	case []byte:
		return slices.Clone(content), true
	}
	return nil, false
}

func orUndefined(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}

func setInputFiles(ctx context.Context, s session, a arguments) (any, error) {
	var files []browserpool.File
	for _, item := range a.items(1) {
		switch item := item.(type) {
		case upload:
			files = append(files, browserpool.File{Name: item.Name, Type: item.MimeType, Content: item.buffer})
		case string:
			path, err := a.opts.files.Path(item)
			if err != nil {
				return nil, err
			}
			files = append(files, browserpool.File{Path: path})
		}
	}
	return nil, s.SetInputFiles(ctx, a.text(0), files, a.act()...)
}
