package language

import (
	"slices"

	"github.com/dop251/goja"
)

// Iterator helpers have the names of array methods, so that a word alone does not tell that a script needs them.
var (
	helpers = []string{"map", "filter", "take", "drop", "flatMap", "reduce", "toArray", "forEach", "some", "every", "find"}
	sources = []string{".keys()", ".values()", ".entries()", "matchAll", "Symbol.iterator", "yield"}
)

// defineIterator makes Iterator for scripts that name it. For those that have iterators and may call helpers, the prototype
// of all iterators gets a prototype that makes the helpers when the first one is called.
func defineIterator(host Host) error {
	rt := host.Runtime()
	if host.Mentions("Iterator") {
		iterator, err := run(rt, "iterator.js", rt.ToValue(define(rt)), iteratorPrototype(rt))
		if err != nil {
			return err
		}
		return rt.GlobalObject().DefineDataProperty("Iterator", iterator, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	if !host.Mentions(sources...) || !host.Mentions(helpers...) {
		return nil
	}
	prototype := iteratorPrototype(rt)
	object := prototype.Prototype()
	later := rt.NewDynamicObject(&laterHelpers{rt, prototype, object})
	if err := later.SetPrototype(object); err != nil {
		return err
	}
	return prototype.SetPrototype(later)
}

func iteratorPrototype(rt *goja.Runtime) *goja.Object {
	values, _ := goja.AssertFunction(rt.NewArray().Get("values"))
	iterator, err := values(rt.NewArray())
	if err != nil {
		panic(err)
	}
	return iterator.(*goja.Object).Prototype().Prototype()
}

// laterHelpers makes the helpers when one of them is asked for, and then steps out of the way.
type laterHelpers struct {
	rt                *goja.Runtime
	prototype, object *goja.Object
}

// Get implements goja.DynamicObject.
func (l *laterHelpers) Get(name string) goja.Value {
	if !slices.Contains(helpers, name) {
		return nil
	}
	if err := l.prototype.SetPrototype(l.object); err != nil {
		panic(err)
	}
	if _, err := run(l.rt, "iterator.js", l.rt.ToValue(define(l.rt)), l.prototype); err != nil {
		panic(err)
	}
	return l.prototype.Get(name)
}

// Has implements goja.DynamicObject.
func (l *laterHelpers) Has(name string) bool { return slices.Contains(helpers, name) }

// Set implements goja.DynamicObject: what inherits from it has properties of its own.
func (l *laterHelpers) Set(string, goja.Value) bool { return true }

// Delete implements goja.DynamicObject.
func (l *laterHelpers) Delete(string) bool { return true }

// Keys implements goja.DynamicObject.
func (l *laterHelpers) Keys() []string { return nil }
