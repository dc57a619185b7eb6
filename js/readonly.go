package js

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/ordered"
)

// ReadOnly shows plain data to the script without copying it. Any number of VMs may show the same data, which must not
// change any more; what is Made in it, each VM has for itself. A script that tries to change it gets a TypeError that names the data and the property.
func (vm *VM) ReadOnly(name string, data any) (goja.Value, error) {
	return (&readOnly{vm: vm, name: name, path: name}).show(data)
}

// readOnly is a part of the data in one VM.
type readOnly struct {
	vm    *VM
	name  string             // of the whole data
	path  string             // to this part, as the script writes it
	shown map[any]goja.Value // objects and arrays within it that the script has read
}

func (r *readOnly) show(data any) (goja.Value, error) {
	switch data := data.(type) {
	case map[string]any:
		return r.show(ordered.Of(data))
	case *ordered.Object:
		return r.vm.rt.NewDynamicObject(&readOnlyObject{r, data}), nil
	case []any:
		return r.vm.rt.NewDynamicArray(&readOnlyArray{r, data}), nil
	}
	return r.vm.FromPlain(data)
}

// child shows the part under a key, as the same object each time.
func (r *readOnly) child(key any, data any) goja.Value {
	if v, ok := r.shown[key]; ok {
		return v
	}
	within := &readOnly{vm: r.vm, name: r.name, path: r.pathTo(key)}
	v, err := within.show(data)
	if err != nil {
		panic(r.vm.NewError(err))
	}
	if _, ok := v.(*goja.Object); ok {
		if r.shown == nil {
			r.shown = map[any]goja.Value{}
		}
		r.shown[key] = v
	}
	return v
}

func (r *readOnly) pathTo(key any) string {
	if text, ok := key.(string); ok {
		return r.path + property(text)
	}
	return fmt.Sprintf("%s[%d]", r.path, key)
}

func (r *readOnly) refuse(verb, path string) {
	panic(r.vm.rt.NewTypeError(fmt.Sprintf("cannot %s %s: %s is read-only and shared by all users; change a copy of it, such as structuredClone(%s)",
		verb, path, r.name, r.name)))
}

// Frozen implements Frozen.
func (r *readOnly) Frozen() {}

type readOnlyObject struct {
	*readOnly
	data *ordered.Object
}

// Get implements goja.DynamicObject.
func (o *readOnlyObject) Get(key string) goja.Value {
	data, ok := o.data.Get(key)
	if !ok {
		return nil
	}
	return o.child(key, data)
}

// Has implements goja.DynamicObject.
func (o *readOnlyObject) Has(key string) bool { _, ok := o.data.Get(key); return ok }

// Keys implements goja.DynamicObject.
func (o *readOnlyObject) Keys() []string { return o.data.Keys() }

// Set implements goja.DynamicObject.
func (o *readOnlyObject) Set(key string, _ goja.Value) bool {
	o.refuse("set", o.pathTo(key))
	return false
}

// Delete implements goja.DynamicObject.
func (o *readOnlyObject) Delete(key string) bool { o.refuse("delete", o.pathTo(key)); return false }

type readOnlyArray struct {
	*readOnly
	data []any
}

// Len implements goja.DynamicArray.
func (a *readOnlyArray) Len() int { return len(a.data) }

// Get implements goja.DynamicArray.
func (a *readOnlyArray) Get(i int) goja.Value {
	if i < 0 || i >= len(a.data) {
		return nil
	}
	return a.child(i, a.data[i])
}

// Set implements goja.DynamicArray.
func (a *readOnlyArray) Set(i int, _ goja.Value) bool { a.refuse("set", a.pathTo(i)); return false }

// SetLen implements goja.DynamicArray.
func (a *readOnlyArray) SetLen(int) bool { a.refuse("set", a.path+".length"); return false }
