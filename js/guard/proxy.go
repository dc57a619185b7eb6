package guard

import (
	"reflect"

	"github.com/dop251/goja"
)

// goja counts calls of JavaScript only. It goes through prototypes, Proxies, bound functions and built-in functions that call one
// another with a call in Go for each, so that one of these without end takes all the stack there is.

// deepest is how many objects, or functions, may be behind one another.
const deepest = 1000

// proxy looks at the target and the handler of a Proxy before it is made.
func (g *guards) proxy(call goja.FunctionCall) {
	for _, v := range call.Arguments[:min(len(call.Arguments), 2)] {
		g.behindProxy(v)
	}
}

func (g *guards) behindProxy(v goja.Value) {
	if o, ok := v.(*goja.Object); ok && long(o) {
		g.throw("RangeError", "Proxies are nested too deep")
	}
}

// wrapPrototype wraps what sets __proto__.
func (g *guards) wrapPrototype() error {
	object := g.rt.Get("Object").(*goja.Object)
	describe, _ := goja.AssertFunction(object.Get("getOwnPropertyDescriptor"))
	of := object.Get("prototype").(*goja.Object)
	described, err := describe(object, of, g.rt.ToValue("__proto__"))
	if err != nil {
		return err
	}
	original := described.(*goja.Object).Get("set").(*goja.Object)
	set, ok := original.Export().(native)
	if !ok {
		return nil
	}
	setter := g.replacement(original, func(call goja.FunctionCall) goja.Value {
		g.becomes(call.This, call.Argument(0))
		return set(call)
	})
	return of.DefineAccessorProperty("__proto__", described.(*goja.Object).Get("get"), setter, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// setPrototype looks at a prototype before it is set.
func (g *guards) setPrototype(call goja.FunctionCall) { g.becomes(call.Argument(0), call.Argument(1)) }

func (g *guards) becomes(v, prototype goja.Value) {
	of, ok := v.(*goja.Object)
	from, isToo := prototype.(*goja.Object)
	if ok && isToo && !ordinary(from) && leadsTo(from, of) {
		g.throw("RangeError", "the prototype of an object would be a Proxy that leads to the object itself")
	}
}

// ordinary says whether an object and all its prototypes are no Proxies: goja itself refuses circles of those.
func ordinary(o *goja.Object) bool {
	for ; o != nil; o = o.Prototype() {
		if o.ExportType() == proxyType {
			return false
		}
	}
	return true
}

// long says whether looking for a property of an object may lead through more than deepest others.
func long(o *goja.Object) bool {
	waiting := []*goja.Object{o}
	for seen := 0; len(waiting) > 0; seen++ {
		if seen > deepest {
			return true
		}
		last := len(waiting) - 1
		waiting = appendBehind(waiting[:last], waiting[last])
	}
	return false
}

// leadsTo says whether looking for a property of an object may lead to another one, or through more than deepest.
func leadsTo(from, to *goja.Object) bool {
	waiting := []*goja.Object{from}
	for seen := map[*goja.Object]bool{}; len(waiting) > 0; {
		last := len(waiting) - 1
		next := waiting[last]
		waiting = waiting[:last]
		if next == to || len(seen) > deepest {
			return true
		}
		if !seen[next] {
			seen[next] = true
			waiting = appendBehind(waiting, next)
		}
	}
	return false
}

var proxyType = reflect.TypeFor[goja.Proxy]()

// appendBehind appends where goja looks next for a property that an object has not: in its prototype, or in the target and the handler
// of a Proxy. It calls no code of the script.
func appendBehind(to []*goja.Object, o *goja.Object) []*goja.Object {
	next := []*goja.Object{nil, nil}
	if o.ExportType() != proxyType {
		next[0] = o.Prototype()
	} else if p, ok := o.Export().(goja.Proxy); ok {
		next[0], next[1] = p.Target(), p.Handler()
	}
	for _, one := range next {
		if one != nil {
			to = append(to, one)
		}
	}
	return to
}
