package liveload

import (
	"sync"

	"github.com/dop251/goja"
)

// object is the user object of scripts. Properties and methods are looked up when they are used: an accessor for each
// would cost every user half a kilobyte.
type object struct {
	user *ScriptUser
	own  *goja.Object // properties that the script has added; nil before the first
}

// propertyTable returns the properties of a user by name. It is made once and never changed.
var propertyTable = sync.OnceValue(func() map[string]func(*ScriptUser) any {
	object := func(name string) func(*ScriptUser) any {
		return func(u *ScriptUser) any { return u.page.Object(name) }
	}
	return map[string]func(*ScriptUser) any{
		"assigns":   func(u *ScriptUser) any { return u.assigned() },
		"id":        func(u *ScriptUser) any { return u.opts.ID },
		"iteration": func(u *ScriptUser) any { return u.iteration },
		"node":      func(u *ScriptUser) any { return u.opts.Node },
		"scenario":  func(u *ScriptUser) any { return u.opts.Scenario },
		"halted":    func(u *ScriptUser) any { halted, _, _ := u.state.verdict(); return halted },
		"failed":    func(u *ScriptUser) any { _, failed, _ := u.state.verdict(); return failed != nil },
		"page":      object("page"),
		"context":   object("context"),
		"browser":   object("browser"),
	}
})

// Get implements goja.DynamicObject.
func (o *object) Get(name string) goja.Value {
	if o.own != nil {
		if v := o.own.Get(name); v != nil {
			return v
		}
	}
	if property, ok := propertyTable()[name]; ok {
		return o.user.vm.Runtime().ToValue(property(o.user))
	}
	return o.user.method(name)
}

// Has implements goja.DynamicObject.
func (o *object) Has(name string) bool {
	_, property := propertyTable()[name]
	return property || operationTable()[name] != nil || o.own != nil && o.own.Get(name) != nil
}

// Set implements goja.DynamicObject.
func (o *object) Set(name string, value goja.Value) bool {
	rt := o.user.vm.Runtime()
	switch _, property := propertyTable()[name]; {
	case name == "assigns":
		if !isPlainObject(value) {
			panic(rt.NewTypeError("user.assigns must be an object"))
		}
		o.user.assigns = value.(*goja.Object)
		return true
	case property:
		panic(rt.NewTypeError("user." + name + " cannot be changed"))
	}
	if o.own == nil {
		o.own = rt.CreateObject(nil)
	}
	return o.own.Set(name, value) == nil
}

// Delete implements goja.DynamicObject.
func (o *object) Delete(name string) bool {
	return o.own == nil || o.own.Delete(name) == nil
}

// Keys implements goja.DynamicObject. They are what console.log(user) shows and { ...user } copies: the data of the user,
// not its operations.
func (o *object) Keys() []string {
	keys := []string{"id", "iteration", "node", "scenario", "assigns"}
	if o.own != nil {
		keys = append(keys, o.own.Keys()...)
	}
	return keys
}
