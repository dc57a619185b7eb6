package guard

import (
	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/nesting"
	"github.com/liveload/liveload/js/program"
)

func (g *guards) each(call goja.FunctionCall) { g.list(call.This) }

// reflect is called in the place of Reflect.apply, which may find itself in its arguments.
func (g *guards) reflect(original native, call goja.FunctionCall) goja.Value {
	g.list(call.Argument(2))
	return g.once(original, call)
}

// apply looks at a list of arguments that is copied.
func (g *guards) apply(call goja.FunctionCall) { g.list(call.Argument(1)) }

func (g *guards) list(v goja.Value) {
	if list, ok := v.(*goja.Object); ok {
		if n := number(list.Get("length")); n > large {
			g.host.Reserve(bytes(n, slot))
		}
	}
}

// construct also looks at how large a buffer will be, and at the code of a function.
func (g *guards) construct(call goja.FunctionCall) {
	g.list(call.Argument(1))
	of, ok := call.Argument(0).(*goja.Object)
	list, isToo := call.Argument(1).(*goja.Object)
	if !ok || !isToo {
		return
	}
	class, ok := of.Get("name").(goja.String)
	switch {
	case !ok:
	case class.String() == "Function":
		call.Arguments[1] = g.parts(list)
	default:
		g.host.Reserve(bytes(number(list.Get("0")), float64(program.ElementBytes(class.String()))))
	}
}

func (g *guards) from(call goja.FunctionCall) {
	if like, ok := call.Argument(0).(*goja.Object); ok && like.ClassName() == "Object" && like.GetSymbol(goja.SymIterator) == nil {
		if length := like.Get("length"); length != nil && number(length) > large {
			g.host.Reserve(bytes(number(length), slot))
		}
	}
}

// flat looks at all arrays when it may go deep.
func (g *guards) flat(call goja.FunctionCall) {
	array, ok := call.This.(*goja.Object)
	if ok && number(call.Argument(0)) > nesting.Deepest && g.deeper(array, nesting.Deepest) {
		g.throw("RangeError", "the array is nested too deep")
	}
}

// deeper says whether arrays are nested deeper than most.
func (g *guards) deeper(array *goja.Object, most int) bool {
	level := []*goja.Object{array}
	for depth := 0; len(level) > 0; depth++ {
		if depth > most {
			return true
		}
		var below []*goja.Object
		for _, one := range level {
			g.rt.ForOf(one, func(v goja.Value) bool {
				if inner, ok := v.(*goja.Object); ok && inner.ClassName() == "Array" {
					below = append(below, inner)
				}
				return true
			})
		}
		level = below
	}
	return false
}
