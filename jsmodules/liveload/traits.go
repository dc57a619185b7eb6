package liveload

import (
	"sync"

	"github.com/dop251/goja"
)

// traits are what a user is and has, as its prototype: an accessor for each would cost every user most of
// a kilobyte.
type traits struct{ user *Resident }

// traitTable returns the traits by their name. It is made once and never changed.
var traitTable = sync.OnceValue(func() map[string]func(*Resident) any {
	object := func(name string) func(*Resident) any {
		return func(u *Resident) any { return u.page.Object(name) }
	}
	return map[string]func(*Resident) any{
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
