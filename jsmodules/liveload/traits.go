package liveload

import (
	"sync"

	"github.com/dop251/goja"
)

// object is the user as scripts have it. All that it has is looked up here when it is used: an accessor or a
// method for each would cost every user half a kilobyte.
type object struct {
	user *Resident
	own  *goja.Object // what the script has put on it; nil before
}

// traitTable returns what a user is and has, by name. It is made once and never changed.
var traitTable = sync.OnceValue(func() map[string]func(*Resident) any {
	object := func(name string) func(*Resident) any {
		return func(u *Resident) any { return u.page.Object(name) }
	}
	return map[string]func(*Resident) any{
		"assigns":   func(u *Resident) any { return u.assigned() },
		"id":        func(u *Resident) any { return u.opts.ID },
		"iteration": func(u *Resident) any { return u.iteration },
		"node":      func(u *Resident) any { return u.opts.Node },
		"scenario":  func(u *Resident) any { return u.opts.Scenario },
		"halted":    func(u *Resident) any { return u.course.hasHalted() },
		"failed":    func(u *Resident) any { return u.course.hasFailed() },
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
	if trait, ok := traitTable()[name]; ok {
		return o.user.vm.Runtime().ToValue(trait(o.user))
	}
	return o.user.method(name)
}

// Has implements goja.DynamicObject.
func (o *object) Has(name string) bool {
	_, trait := traitTable()[name]
	return trait || operationTable()[name] != nil || o.own != nil && o.own.Get(name) != nil
}

// Set implements goja.DynamicObject.
func (o *object) Set(name string, value goja.Value) bool {
	rt := o.user.vm.Runtime()
	switch _, trait := traitTable()[name]; {
	case name == "assigns":
		if !isPlainObject(value) {
			panic(rt.NewTypeError("user.assigns must be an object"))
		}
		o.user.assigns = value.(*goja.Object)
		return true
	case trait:
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

// Keys implements goja.DynamicObject. They are what console.log(user) shows and { ...user } copies: who the
// user is and what the script has kept, not what it can do.
func (o *object) Keys() []string {
	keys := []string{"id", "iteration", "node", "scenario", "assigns"}
	if o.own != nil {
		keys = append(keys, o.own.Keys()...)
	}
	return keys
}
