package inspect

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"
)

const (
	inspectDepth = 4    // deeper objects become [Object]
	inspectItems = 100  // more entries become "... n more"
	inspectTotal = 2000 // entries in all, of objects within objects too
)

// verb matches what Format replaces in a text.
var verb = regexp.MustCompile("%[%sdifjoOc]")

// Format joins values as console.log does: text as it is, everything else inspected, %s %d %i %f %j
// %o %O in a first text replaced.
func (r *Reader) Format(args []goja.Value) string {
	var words []string
	if len(args) > 1 && isString(args[0]) && strings.Contains(args[0].String(), "%") {
		pattern := args[0].String()
		args = args[1:]
		words = append(words, verb.ReplaceAllStringFunc(pattern, func(verb string) string {
			switch {
			case verb == "%%":
				return "%"
			case len(args) == 0:
				return verb
			}
			v := args[0]
			args = args[1:]
			return r.verb(verb[1], v)
		}))
	}
	for _, v := range args {
		words = append(words, r.verb('s', v))
	}
	return strings.Join(words, " ")
}

func (r *Reader) verb(verb byte, v goja.Value) (text string) {
	switch {
	case verb == 'c':
		return ""
	case verb == 's' && isString(v):
		return v.String()
	case strings.IndexByte("dif", verb) >= 0:
		if !r.Try(func() { text = v.ToNumber().String() }) {
			return "NaN"
		}
		return text
	}
	return r.Show(v)
}

// Show shows a value as Node's util.inspect would, on one line. It never runs getters.
func (r *Reader) Show(v goja.Value) (text string) {
	in := inspector{Reader: r, left: inspectTotal}
	if !r.Try(func() { text = in.value(v, 0) }) { // a proxy or toString threw
		return "[not printable]"
	}
	return text
}

type inspector struct {
	*Reader
	path []*goja.Object // from the outermost object inwards, to find circles
	left int            // entries that may still be shown
}

func (in *inspector) value(v goja.Value, depth int) string {
	if v == nil {
		return "undefined"
	}
	if obj, ok := v.(*goja.Object); ok {
		return in.object(obj, depth)
	}
	if isString(v) {
		return quote(v.String())
	}
	return v.String()
}

func (in *inspector) object(obj *goja.Object, depth int) string {
	if slices.Contains(in.path, obj) {
		return "[Circular]"
	}
	in.path = append(in.path, obj)
	defer func() { in.path = in.path[:len(in.path)-1] }()
	switch class := kindOf(obj); class {
	case "Function":
		return functionLabel(in.Text(obj, "name"))
	case "Error":
		return in.error(obj, depth)
	case "Date":
		return date(obj)
	case "RegExp":
		return obj.String()
	case "Promise":
		return in.promise(obj, depth)
	case "Array":
		return in.list("[", "]", obj, depth)
	case "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array":
		return class + "(" + in.Text(obj, "length") + ") " + in.list("[", "]", obj, depth)
	case "Map", "Set":
		return in.collection(class, obj, depth)
	case "URL", "URLSearchParams":
		return class + " " + quote(obj.String()) // its properties are getters
	}
	return in.plain(obj, depth)
}

// kindOf returns goja's class name, or the tag of objects that goja calls Object.
func kindOf(obj *goja.Object) string {
	if _, ok := Promise(obj); ok {
		return "Promise"
	}
	if class := obj.ClassName(); class != "Object" {
		return class
	}
	if tag := obj.GetSymbol(goja.SymToStringTag); tag != nil {
		return tag.String()
	}
	return "Object"
}

func functionLabel(name string) string {
	if name == "" {
		return "[Function (anonymous)]"
	}
	return "[Function: " + name + "]"
}

// error shows an error with the author's positions.
func (in *inspector) error(obj *goja.Object, depth int) string {
	e := in.ErrorOf(obj)
	text := e.Title()
	for _, f := range e.Stack {
		text += "\n    at " + f.String()
	}
	if cause, ok := in.Get(obj, "cause").(*goja.Object); ok && depth < inspectDepth {
		text += "\n  [cause]: " + in.object(cause, depth+1)
	}
	return text
}

func date(obj *goja.Object) string {
	t, ok := obj.Export().(time.Time)
	if !ok {
		return "Invalid Date"
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func (in *inspector) promise(obj *goja.Object, depth int) string {
	text := "<pending>"
	if p, ok := Promise(obj); ok && p.State() != goja.PromiseStatePending {
		text = in.value(p.Result(), depth+1)
		if p.State() == goja.PromiseStateRejected {
			text = "<rejected> " + text
		}
	}
	return "Promise { " + text + " }"
}

// collection shows a Map or a Set through the entries that Array.from sees.
func (in *inspector) collection(class string, obj *goja.Object, depth int) string {
	from, ok := in.Builtin("Array", "from")
	if !ok {
		return "[" + class + "]"
	}
	entries, err := from(in.Runtime.Get("Array"), obj)
	if err != nil {
		return "[" + class + "]"
	}
	list := entries.(*goja.Object)
	return class + "(" + in.Text(list, "length") + ") " + in.list("{", "}", list, depth)
}

func (in *inspector) list(open, shut string, obj *goja.Object, depth int) string {
	n := int(obj.Get("length").ToInteger())
	if n > 0 && depth >= inspectDepth {
		return "[Array]"
	}
	var items []string
	for i := range in.most(n) {
		items = append(items, in.value(in.Get(obj, strconv.Itoa(i)), depth+1))
	}
	return enclosed(open, shut, items, n)
}

// most is how many of n entries to show.
func (in *inspector) most(n int) int {
	n = max(0, min(n, inspectItems, in.left))
	in.left -= n
	return n
}

func (in *inspector) plain(obj *goja.Object, depth int) string {
	name := in.ClassOf(obj)
	if name != "" {
		name += " "
	}
	keys := obj.Keys()
	if len(keys) > 0 && depth >= inspectDepth {
		return name + "[Object]"
	}
	var items []string
	for _, key := range keys[:in.most(len(keys))] {
		items = append(items, Key(key)+": "+in.value(in.Get(obj, key), depth+1))
	}
	return name + enclosed("{", "}", items, len(keys))
}

// enclosed joins the first of n items.
func enclosed(open, shut string, items []string, n int) string {
	if n == 0 {
		return open + shut
	}
	if n > len(items) {
		items = append(items, fmt.Sprintf("... %d more", n-len(items)))
	}
	return open + " " + strings.Join(items, ", ") + " " + shut
}

// Key writes a key of an object: as it is, or in quotes.
func Key(key string) string {
	for i, r := range key {
		letter := r == '_' || r == '$' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 127
		if !letter && (i == 0 || r < '0' || r > '9') {
			return quote(key)
		}
	}
	if key == "" {
		return "''"
	}
	return key
}

func quote(s string) string {
	q := strconv.Quote(s)
	q = strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
	return "'" + strings.ReplaceAll(q, "'", `\'`) + "'"
}

func isString(v goja.Value) bool {
	_, ok := v.(goja.String)
	return ok
}
