package liveload

import (
	"errors"
	"strconv"

	"github.com/dop251/goja"
)

// runPrelude builds the user object and returns what the prelude gives.
func (u *User) runPrelude() (*goja.Object, error) {
	rt := u.vm.Runtime()
	build, err := rt.RunProgram(prelude())
	if err != nil {
		return nil, err
	}
	native := rt.NewObject()
	for name, fn := range u.natives() {
		if err := native.Set(name, fn); err != nil {
			return nil, err
		}
	}
	call, _ := goja.AssertFunction(build)
	built, err := call(goja.Undefined(), native, u.table())
	if err != nil {
		return nil, err
	}
	return built.(*goja.Object), nil
}

// table is the table of operations for the prelude.
func (u *User) table() goja.Value {
	rt := u.vm.Runtime()
	var rows []any
	for i, op := range operations() {
		keep := make([]any, len(op.params))
		for k, p := range op.params {
			keep[k] = p.kind == pageCode || p.kind == raw
		}
		row := rt.NewObject()
		_ = row.Set("index", i)
		_ = row.Set("name", op.name)
		_ = row.Set("params", len(op.params))
		_ = row.Set("native", op.do != nil)
		_ = row.Set("extracts", op.extracts)
		_ = row.Set("raw", rt.NewArray(keep...))
		rows = append(rows, row)
	}
	return rt.NewArray(rows...)
}

// natives are what the prelude calls.
func (u *User) natives() map[string]func(goja.FunctionCall) goja.Value {
	rt := u.vm.Runtime()
	return map[string]func(goja.FunctionCall) goja.Value{
		"identity":   u.identity,
		"halted":     func(goja.FunctionCall) goja.Value { return rt.ToValue(u.halted) },
		"failed":     func(goja.FunctionCall) goja.Value { return rt.ToValue(u.failed != nil) },
		"ended":      func(goja.FunctionCall) goja.Value { return rt.ToValue(u.halted || u.failed != nil) },
		"place":      func(goja.FunctionCall) goja.Value { return rt.ToValue(&place{u.vm.Stack()}) },
		"run":        u.run,
		"error":      u.newError,
		"halt":       u.halt,
		"fail":       u.fail,
		"setTimeout": u.setTimeout,
	}
}

// A place is where in the script an operation was called.
type place struct{ stack []goja.StackFrame }

func placeOf(v goja.Value) []goja.StackFrame {
	if p, ok := v.Export().(*place); ok {
		return p.stack
	}
	return nil
}

func (u *User) identity(call goja.FunctionCall) goja.Value {
	rt := u.vm.Runtime()
	switch call.Argument(0).String() {
	case "id":
		return rt.ToValue(u.opts.ID)
	case "iteration":
		return rt.ToValue(u.iteration)
	case "node":
		return rt.ToValue(u.opts.Node)
	}
	return rt.ToValue(u.opts.Scenario)
}

// halt ends the user for good, unless the iteration has failed.
func (u *User) halt(goja.FunctionCall) goja.Value {
	if u.failed == nil {
		u.halted = true
	}
	return goja.Undefined()
}

// fail ends the iteration as failed; the first reason counts. It does nothing after halt.
func (u *User) fail(call goja.FunctionCall) goja.Value {
	if u.halted || u.failed != nil {
		return goja.Undefined()
	}
	reason := call.Argument(0).String()
	if goja.IsUndefined(call.Argument(0)) {
		reason = "no reason given"
	}
	u.failed = u.vm.ErrorAt(&FailError{Reason: reason}, placeOf(call.Argument(1)))
	return goja.Undefined()
}

func (u *User) setTimeout(call goja.FunctionCall) goja.Value {
	d, err := duration(call.Argument(0))
	if err == nil && d == 0 {
		err = errors.New("must be more than 0")
	}
	if err != nil {
		cause := &OperationError{Step: u.step, Operation: "setTimeout", Args: exportArgs(u.vm, call.Arguments[:1]), Cause: &argumentError{"timeout", err}}
		panic(u.vm.NewErrorAt(cause, placeOf(call.Argument(1))))
	}
	u.timeout = d
	return goja.Undefined()
}

// newError makes an OperationError that the prelude throws: (operation, args, place, message).
func (u *User) newError(call goja.FunctionCall) goja.Value {
	cause := errors.New(call.Argument(3).String())
	args := exportArgs(u.vm, listValues(call.Argument(1)))
	err := &OperationError{Step: u.step, Operation: call.Argument(0).String(), Args: args, Cause: cause}
	return u.vm.NewErrorAt(err, placeOf(call.Argument(2)))
}

// run starts an operation in the browser and returns the promise of its value: (index, args, place).
func (u *User) run(call goja.FunctionCall) goja.Value {
	op := operations()[call.Argument(0).ToInteger()]
	values := listValues(call.Argument(1))
	stack := placeOf(call.Argument(2))
	u.step++
	args, err := op.parse(u.vm, values)
	if err != nil {
		cause := &OperationError{Step: u.step, Operation: op.name, Args: exportArgs(u.vm, values), Cause: err}
		panic(u.vm.NewErrorAt(cause, stack))
	}
	x := execution{
		vm: u.vm, op: op, args: args, step: u.step, session: u.session, timeout: u.timeout, report: u.opts.OnOperation,
	}
	if args.opts.timeout > 0 {
		x.timeout = args.opts.timeout
	}
	return u.vm.Async(stack, x.do)
}

func listValues(v goja.Value) []goja.Value {
	obj, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	values := make([]goja.Value, int(obj.Get("length").ToInteger()))
	for i := range values {
		values[i] = obj.Get(strconv.Itoa(i))
	}
	return values
}
