package liveload

import (
	_ "embed"
	"slices"
	"sync"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/inspect"
)

//go:embed method.js
var methodSource string

//go:embed promises.js
var promisesSource string

var (
	methodProgram   = sync.OnceValue(func() *goja.Program { return goja.MustCompile("liveload:method.js", methodSource, true) })
	promisesProgram = sync.OnceValue(func() *goja.Program { return goja.MustCompile("liveload:promises.js", promisesSource, true) })
)

// methods are the operations as JavaScript functions, each made when it is first used.
type methods struct {
	user *ScriptUser
	make goja.Callable // method.js
	made map[string]goja.Value
	// chain is the prototype of promises that have the operations as methods: each runs after the one before it.
	chain *goja.Object
}

// method returns an operation as a JavaScript function; nil when there is none of that name.
func (u *ScriptUser) method(name string) goja.Value {
	if operationTable()[name] == nil {
		return nil
	}
	if u.methods == nil {
		u.methods = u.newMethods()
	}
	m := u.methods
	if v, ok := m.made[name]; ok {
		return v
	}
	v := must(m.make(goja.Undefined(), u.vm.Runtime().ToValue(name)))
	m.made[name] = v
	return v
}

func (u *ScriptUser) newMethods() *methods {
	rt := u.vm.Runtime()
	m := &methods{user: u, make: u.runOwn(methodProgram(), rt.ToValue(u.begin)), made: map[string]goja.Value{}}
	m.chain = rt.NewDynamicObject(m)
	promise, _, _ := rt.NewPromise()
	if err := m.chain.SetPrototype(rt.ToValue(promise).(*goja.Object).Prototype()); err != nil {
		panic(err)
	}
	return m
}

// runOwn calls the function that is the value of an embedded program, and returns the function that it returns.
func (u *ScriptUser) runOwn(program *goja.Program, args ...goja.Value) goja.Callable {
	build, _ := goja.AssertFunction(must(u.vm.Runtime().RunProgram(program)))
	made, _ := goja.AssertFunction(must(build(goja.Undefined(), args...)))
	return made
}

// Get implements goja.DynamicObject.
func (m *methods) Get(name string) goja.Value { return m.user.method(name) }

// Has implements goja.DynamicObject.
func (m *methods) Has(name string) bool { return operationTable()[name] != nil }

// Set implements goja.DynamicObject.
func (m *methods) Set(string, goja.Value) bool { return false }

// Delete implements goja.DynamicObject.
func (m *methods) Delete(string) bool { return false }

// Keys implements goja.DynamicObject.
func (m *methods) Keys() []string { return nil }

// begin is called for an operation with (name, this, ...args). Called on the user, the operation runs now; on a chain,
// after the one before it. It returns a chain.
func (u *ScriptUser) begin(js goja.FunctionCall) goja.Value {
	c := call{op: operationTable()[js.Argument(0).String()], stack: u.vm.Stack()}
	c.args = append(c.args, js.Arguments[2:]...)
	if before, ok := js.Argument(1).(*goja.Object); ok && before.Prototype() == u.methods.chain {
		return u.chained(u.after(before, func(goja.Value) goja.Value { return u.execute(c) }))
	}
	var value goja.Value
	thrown := u.vm.Runtime().Try(func() { value = u.execute(c) })
	if thrown == nil && isPromise(value) {
		return u.chained(value)
	}
	promise, resolve, reject := u.vm.Runtime().NewPromise()
	if thrown != nil {
		_ = reject(thrown.Value())
	} else {
		_ = resolve(value)
	}
	return u.chained(u.vm.Runtime().ToValue(promise))
}

// chained makes a chain of a promise.
func (u *ScriptUser) chained(promise goja.Value) goja.Value {
	if err := promise.(*goja.Object).SetPrototype(u.methods.chain); err != nil {
		panic(err)
	}
	return promise
}

// after returns a promise of what fn makes of a promised value, on the VM. JavaScript calls fn: goja would end the turn
// of the script after a call of Go code with no JavaScript around it.
func (u *ScriptUser) after(promise goja.Value, fn func(goja.Value) goja.Value) goja.Value {
	return u.promises("after", promise, u.vm.Runtime().ToValue(func(call goja.FunctionCall) goja.Value {
		return fn(call.Argument(0))
	}))
}

// afterAll returns a promise of what fn makes of values, of which some are promises, on the VM.
func (u *ScriptUser) afterAll(values []goja.Value, fn func([]goja.Value) goja.Value) goja.Value {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	rt := u.vm.Runtime()
	return u.promises("all", rt.NewArray(list...), rt.ToValue(func(call goja.FunctionCall) goja.Value {
		return fn(slices.Clone(call.Arguments))
	}))
}

// count has the iteration wait until a promise is settled and the code that awaited it has run. A promise that is settled
// in a later iteration does not count there.
func (u *ScriptUser) count(promise goja.Value) goja.Value {
	iteration := u.iteration
	counted := u.promises("count", promise, u.vm.Runtime().ToValue(func(goja.FunctionCall) goja.Value {
		if u.iteration == iteration {
			u.vm.NextTurn(u.ran)
		}
		return goja.Undefined()
	}))
	u.running++
	return counted
}

// promises calls a function of promises.js, which is loaded when it is first needed.
func (u *ScriptUser) promises(name string, args ...goja.Value) goja.Value {
	if u.helpers == nil {
		u.helpers = must(u.vm.Runtime().RunProgram(promisesProgram())).(*goja.Object)
	}
	fn, _ := goja.AssertFunction(u.helpers.Get(name))
	return must(fn(goja.Undefined(), args...))
}

// must rethrows what the script has thrown, in Go code that the script has called.
func must(v goja.Value, err error) goja.Value {
	if err != nil {
		panic(err)
	}
	return v
}

func isPromise(v goja.Value) bool {
	_, ok := inspect.Promise(v)
	return ok
}

// isThenable says whether await would wait for a value. It may run code of the script.
func isThenable(v goja.Value) bool {
	obj, ok := v.(*goja.Object)
	if !ok || isFunction(obj) {
		return false
	}
	return isFunction(obj.Get("then"))
}

func isFunction(v goja.Value) bool {
	_, ok := goja.AssertFunction(v)
	return ok
}

func isText(v goja.Value) bool {
	_, ok := v.(goja.String)
	return ok
}

// textOr returns a value that is a text, otherwise none.
func textOr(v goja.Value, none string) string {
	if !isText(v) {
		return none
	}
	return v.String()
}

// isPlainObject says that a value is an object, but no array and no function.
func isPlainObject(v goja.Value) bool {
	obj, ok := v.(*goja.Object)
	return ok && obj.ClassName() != "Array" && !isFunction(obj)
}
