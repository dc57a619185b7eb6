package data

import (
	"errors"
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// A SpentError says that every unique row is taken.
type SpentError struct {
	Data string // what the rows are of
	Rows int
}

func (e *SpentError) Error() string {
	return fmt.Sprintf("unique: all %d rows of %s are taken: give it more rows, run fewer users or iterations, or call next(), which begins again at the first row", e.Rows, e.Data)
}

// FailureClass names the class.
func (e *SpentError) FailureClass() string { return "no unique rows left" }

// A chooser returns the index of the row that a user takes. u is nil when no iteration runs.
type chooser func(vm *js.VM, u *liveload.ScriptUser, d *dataset) (int, error)

// newViewer makes what a VM needs to show data.
func newViewer(vm *js.VM) (*viewer, error) {
	v := &viewer{vm: vm, rt: vm.Runtime(), rows: vm.Runtime().NewObject()}
	arrays := v.rt.Get("Array").(*goja.Object).Get("prototype").(*goja.Object)
	err := v.rows.SetPrototype(arrays)
	for name, choose := range map[string]chooser{"next": nextRow, "random": randomRow, "unique": uniqueRow} {
		method := func(call goja.FunctionCall) goja.Value { return v.take(name, choose, call) }
		err = errors.Join(err, v.rows.DefineDataProperty(name, v.rt.ToValue(method), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	}
	return v, err
}

// take returns the row that choose says.
func (v *viewer) take(name string, choose chooser, call goja.FunctionCall) goja.Value {
	this, _ := call.This.(*goja.Object)
	var view *arrayView
	if this != nil {
		view, _ = this.Export().(*arrayView)
	}
	user, running := liveload.UserOf(v.vm)
	switch {
	case view == nil || view.data == nil:
		panic(v.vm.NewError(fmt.Errorf("%s was called without its rows: call it as rows.%s()", name, name)))
	case !running && name != "random":
		panic(v.vm.NewError(fmt.Errorf("%s: there is no user here who could take a row: call it while an iteration runs", name)))
	case len(view.items) == 0:
		panic(v.vm.NewError(fmt.Errorf("%s: %s has no rows", name, view.data.name)))
	}
	i, err := choose(v.vm, user, view.data)
	if err != nil {
		panic(v.vm.NewError(err))
	}
	return v.value(view.items[i])
}

// nextRow goes through the rows, again and again, for all users of the run together.
func nextRow(_ *js.VM, u *liveload.ScriptUser, d *dataset) (int, error) {
	n, err := u.Next(d.nextRows)
	if err != nil {
		return 0, fmt.Errorf("next: take a row of %s: %w", d.name, err)
	}
	return int(n % int64(len(d.rows()))), nil
}

// uniqueRow takes each row once in the run.
func uniqueRow(_ *js.VM, u *liveload.ScriptUser, d *dataset) (int, error) {
	n, err := u.Next(d.uniqueRows)
	if err != nil {
		return 0, fmt.Errorf("unique: take a row of %s: %w", d.name, err)
	}
	if rows := len(d.rows()); n >= int64(rows) {
		return 0, &SpentError{Data: d.name, Rows: rows}
	}
	return int(n), nil
}

func randomRow(vm *js.VM, _ *liveload.ScriptUser, d *dataset) (int, error) {
	return int(vm.Random() * float64(len(d.rows()))), nil
}
