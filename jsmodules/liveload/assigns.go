package liveload

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dop251/goja"
)

// assigned returns the user's assigns.
func (u *ScriptUser) assigned() *goja.Object {
	if u.assigns == nil {
		u.assigns = u.vm.Runtime().NewObject()
	}
	return u.assigns
}

// put sets an assign. It panics with the error when the script has frozen them.
func (u *ScriptUser) put(key string, value goja.Value) {
	if err := u.assigned().Set(key, value); err != nil {
		panic(err)
	}
}

// assign is assign(key, value).
func (u *ScriptUser) assign(c localCall) goja.Value {
	u.put(u.assignKey(c, 2), c.arg(1))
	return goja.Undefined()
}

// updateAssign is updateAssign(key, fn). A promise that fn returns is awaited.
func (u *ScriptUser) updateAssign(c localCall) goja.Value {
	key := u.assignKey(c, 1)
	update, ok := goja.AssertFunction(c.arg(1))
	if !ok {
		u.refuse(c, 1, errors.New("the second argument must be a function of the value"))
	}
	if !slices.Contains(u.assigned().GetOwnPropertyNames(), key) { // Get also finds what every object has
		u.refuse(c, 1, fmt.Errorf("there is no assign %q", key))
	}
	value := must(update(goja.Undefined(), u.assigned().Get(key)))
	if isThenable(value) {
		return u.count(u.after(value, func(value goja.Value) goja.Value {
			u.put(key, value)
			return goja.Undefined()
		}))
	}
	u.put(key, value)
	return goja.Undefined()
}

// clearAssign is clearAssign(key).
func (u *ScriptUser) clearAssign(c localCall) goja.Value {
	if err := u.assigned().Delete(c.arg(0).String()); err != nil {
		panic(err)
	}
	return goja.Undefined()
}

// resetAssigns is resetAssigns().
func (u *ScriptUser) resetAssigns(localCall) goja.Value {
	u.assigns = nil
	return goja.Undefined()
}

func (u *ScriptUser) assignKey(c localCall, shown int) string {
	key := textOr(c.arg(0), "")
	if key == "" {
		u.refuse(c, shown, errors.New("key must be a text that is not empty"))
	}
	return key
}

// assignAs assigns what an operation has read, according to its option "as": a key, or a function of the value that
// returns a key or an object to merge. It returns the value, or a promise of it when that function is async.
func (u *ScriptUser) assignAs(c call, as, value goja.Value) goja.Value {
	target := as
	if choose, ok := goja.AssertFunction(as); ok {
		target = must(choose(goja.Undefined(), value))
	}
	if isThenable(target) {
		return u.count(u.after(target, func(target goja.Value) goja.Value {
			u.merge(c, target, value)
			return value
		}))
	}
	u.merge(c, target, value)
	return value
}

// merge assigns a value under a key, or the properties of an object.
func (u *ScriptUser) merge(c call, target, value goja.Value) {
	switch {
	case isText(target):
		u.put(target.String(), value)
	case isPlainObject(target):
		from := target.(*goja.Object)
		for _, key := range from.Keys() {
			u.put(key, from.Get(key))
		}
	default:
		cause := fmt.Errorf("the function given as must return a key or an object to merge, not %s", Show(target))
		panic(u.operationError(c.op.name, c.args, len(c.op.params), cause, c.stack))
	}
}
