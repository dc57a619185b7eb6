// Package inspect reads the values of a script, and shows them as Node.js does, without letting the script's own code
// throw.
package inspect

import (
	"reflect"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/scripterr"
)

// A Reader reads the values of one runtime, on the goroutine that owns it.
type Reader struct {
	Runtime *goja.Runtime
	// Broken is called when code of the script was interrupted, or called itself without end.
	Broken func()
	// ErrorOf makes an error, with places in the author's files, of a thrown object.
	ErrorOf func(*goja.Object) *scripterr.Error
}

// Try runs f, which may run code of the script: a getter, a proxy. It says whether f came through.
func (r *Reader) Try(f func()) (ok bool) {
	defer func() {
		if recover() != nil { // goja's Try passes on that it was interrupted
			r.Broken()
			ok = false
		}
	}()
	return r.Runtime.Try(f) == nil
}

// Get reads a property; nil when there is none, or its getter throws.
func (r *Reader) Get(obj *goja.Object, key string) (v goja.Value) {
	if !r.Try(func() { v = obj.Get(key) }) {
		return nil
	}
	return v
}

// Text reads a property that should be text; "" when there is none.
func (r *Reader) Text(obj *goja.Object, key string) (s string) {
	v := r.Get(obj, key)
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return ""
	}
	if !r.Try(func() { s = v.String() }) {
		return ""
	}
	return strings.TrimSpace(s)
}

// ClassOf returns the name of an object's class; "" for ordinary objects.
func (r *Reader) ClassOf(obj *goja.Object) string {
	if proto := obj.Prototype(); proto != nil {
		if ctor, ok := r.Get(proto, "constructor").(*goja.Object); ok {
			if name := r.Text(ctor, "name"); name != "Object" {
				return name
			}
		}
	}
	return ""
}

// Builtin returns a function of the language, unless the script has put something else in its place.
func (r *Reader) Builtin(object, name string) (fn goja.Callable, ok bool) {
	r.Try(func() {
		if holder, is := r.Runtime.Get(object).(*goja.Object); is {
			fn, ok = goja.AssertFunction(holder.Get(name))
		}
	})
	return fn, ok
}

// Promise returns the promise that a value is.
func Promise(v goja.Value) (*goja.Promise, bool) {
	obj, ok := v.(*goja.Object)
	if !ok || obj.ExportType() != promiseType {
		return nil, false
	}
	p, ok := obj.Export().(*goja.Promise)
	return p, ok
}

var promiseType = reflect.TypeFor[*goja.Promise]()
