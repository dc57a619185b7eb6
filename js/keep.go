package js

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/inspect"
	"github.com/liveload/liveload/js/web"
	"github.com/liveload/liveload/ordered"
)

// A Made is a value of the language that JSON does not have, such as a Date or a Map. Each VM makes its own.
type Made struct {
	Class string
	Args  []any // of its constructor: plain data, and other Made
}

// Keep takes a value out of the VM, for FromPlain and ReadOnly of others: plain data, and what is Made. What cannot be
// taken out, such as a function or an object of a class, is an error that names its place, which begins with name.
func (vm *VM) Keep(name string, v goja.Value) (any, error) {
	return (&taking{vm: vm}).keep(v, name, mostNested)
}

// KeepPlain is Keep for what travels as JSON: dates and URLs become texts, and what else would be Made is an error.
func (vm *VM) KeepPlain(name string, v goja.Value) (any, error) {
	return (&taking{vm: vm, asJSON: true}).keep(v, name, mostNested)
}

// mostNested bounds how deep a value may be nested: a deeper one probably contains itself.
const mostNested = 100

type taking struct {
	vm     *VM
	asJSON bool
}

func (t *taking) keep(v goja.Value, path string, depth int) (any, error) {
	if depth == 0 {
		return nil, fmt.Errorf("%.60s… contains itself, or is nested more than %d deep", path, mostNested)
	}
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return nil, nil
	}
	if obj, ok := v.(*goja.Object); ok {
		return t.object(obj, path, depth)
	}
	if _, ok := v.(*goja.Symbol); ok {
		return nil, fmt.Errorf("%s is a symbol: use a text", path)
	}
	switch x := v.Export().(type) {
	case bool, string:
		return x, nil
	case int64:
		return float64(x), nil
	case float64:
		return x, nil
	case *big.Int:
		return t.make(path, "BigInt", x.String())
	}
	return nil, fmt.Errorf("%s cannot be shared: it is %s", path, t.vm.look.Show(v))
}

func (t *taking) object(obj *goja.Object, path string, depth int) (any, error) {
	if _, callable := goja.AssertFunction(obj); callable {
		return nil, fmt.Errorf("%s is a function, which would still see the variables of the VM that it is from: declare it at the top level of the script", path)
	}
	if _, promised := inspect.Promise(obj); promised {
		return nil, fmt.Errorf("%s is a promise: await it first", path)
	}
	if obj.ClassName() == "Array" {
		return t.list(obj, path, depth)
	}
	class := t.vm.look.ClassOf(obj)
	if class == "" {
		return t.plain(obj, path, depth)
	}
	switch class {
	case "Date":
		if t.asJSON {
			return t.vm.Plain(obj)
		}
		return t.make(path, class, obj.ToFloat())
	case "URL":
		if t.asJSON {
			return obj.String(), nil
		}
		return t.make(path, class, obj.String())
	case "RegExp":
		return t.make(path, class, obj.Get("source").String(), obj.Get("flags").String())
	case "URLSearchParams":
		return t.make(path, class, obj.String())
	case "Map", "Set":
		items, err := t.items(obj, path, depth)
		if err != nil {
			return nil, err
		}
		return t.make(path, class, items)
	}
	if _, ok := web.Viewed(obj); ok && obj.Get("length") != nil {
		list, err := t.list(obj, path, depth)
		if err != nil {
			return nil, err
		}
		return t.make(path, class, list)
	}
	return nil, fmt.Errorf("%s is an object of the class %s, whose methods would be lost: return its data, such as { ...object }, and make the object where it is used", path, class)
}

func (t *taking) make(path, class string, args ...any) (any, error) {
	if t.asJSON {
		return nil, fmt.Errorf("%s is a %s, which JSON does not have: return an object, a list or a text in its place", path, class)
	}
	return &Made{class, args}, nil
}

func (t *taking) list(obj *goja.Object, path string, depth int) ([]any, error) {
	n := obj.Get("length").ToInteger()
	if n > math.MaxInt32 {
		return nil, fmt.Errorf("%s has %d items", path, n)
	}
	list := make([]any, n)
	for i := range list {
		var err error
		if list[i], err = t.keep(obj.Get(strconv.Itoa(i)), fmt.Sprintf("%s[%d]", path, i), depth-1); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// plain leaves out what is undefined, as JSON does.
func (t *taking) plain(obj *goja.Object, path string, depth int) (any, error) {
	kept := &ordered.Object{}
	for _, key := range obj.Keys() {
		v := obj.Get(key)
		if v == nil || goja.IsUndefined(v) {
			continue
		}
		item, err := t.keep(v, path+property(key), depth-1)
		if err != nil {
			return nil, err
		}
		kept.Set(key, item)
	}
	return kept, nil
}

// items are those of a Map, which are pairs, or a Set.
func (t *taking) items(obj *goja.Object, path string, depth int) ([]any, error) {
	from, ok := t.vm.look.Builtin("Array", "from")
	if !ok {
		return nil, errors.New("the script replaced Array.from")
	}
	list, err := from(t.vm.rt.Get("Array"), obj)
	if err != nil {
		return nil, t.vm.ofBuiltin(err)
	}
	return t.list(list.(*goja.Object), "[..."+path+"]", depth)
}

// property is how a script writes that it reads a key of an object.
func property(key string) string {
	if inspect.Key(key) == key {
		return "." + key
	}
	return "[" + inspect.Key(key) + "]"
}

// build makes a value of its class.
func (vm *VM) build(m *Made) (goja.Value, error) {
	args := make([]goja.Value, len(m.Args))
	for i, arg := range m.Args {
		var err error
		if args[i], err = vm.FromPlain(arg); err != nil {
			return nil, err
		}
	}
	class, ok := vm.rt.Get(m.Class).(*goja.Object)
	if !ok {
		return nil, fmt.Errorf("the script replaced %s", m.Class)
	}
	if m.Class == "BigInt" {
		convert, _ := goja.AssertFunction(class)
		return convert(goja.Undefined(), args...)
	}
	return vm.rt.New(class, slices.Clip(args)...)
}
