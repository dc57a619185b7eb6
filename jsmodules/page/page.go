// Package page gives scripts Playwright's own API: it wraps the objects of a browserpool.Session into
// JavaScript objects with the names and shapes that the objects tell. What a method does and takes is
// the objects' business; this package moves values between a VM and Go, and brings events to the VM.
package page

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
)

// forgetTime bounds how long the end of an iteration waits for its routes to end.
const forgetTime = 2 * time.Second

// A Binding is the escape hatch of one VM. Its methods are called on the VM's goroutine.
type Binding struct {
	vm         *js.VM
	prototypes map[string]*goja.Object // by type
	handle     *goja.Symbol            // the property that holds a *held

	session browserpool.Scriptable // nil between iterations
	known   map[browserpool.Object]*goja.Object
	used    atomic.Bool
	waits   presetWait

	mu        sync.Mutex // the rest is touched by Abandon too
	listeners []*listener
	over      bool
}

// A held is the Go side of a JavaScript object.
type held struct {
	object browserpool.Object
	path   string // what it is in errors: `page`, `page.locator("#buy").first()`
}

// New makes a binding for vm. It costs next to nothing until it is used.
func New(vm *js.VM) *Binding {
	return &Binding{vm: vm, prototypes: map[string]*goja.Object{}, handle: goja.NewSymbol("liveload.object")}
}

// Begin makes session the one that objects come from. It is called before each iteration.
func (b *Binding) Begin(session browserpool.Scriptable) {
	b.session = session
	b.waits.of(session)
	b.used.Store(false)
	b.known = map[browserpool.Object]*goja.Object{}
}

// End is called when an iteration is over: listeners and routes end with it.
func (b *Binding) End(ctx context.Context) {
	b.forget(ctx)
	b.session, b.known = nil, nil
}

// Abandon is End for an iteration whose VM was given up and may still run. The binding is not used again.
func (b *Binding) Abandon(ctx context.Context) {
	b.mu.Lock()
	b.over = true
	b.mu.Unlock()
	b.forget(ctx)
}

func (b *Binding) forget(ctx context.Context) {
	if !b.used.Load() {
		return
	}
	b.off(func(*listener) bool { return true }, math.MaxInt)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), forgetTime)
	defer cancel()
	b.session.Forget(ctx)
}

// keep keeps a listener until it is taken off, unless the binding is over.
func (b *Binding) keep(l *listener) {
	b.mu.Lock()
	over := b.over
	if !over {
		b.listeners = append(b.listeners, l)
	}
	b.mu.Unlock()
	if over {
		l.stop()
	}
}

// off takes away at most some listeners, the last ones first, as in Node.js.
func (b *Binding) off(match func(*listener) bool, most int) {
	b.mu.Lock()
	var taken []*listener
	for i := len(b.listeners) - 1; i >= 0 && len(taken) < most; i-- {
		if l := b.listeners[i]; match(l) {
			taken = append(taken, l)
			b.listeners = slices.Delete(b.listeners, i, i+1)
		}
	}
	b.mu.Unlock()
	for _, l := range taken {
		l.ended.Store(true)
		l.stop()
	}
}

// Object returns "page", "context" or "browser" of the session, and opens the page when there is none.
// It throws what goes wrong.
func (b *Binding) Object(name string) goja.Value {
	if b.session == nil {
		panic(b.vm.NewError(fmt.Errorf("user.%s can be used during an iteration only", name)))
	}
	b.used.Store(true)
	object, err := b.session.Object(b.vm.Context(), name)
	if err != nil {
		panic(b.vm.NewError(&CallError{Type: "User", Path: "user", Method: name, Cause: err}))
	}
	return b.wrap(object, name)
}

// wrap returns the JavaScript object of an object, always the same one during an iteration. The path
// is for errors.
func (b *Binding) wrap(object browserpool.Object, path string) goja.Value {
	if made, ok := b.known[object]; ok {
		return made
	}
	rt := b.vm.Runtime()
	made := rt.CreateObject(b.prototype(object))
	if err := made.DefineDataPropertySymbol(b.handle, rt.ToValue(&held{object, path}), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE); err != nil {
		panic(err)
	}
	for name, shape := range object.Members() {
		if shape == browserpool.Property {
			b.property(made, &held{object, path}, name)
		}
	}
	if b.known != nil && !isRecipe(object) {
		b.known[object] = made
	}
	return made
}

// isRecipe says whether an object only says how to find something: a script makes many of them, and
// each is another one.
func isRecipe(object browserpool.Object) bool {
	return object.Type() == "Locator" || object.Type() == "FrameLocator"
}

// property defines a property that is read when it is first used.
func (b *Binding) property(of *goja.Object, object *held, name string) {
	rt := b.vm.Runtime()
	get := rt.ToValue(func(goja.FunctionCall) goja.Value { return b.now(object, name, nil) })
	if err := of.DefineAccessorProperty(name, get, nil, goja.FLAG_FALSE, goja.FLAG_FALSE); err != nil {
		panic(err)
	}
}

// prototype has the methods of a type.
func (b *Binding) prototype(object browserpool.Object) *goja.Object {
	name := object.Type()
	if made, ok := b.prototypes[name]; ok {
		return made
	}
	made := b.vm.Runtime().NewDynamicObject(&methods{b, name, object.Members(), map[string]goja.Value{}})
	b.prototypes[name] = made
	return made
}

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
		object := b.held(call.This)
		if object == nil || object.object.Type() != m.kind {
			panic(b.vm.Runtime().NewTypeError("%s of a %s was called on something else: call it as a method", name, m.kind))
		}
		b.used.Store(true)
		switch shape {
		case browserpool.Immediate:
			return b.now(object, name, call.Arguments)
		case browserpool.Listening:
			return b.listening(object, name, call)
		}
		return b.later(object, name, call.Arguments)
	})
	m.made[name] = method
	return method
}

// text is an object as errors name it, such as page.locator("#buy").
func (b *Binding) text(of goja.Value) goja.Value {
	name := "[object Object]"
	if on := b.held(of); on != nil {
		name = on.path
	}
	return b.vm.Runtime().ToValue(name)
}

// Has says whether the type has a method.
func (m *methods) Has(name string) bool {
	shape := m.members[name]
	return shape != browserpool.Missing && shape != browserpool.Property
}

// Set refuses: the methods are not the script's.
func (m *methods) Set(string, goja.Value) bool { return false }

// Delete refuses.
func (m *methods) Delete(string) bool { return false }

// Keys are none, so that a page does not fill the console.
func (m *methods) Keys() []string { return nil }

// held returns what is behind a JavaScript object, or nil.
func (b *Binding) held(v goja.Value) *held {
	obj, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	if h, ok := obj.GetSymbol(b.handle).(*goja.Object); ok {
		if h, ok := h.Export().(*held); ok {
			return h
		}
	}
	return nil
}

// TypeOf is the class in Playwright's documentation of an object that the script has from here; "" for what is
// none.
func (b *Binding) TypeOf(v goja.Value) string {
	if on := b.held(v); on != nil {
		return on.object.Type()
	}
	return ""
}

// now calls a method whose value JavaScript expects at once.
func (b *Binding) now(on *held, name string, args []goja.Value) goja.Value {
	values, err := b.arguments(args)
	if err != nil {
		panic(b.fail(on, name, nil, err))
	}
	value, err := on.object.Call(b.context(), name, values)
	if err != nil {
		panic(b.fail(on, name, values, err))
	}
	if name == "setDefaultTimeout" && len(values) > 0 {
		b.waits.set(values)
	}
	if found, ok := value.(browserpool.Object); ok && isRecipe(found) {
		return b.wrap(found, on.path+"."+name+showAll(values))
	}
	return b.toScript(value)
}

// later calls a method that returns a promise. A wrong argument rejects it too, as in Playwright.
func (b *Binding) later(on *held, name string, args []goja.Value) goja.Value {
	values, err := b.arguments(args)
	return b.vm.Async(nil, func(ctx context.Context) (any, error) {
		var value any
		if err == nil {
			value, err = on.object.Call(ctx, name, values)
		}
		if err != nil {
			return nil, on.error(name, values, err)
		}
		return func(*goja.Runtime) goja.Value { return b.result(name, value) }, nil
	})
}

// result makes a value of the script; one method gives a Map.
func (b *Binding) result(name string, value any) goja.Value {
	if properties, ok := value.(map[string]any); ok && name == "getProperties" {
		rt := b.vm.Runtime()
		var entries []any
		for key, item := range properties {
			entries = append(entries, rt.NewArray(key, b.toScript(item)))
		}
		return b.construct("Map", rt.NewArray(entries...))
	}
	return b.toScript(value)
}

func (b *Binding) fail(on *held, name string, args []any, err error) *goja.Object {
	return b.vm.NewError(on.error(name, args, err))
}

func (on *held) error(method string, args []any, cause error) error {
	return &CallError{Type: on.object.Type(), Path: on.path, Method: method, Args: args, Cause: cause}
}

// context is that of the running call, or one that is over.
func (b *Binding) context() context.Context {
	if ctx := b.vm.Context(); ctx != nil {
		return ctx
	}
	over, cancel := context.WithCancelCause(context.Background())
	cancel(js.ErrCallEnded)
	return over
}
