// Package page gives scripts Playwright's own API: it wraps the objects of a browserpool.Session into JavaScript objects.
// The objects say which members they have and do what is called; this package moves values between a VM and Go, and
// brings events to the VM.
package page

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/ordered"
	"github.com/liveload/liveload/redact"
)

// forgetTime bounds how long the end of an iteration waits for routes to be removed.
const forgetTime = 2 * time.Second

// A Binding wraps the objects of the user's session for one VM. Its methods are called on the VM's goroutine, but for
// Abandon.
type Binding struct {
	vm         *js.VM
	secrets    *redact.Redactor        // learns what the script sets
	prototypes map[string]*goja.Object // by type

	session browserpool.Scriptable              // nil between iterations
	known   map[browserpool.Object]*goja.Object // objects that were wrapped in this iteration
	wait    defaultWait
	order   order

	mu        sync.Mutex // the rest is touched by Abandon too
	listeners []*listener
	over      bool
}

// handleKey leads from an object of the script to its *handle.
var handleKey = goja.NewSymbol("liveload.object")

// A handle is the Go side of a JavaScript object.
type handle struct {
	object browserpool.Object
	path   string // how the script reached it, for errors: `page`, `page.locator("#buy").first()`
}

// New makes a binding for vm, which is cheap until it is used. secrets learns what the script sets that nothing may show.
func New(vm *js.VM, secrets *redact.Redactor) *Binding {
	return &Binding{vm: vm, secrets: secrets, prototypes: map[string]*goja.Object{}}
}

// Begin starts an iteration, whose objects come from session.
func (b *Binding) Begin(session browserpool.Scriptable) {
	b.session = session
	b.wait.of(session)
	b.order = order{}
	b.known = map[browserpool.Object]*goja.Object{}
}

// End ends an iteration with its listeners and routes.
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
	if b.session == nil {
		return
	}
	b.off(func(*listener) bool { return true }, math.MaxInt)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), forgetTime)
	defer cancel()
	b.session.ResetObjects(ctx)
}

// keep adds a listener, or stops it when the binding was abandoned.
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

// off stops at most so many listeners, the last ones first, as in Node.js.
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
// Errors are thrown into the script.
func (b *Binding) Object(name string) goja.Value {
	if b.session == nil {
		panic(b.vm.NewError(fmt.Errorf("user.%s can be used during an iteration only", name)))
	}
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
	if err := js.Hide(rt, made, handleKey, &handle{object, path}); err != nil {
		panic(err)
	}
	for name, shape := range object.Members() {
		if shape == browserpool.Property {
			b.property(made, &handle{object, path}, name)
		}
	}
	if b.known != nil && !isLocator(object) {
		b.known[object] = made
	}
	return made
}

// isLocator says whether an object only describes how to find something. Scripts make many of them, so they are not
// remembered.
func isLocator(object browserpool.Object) bool {
	return object.Type() == "Locator" || object.Type() == "FrameLocator"
}

// property defines a property that is read when it is first used.
func (b *Binding) property(of *goja.Object, object *handle, name string) {
	rt := b.vm.Runtime()
	get := rt.ToValue(func(goja.FunctionCall) goja.Value { return b.callNow(object, name, nil) })
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

// text shows an object as errors do, such as page.locator("#buy").
func (b *Binding) text(of goja.Value) goja.Value {
	name := "[object Object]"
	if on := handleOf(of); on != nil {
		name = on.path
	}
	return b.vm.Runtime().ToValue(name)
}

// handleOf returns the Go side of a JavaScript object, or nil.
func handleOf(v goja.Value) *handle { return js.Hidden[*handle](v, handleKey) }

// TypeOf returns the Playwright class of an object that was wrapped here; "" for other values.
func (b *Binding) TypeOf(v goja.Value) string {
	if on := handleOf(v); on != nil {
		return on.object.Type()
	}
	return ""
}

// callNow calls a method whose value JavaScript expects at once.
func (b *Binding) callNow(on *handle, name string, args []goja.Value) goja.Value {
	values, err := b.arguments(args)
	if err != nil {
		panic(b.fail(on, name, nil, err))
	}
	value, err := on.object.Call(b.context(), name, values)
	if err != nil {
		panic(b.fail(on, name, values, err))
	}
	if name == "setDefaultTimeout" && len(values) > 0 {
		b.wait.set(values)
	}
	if found, ok := value.(browserpool.Object); ok && isLocator(found) {
		return b.wrap(found, on.path+"."+name+showAll(values))
	}
	return b.toScript(value)
}

// callLater calls a method that returns a promise. A wrong argument rejects it too, as in Playwright. done is called when
// the call has returned.
func (b *Binding) callLater(on *handle, name string, args []goja.Value, done func()) goja.Value {
	values, err := b.arguments(args)
	session := b.session
	b.learn(on, name, values)
	return b.vm.Async(nil, func(ctx context.Context) (any, error) {
		defer done()
		var value any
		if err == nil {
			value, err = on.object.Call(ctx, name, values)
		}
		if err != nil {
			return nil, on.inVain(ctx, session, name, values, err)
		}
		return func() goja.Value { return b.result(name, value) }, nil
	})
}

// result makes a value of the script; one method gives a Map.
func (b *Binding) result(name string, value any) goja.Value {
	if properties, ok := value.(*ordered.Object); ok && name == "getProperties" {
		rt := b.vm.Runtime()
		var entries []any
		for _, key := range properties.Keys() {
			item, _ := properties.Get(key)
			entries = append(entries, rt.NewArray(key, b.toScript(item)))
		}
		return b.construct("Map", rt.NewArray(entries...))
	}
	return b.toScript(value)
}

func (b *Binding) fail(on *handle, name string, args []any, err error) *goja.Object {
	return b.vm.NewError(on.error(name, args, err))
}

func (on *handle) error(method string, args []any, cause error) *CallError {
	return &CallError{Type: on.object.Type(), Path: on.path, Method: method, Args: args, Cause: cause}
}

// context returns the context of the running call, or a cancelled one between calls.
func (b *Binding) context() context.Context {
	if ctx := b.vm.Context(); ctx != nil {
		return ctx
	}
	over, cancel := context.WithCancelCause(context.Background())
	cancel(js.ErrCallEnded)
	return over
}
