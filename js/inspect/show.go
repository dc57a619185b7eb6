package inspect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"
)

const (
	inspectDepth = 4   // deeper objects become [Object]
	inspectItems = 100 // more entries become "... n more"
)

// Format joins values as console.log does: text as it is, everything else inspected, %s %d %i %f %j
// %o %O in a first text replaced.
func (r *Reader) Format(args []goja.Value) string {
	var b strings.Builder
	if len(args) > 1 && isString(args[0]) && strings.Contains(args[0].String(), "%") {
		args = r.expand(&b, args[0].String(), args[1:])
		if len(args) > 0 {
			b.WriteByte(' ')
		}
	}
	for i, v := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		if isString(v) {
			b.WriteString(v.String())
		} else {
			b.WriteString(r.Show(v))
		}
	}
	return b.String()
}

// expand writes the pattern with its verbs replaced and returns the arguments that are left.
func (r *Reader) expand(b *strings.Builder, pattern string, args []goja.Value) []goja.Value {
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' || i+1 == len(pattern) {
			b.WriteByte(pattern[i])
			continue
		}
		verb := pattern[i+1]
		switch {
		case verb == '%':
			b.WriteByte('%')
			i++
		case len(args) > 0 && strings.IndexByte("sdifjoOc", verb) >= 0:
			b.WriteString(r.verb(verb, args[0]))
			args = args[1:]
			i++
		default:
			b.WriteByte('%')
		}
	}
	return args
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
func (r *Reader) Show(v goja.Value) string {
	in := inspector{r: r}
	if !r.Try(func() { in.value(v, 0) }) { // a proxy or toString threw
		return "[not printable]"
	}
	return in.b.String()
}

type inspector struct {
	r    *Reader
	b    strings.Builder
	path []*goja.Object // from the outermost object inwards, to find circles
}

func (in *inspector) value(v goja.Value, depth int) {
	switch v := v.(type) {
	case nil:
		in.b.WriteString("undefined")
	case *goja.Object:
		in.object(v, depth)
	default:
		if isString(v) {
			in.b.WriteString(quote(v.String()))
		} else {
			in.b.WriteString(v.String())
		}
	}
}

func (in *inspector) object(obj *goja.Object, depth int) {
	if slices.Contains(in.path, obj) {
		in.b.WriteString("[Circular]")
		return
	}
	in.path = append(in.path, obj)
	defer func() { in.path = in.path[:len(in.path)-1] }()
	switch class := kindOf(obj); class {
	case "Function":
		in.b.WriteString(functionLabel(in.r.Text(obj, "name")))
	case "Error":
		in.error(obj, depth)
	case "Date":
		in.date(obj)
	case "RegExp":
		in.b.WriteString(obj.String())
	case "Promise":
		in.promise(obj, depth)
	case "Array":
		in.list("[", "]", obj, depth)
	case "Map", "Set":
		in.collection(class, obj, depth)
	default:
		in.plain(obj, depth)
	}
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
func (in *inspector) error(obj *goja.Object, depth int) {
	e := in.r.ErrorOf(obj)
	in.b.WriteString(e.Title())
	for _, f := range e.Stack {
		in.b.WriteString("\n    at " + f.String())
	}
	if cause, ok := in.r.Get(obj, "cause").(*goja.Object); ok && depth < inspectDepth {
		in.b.WriteString("\n  [cause]: ")
		in.object(cause, depth+1)
	}
}

func (in *inspector) date(obj *goja.Object) {
	t, ok := obj.Export().(time.Time)
	if !ok {
		in.b.WriteString("Invalid Date")
		return
	}
	in.b.WriteString(t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

func (in *inspector) promise(obj *goja.Object, depth int) {
	p, _ := obj.Export().(*goja.Promise)
	in.b.WriteString("Promise { ")
	switch {
	case p == nil || p.State() == goja.PromiseStatePending:
		in.b.WriteString("<pending>")
	case p.State() == goja.PromiseStateRejected:
		in.b.WriteString("<rejected> ")
		in.value(p.Result(), depth+1)
	default:
		in.value(p.Result(), depth+1)
	}
	in.b.WriteString(" }")
}

// collection shows a Map or a Set through the entries that Array.from sees.
func (in *inspector) collection(class string, obj *goja.Object, depth int) {
	from, ok := in.r.Builtin("Array", "from")
	if !ok {
		in.b.WriteString("[" + class + "]")
		return
	}
	entries, err := from(in.r.Runtime.Get("Array"), obj)
	if err != nil {
		in.b.WriteString("[" + class + "]")
		return
	}
	list := entries.(*goja.Object)
	in.b.WriteString(class + "(" + in.r.Text(list, "length") + ") ")
	in.list("{", "}", list, depth)
}

func (in *inspector) list(open, shut string, obj *goja.Object, depth int) {
	n := int(obj.Get("length").ToInteger())
	if n == 0 {
		in.b.WriteString(open + shut)
		return
	}
	if depth >= inspectDepth {
		in.b.WriteString("[Array]")
		return
	}
	in.b.WriteString(open + " ")
	for i := range min(n, inspectItems) {
		if i > 0 {
			in.b.WriteString(", ")
		}
		in.value(in.r.Get(obj, strconv.Itoa(i)), depth+1)
	}
	in.more(n)
	in.b.WriteString(" " + shut)
}

func (in *inspector) plain(obj *goja.Object, depth int) {
	if name := in.r.className(obj); name != "" && name != "Object" {
		in.b.WriteString(name + " ")
	}
	keys := obj.Keys()
	switch {
	case len(keys) == 0:
		in.b.WriteString("{}")
		return
	case depth >= inspectDepth:
		in.b.WriteString("[Object]")
		return
	}
	in.b.WriteString("{ ")
	for i, key := range keys[:min(len(keys), inspectItems)] {
		if i > 0 {
			in.b.WriteString(", ")
		}
		in.b.WriteString(Key(key) + ": ")
		in.value(in.r.Get(obj, key), depth+1)
	}
	in.more(len(keys))
	in.b.WriteString(" }")
}

func (in *inspector) more(n int) {
	if n > inspectItems {
		fmt.Fprintf(&in.b, ", ... %d more", n-inspectItems)
	}
}

func (r *Reader) className(obj *goja.Object) string {
	if proto := obj.Prototype(); proto != nil {
		if ctor, ok := r.Get(proto, "constructor").(*goja.Object); ok {
			return r.Text(ctor, "name")
		}
	}
	return ""
}

// Key writes a key as it stands in an object: as it is, or in quotes.
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
