package data

import (
	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
)

// A viewer shows data to one VM, as objects and arrays that look into the shared nodes. Only the texts and
// numbers that the script reads are copied.
type viewer struct {
	vm   *js.VM
	rt   *goja.Runtime
	rows *goja.Object // prototype of arrays of rows
}

// show returns data as a value of the script. Data that is an array has next, random and unique.
func (v *viewer) show(d *dataset) goja.Value {
	l, ok := d.root.(*list)
	if !ok {
		return v.value(d.root)
	}
	array := v.rt.NewDynamicArray(&arrayView{v, l.items, d})
	if err := array.SetPrototype(v.rows); err != nil {
		panic(v.vm.NewError(err))
	}
	return array
}

func (v *viewer) value(n node) goja.Value {
	switch n := n.(type) {
	case nil:
		return goja.Null()
	case fields:
		return v.rt.NewDynamicObject(objectView{v, n})
	case *list:
		return v.rt.NewDynamicArray(&arrayView{v, n.items, nil})
	}
	return v.rt.ToValue(n)
}

func (v *viewer) refuse() {
	panic(v.rt.NewTypeError("data is shared by all users and cannot be changed: change a copy, such as { ...row } or [...rows]"))
}

// An objectView is one object in one VM. Two views of the same object are equal.
type objectView struct {
	viewer *viewer
	fields fields
}

func (o objectView) Get(key string) goja.Value {
	n, ok := o.fields.value(key)
	if !ok {
		return nil
	}
	return o.viewer.value(n)
}

func (o objectView) Has(key string) bool { _, ok := o.fields.value(key); return ok }
func (o objectView) Keys() []string      { return o.fields.keys() }

func (o objectView) Set(string, goja.Value) bool { o.viewer.refuse(); return false }
func (o objectView) Delete(string) bool          { o.viewer.refuse(); return false }

// Frozen implements js.Frozen.
func (objectView) Frozen() {}

// An arrayView is one array in one VM.
type arrayView struct {
	viewer *viewer
	items  []node
	data   *dataset // of rows; nil for an array within data
}

func (a *arrayView) Len() int { return len(a.items) }

func (a *arrayView) Get(i int) goja.Value {
	if i < 0 || i >= len(a.items) {
		return nil
	}
	return a.viewer.value(a.items[i])
}

func (a *arrayView) Set(int, goja.Value) bool { a.viewer.refuse(); return false }
func (a *arrayView) SetLen(int) bool          { a.viewer.refuse(); return false }

// Frozen implements js.Frozen.
func (*arrayView) Frozen() {}
