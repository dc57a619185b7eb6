package liveload

import (
	"sync"

	"github.com/dop251/goja"
)

// traits are what a user is and has, as its prototype: an accessor for each would cost every user most of
// a kilobyte.
type traits struct{ user *User }

// traitTable returns the traits by their name. It is made once and never changed.
var traitTable = sync.OnceValue(func() map[string]func(*User) any {
	object := func(name string) func(*User) any {
		return func(u *User) any { return u.page.Object(name) }
	}
	return map[string]func(*User) any{
		"id":        func(u *User) any { return u.opts.ID },
		"iteration": func(u *User) any { return u.iteration },
		"node":      func(u *User) any { return u.opts.Node },
		"scenario":  func(u *User) any { return u.opts.Scenario },
		"halted":    func(u *User) any { return u.halted },
		"failed":    func(u *User) any { return u.failed != nil },
		"page":      object("page"),
		"context":   object("context"),
		"browser":   object("browser"),
	}
})

// Get implements goja.DynamicObject.
func (t *traits) Get(name string) goja.Value {
	value, ok := traitTable()[name]
	if !ok {
		return nil
	}
	return t.user.vm.Runtime().ToValue(value(t.user))
}

// Has implements goja.DynamicObject.
func (t *traits) Has(name string) bool { _, ok := traitTable()[name]; return ok }

// Set implements goja.DynamicObject. A script that assigns to a trait hides it from itself: nothing here
// can refuse that.
func (t *traits) Set(string, goja.Value) bool { return false }

// Delete implements goja.DynamicObject.
func (t *traits) Delete(string) bool { return false }

// Keys implements goja.DynamicObject.
func (t *traits) Keys() []string { return nil }
