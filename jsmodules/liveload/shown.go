package liveload

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/ordered"
)

const (
	// mostShown is how many values within an argument an error may show: more would not fit into its line.
	mostShown = 50
	// mostShownText is how many bytes of a text are written before it is shortened.
	mostShownText = 400
)

// unquoted is a description of a value that is not plain data.
type unquoted string

// exportArgs makes plain data of arguments that could not be converted, for an error. What is large is described: to
// convert a buffer of a megabyte takes seconds.
func exportArgs(vm *js.VM, values []goja.Value) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = exportArg(vm, v)
	}
	return args
}

func exportArg(vm *js.VM, v goja.Value) any {
	if isText(v) {
		return cutText(v.String())
	}
	if obj, ok := v.(*goja.Object); ok {
		if size, large := sizeOf(obj); large {
			return unquoted(size)
		}
	}
	plain, err := vm.Plain(v)
	if err != nil || goja.IsUndefined(v) || isRegExp(v) {
		return unquoted(Show(v))
	}
	return plain
}

// sizeOf describes an object by its size, and says whether it is too large to be shown.
func sizeOf(obj *goja.Object) (size string, large bool) {
	if n, ok := bytesIn(obj); ok {
		return fmt.Sprintf("%d bytes", n), true
	}
	switch left := mostShown; {
	case !exceeds(obj, &left):
		return "", false
	case obj.ClassName() == "Array":
		return fmt.Sprintf("an array of %d", obj.Get("length").ToInteger()), true
	}
	return "a large object", true
}

// bytesIn returns the length of a buffer, or of a view of one.
func bytesIn(obj *goja.Object) (int, bool) {
	if buffer, ok := obj.Export().(goja.ArrayBuffer); ok {
		return len(buffer.Bytes()), true
	}
	if buffer := obj.Get("buffer"); buffer != nil {
		if _, ok := buffer.Export().(goja.ArrayBuffer); ok {
			return int(obj.Get("byteLength").ToInteger()), true
		}
	}
	return 0, false
}

// exceeds says whether an object has more values, itself and those within it, than are left. It counts a long text as
// several.
func exceeds(obj *goja.Object, left *int) bool {
	if *left--; *left < 0 {
		return true
	}
	if _, ok := bytesIn(obj); ok {
		return false
	}
	if obj.ClassName() == "Array" && obj.Get("length").ToInteger() > int64(*left) {
		return true
	}
	keys := obj.Keys()
	if len(keys) > *left {
		return true
	}
	for _, key := range keys {
		switch v := obj.Get(key).(type) {
		case *goja.Object:
			if !isFunction(v) && exceeds(v, left) {
				return true
			}
		case goja.String:
			*left -= 1 + v.Length()/mostShownText
		default:
			*left--
		}
	}
	return *left < 0
}

// brief returns a value of Go as it is, or describes one that is too large to be shown.
func brief(a any) any {
	switch a := a.(type) {
	case string:
		return cutText(a)
	case unquoted:
		return unquoted(cutText(string(a)))
	case []byte:
		return unquoted(fmt.Sprintf("%d bytes", len(a)))
	case []any:
		if left := mostShown; exceedsPlain(a, &left) {
			return unquoted(fmt.Sprintf("an array of %d", len(a)))
		}
	case *ordered.Object:
		if left := mostShown; exceedsPlain(a, &left) {
			return unquoted("a large object")
		}
	}
	return a
}

// exceedsPlain is exceeds for plain data.
func exceedsPlain(a any, left *int) bool {
	if *left--; *left < 0 {
		return true
	}
	switch a := a.(type) {
	case string:
		*left -= len(a) / mostShownText
	case []any:
		for _, item := range a {
			if exceedsPlain(item, left) {
				return true
			}
		}
	case *ordered.Object:
		for _, key := range a.Keys() {
			if item, _ := a.Get(key); exceedsPlain(item, left) {
				return true
			}
		}
	}
	return *left < 0
}

// cutText returns the beginning of a long text.
func cutText(s string) string {
	if len(s) <= mostShownText {
		return s
	}
	cut := mostShownText
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strings.Clone(s[:cut])
}

func isRegExp(v goja.Value) bool {
	obj, ok := v.(*goja.Object)
	return ok && obj.ClassName() == "RegExp"
}
