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
	built, err := call(goja.Undefined(), native)
	if err != nil {
		return nil, err
	}
	return built.(*goja.Object), nil
}

// methods are the operations as the prototype of the user and of chains. A method is made when it is
// first used.
type methods struct {
	rt   *goja.Runtime
	make goja.Callable // of the prelude
	made map[string]goja.Value
}

func (m *methods) Get(name string) goja.Value {
	if v, ok := m.made[name]; ok {
		return v
	}
	i, op := findOperation(name)
	if op == nil {
		return nil
	}
	raws := 0
	for k, p := range op.params {
		if p.kind == pageCode || p.kind == raw {
			raws |= 1 << k
		}
	}
	v, err := m.make(goja.Undefined(), m.rt.ToValue(i), m.rt.ToValue(op.name), m.rt.ToValue(len(op.params)),
		m.rt.ToValue(op.do != nil), m.rt.ToValue(op.extracts), m.rt.ToValue(raws))
	if err != nil {
		panic(err)
	}
	m.made[name] = v
	return v
}

func (m *methods) Has(name string) bool        { _, op := findOperation(name); return op != nil }
func (m *methods) Set(string, goja.Value) bool { return false }
func (m *methods) Delete(string) bool          { return false }
func (m *methods) Keys() []string              { return nil }

func findOperation(name string) (int, *operation) {
	for i, op := range operations() {
		if op.name == name {
			return i, op
		}
	}
	return 0, nil
}

func (u *User) operations(call goja.FunctionCall) goja.Value {
	make, _ := goja.AssertFunction(call.Argument(0))
	rt := u.vm.Runtime()
	return rt.NewDynamicObject(&methods{rt: rt, make: make, made: map[string]goja.Value{}})
}

// natives are what the prelude calls.
func (u *User) natives() map[string]func(goja.FunctionCall) goja.Value {
	rt := u.vm.Runtime()
	return map[string]func(goja.FunctionCall) goja.Value{
		"identity":   u.identity,
		"operations": u.operations,
		"halted":     func(goja.FunctionCall) goja.Value { return rt.ToValue(u.halted) },
		"failed":     func(goja.FunctionCall) goja.Value { return rt.ToValue(u.failed != nil) },
		"ended":      func(goja.FunctionCall) goja.Value { return rt.ToValue(u.halted || u.failed != nil) },
		"place":      func(goja.FunctionCall) goja.Value { return rt.ToValue(&place{u.vm.Stack()}) },
		"run":        u.run,
		"running":    func(goja.FunctionCall) goja.Value { return rt.ToValue(u.running > 0) },
		"rest":       u.rest,
		"error":      u.newError,
		"halt":       u.halt,
		"fail":       u.fail,
		"setTimeout": u.setTimeout,
		"enterStep":  u.enterStep,
		"leaveStep":  u.leaveStep,
		"endStep":    u.endStep,
		"failStep":   u.failStep,
		"think":      u.think,
		"throttle":   u.throttle,
		"release":    u.release,
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
	u.countFailedStep()
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
	iteration := u.iteration
	x.args.opts.keep = func(name string, png []byte) (string, error) {
		return u.opts.Keep(name, u.opts.ID, iteration, png)
	}
	if args.opts.timeout > 0 {
		x.timeout = args.opts.timeout
	}
	u.running++
	return u.vm.AsyncThen(stack, x.do, u.ran)
}

// ran is called when an operation is over and what waited for it has gone on.
func (u *User) ran() error {
	u.running--
	if u.running > 0 || u.rested == nil {
		return nil
	}
	rested := u.rested
	u.rested = nil
	return rested(goja.Undefined())
}

// rest gives a promise of the moment when no operation runs.
func (u *User) rest(goja.FunctionCall) goja.Value {
	rt := u.vm.Runtime()
	promise, resolve, _ := rt.NewPromise()
	u.rested = resolve
	return rt.ToValue(promise)
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
