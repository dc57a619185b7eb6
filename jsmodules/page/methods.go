package page

import (
	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
)

// methods are the methods of one type. Each is made when it is first used: a script that needs five of
// a page's should not hold a hundred and fifty functions.
type methods struct {
	binding *Binding
	kind    string
	members map[string]browserpool.Shape
	made    map[string]goja.Value
}

// Get makes a method.
func (m *methods) Get(name string) goja.Value {
	if made, ok := m.made[name]; ok {
		return made
	}
	b := m.binding
	if name == "toString" {
		m.made[name] = b.vm.Runtime().ToValue(func(call goja.FunctionCall) goja.Value { return b.text(call.This) })
		return m.made[name]
	}
	shape := m.members[name]
	if shape == browserpool.Missing || shape == browserpool.Property {
		return nil
	}
	method := b.vm.Runtime().ToValue(func(call goja.FunctionCall) goja.Value {
		object := handleOf(call.This)
		if object == nil || object.object.Type() != m.kind {
			panic(b.vm.Runtime().NewTypeError("%s of a %s was called on something else: call it as a method", name, m.kind))
		}
		switch shape {
		case browserpool.Immediate:
			return b.callNow(object, name, call.Arguments)
		case browserpool.Listening:
			return b.listening(object, name, call)
		case browserpool.Arranging:
			return b.callLater(object, name, call.Arguments, b.order.setUp())
		}
		return b.callLater(object, name, call.Arguments, func() {})
	})
	m.made[name] = method
	return method
}

// Has says whether the type has a method.
func (m *methods) Has(name string) bool {
	shape := m.members[name]
	return shape != browserpool.Missing && shape != browserpool.Property
}

// Set refuses every change.
func (m *methods) Set(string, goja.Value) bool { return false }

// Delete refuses.
func (m *methods) Delete(string) bool { return false }

// Keys returns none, so that a page does not fill the console.
func (m *methods) Keys() []string { return nil }
