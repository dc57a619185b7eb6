package data

import (
	"errors"
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// A SpentError says that every unique row was given to somebody.
type SpentError struct {
	Data string // what the rows are of
	Rows int
}

func (e *SpentError) Error() string {
	return fmt.Sprintf("unique: all %d rows of %s are taken: give it more rows, run fewer users or iterations, or call next(), which begins again at the first row", e.Rows, e.Data)
}

// FailureClass names the class.
func (e *SpentError) FailureClass() string { return "no unique rows left" }

// newViewer makes what a VM needs to show data.
func newViewer(vm *js.VM, pick func(n int) int) (*viewer, error) {
	v := &viewer{vm: vm, rt: vm.Runtime(), rows: vm.Runtime().NewObject()}
	arrays := v.rt.Get("Array").(*goja.Object).Get("prototype").(*goja.Object)
	err := v.rows.SetPrototype(arrays)
	for name, choose := range map[string]func(d *dataset) (int, error){
		"next":   nextRow,
		"random": func(d *dataset) (int, error) { return pick(len(d.rows())), nil },
		"unique": uniqueRow,
	} {
		method := func(call goja.FunctionCall) goja.Value { return v.take(name, choose, call) }
		err = errors.Join(err, v.rows.DefineDataProperty(name, v.rt.ToValue(method), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	}
	return v, err
}

// take gives the row that choose says.
func (v *viewer) take(name string, choose func(d *dataset) (int, error), call goja.FunctionCall) goja.Value {
	this, _ := call.This.(*goja.Object)
	var view *arrayView
	if this != nil {
		view, _ = this.Export().(*arrayView)
	}
	_, running := liveload.UserOf(v.vm)
	switch {
	case view == nil || view.data == nil:
		panic(v.vm.NewError(fmt.Errorf("%s was called without its rows: call it as rows.%s()", name, name)))
	case !running && name != "random":
		panic(v.vm.NewError(fmt.Errorf("%s: there is no user here who could take a row: call it while an iteration runs", name)))
	case len(view.items) == 0:
		panic(v.vm.NewError(fmt.Errorf("%s: %s has no rows", name, view.data.name)))
	}
	i, err := choose(view.data)
	if err != nil {
		panic(v.vm.NewError(err))
	}
	return v.value(view.items[i])
}

// nextRow goes through the rows, again and again, for all users together.
func nextRow(d *dataset) (int, error) {
	return int((d.given.Add(1) - 1) % int64(len(d.rows()))), nil
}

// uniqueRow gives each row once.
func uniqueRow(d *dataset) (int, error) {
	i := d.spent.Add(1) - 1
	if n := len(d.rows()); i >= int64(n) {
		return 0, &SpentError{Data: d.name, Rows: n}
	}
	return int(i), nil
}
