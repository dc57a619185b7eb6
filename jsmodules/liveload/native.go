package liveload

import (
	"errors"
	"strconv"
	"sync"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
)

// runPrelude builds the user object and returns what the prelude gives.
func (u *Resident) runPrelude() (*goja.Object, error) {
	rt := u.vm.Runtime()
	build, err := rt.RunProgram(prelude())
	if err != nil {
		return nil, err
	}
	native := rt.NewDynamicObject(&natives{user: u, made: map[string]goja.Value{}})
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

// prepare gives the user's prototype its traits and that of the operations its methods: (prototype of the
// user, of the operations, the function that makes a method).
func (u *Resident) prepare(call goja.FunctionCall) goja.Value {
	rt := u.vm.Runtime()
	user, operations := call.Argument(0).(*goja.Object), call.Argument(1).(*goja.Object)
	make, _ := goja.AssertFunction(call.Argument(2))
	methods := rt.NewDynamicObject(&methods{rt: rt, make: make, made: map[string]goja.Value{}})
	traits := rt.NewDynamicObject(&traits{u})
	for object, prototype := range map[*goja.Object]*goja.Object{operations: methods, traits: operations, user: traits} {
		if err := object.SetPrototype(prototype); err != nil {
			panic(err)
		}
	}
	return goja.Undefined()
}

// natives are what the prelude calls, as an object. A function is made when it is first called: each costs
// every user half a kilobyte.
type natives struct {
	user *Resident
	made map[string]goja.Value
}

func (n *natives) Get(name string) goja.Value {
	v, ok := n.made[name]
	if !ok {
		fn, known := nativeTable()[name]
		if !known {
			return nil
		}
		u := n.user
		v = u.vm.Runtime().ToValue(func(call goja.FunctionCall) goja.Value { return fn(u, call) })
		n.made[name] = v
	}
	return v
}

func (n *natives) Has(name string) bool        { _, ok := nativeTable()[name]; return ok }
func (n *natives) Set(string, goja.Value) bool { return false }
func (n *natives) Delete(string) bool          { return false }
func (n *natives) Keys() []string              { return nil }

// nativeTable returns the functions by their name. It is made once and never changed.
var nativeTable = sync.OnceValue(func() map[string]func(*Resident, goja.FunctionCall) goja.Value {
	is := func(ask func(u *Resident) bool) func(*Resident, goja.FunctionCall) goja.Value {
		return func(u *Resident, _ goja.FunctionCall) goja.Value { return u.vm.Runtime().ToValue(ask(u)) }
	}
	return map[string]func(*Resident, goja.FunctionCall) goja.Value{
		"prepare":    (*Resident).prepare,
		"ended":      is(func(u *Resident) bool { return u.course.hasEnded() }),
		"place":      (*Resident).place,
		"run":        (*Resident).run,
		"running":    is(func(u *Resident) bool { return u.running > 0 }),
		"rest":       (*Resident).rest,
		"error":      (*Resident).newError,
		"halt":       (*Resident).halt,
		"fail":       (*Resident).fail,
		"setTimeout": (*Resident).setTimeout,
		"enterStep":  (*Resident).enterStep,
		"leaveStep":  (*Resident).leaveStep,
		"endStep":    (*Resident).endStep,
		"failStep":   (*Resident).failStep,
		"think":      (*Resident).think,
		"throttle":   (*Resident).throttle,
		"release":    (*Resident).release,
	}
})

// A place is where in the script an operation was called.
type place struct{ stack []goja.StackFrame }

func (u *Resident) place(goja.FunctionCall) goja.Value {
	return u.vm.Runtime().ToValue(&place{u.vm.Stack()})
}

func placeOf(v goja.Value) []goja.StackFrame {
	if p, ok := v.Export().(*place); ok {
		return p.stack
	}
	return nil
}

// halt ends the user for good, unless the iteration has failed.
func (u *Resident) halt(goja.FunctionCall) goja.Value {
	u.course.halt()
	return goja.Undefined()
}

// fail ends the iteration as failed; the first reason counts. It does nothing after halt.
func (u *Resident) fail(call goja.FunctionCall) goja.Value {
	if u.course.hasEnded() {
		return goja.Undefined()
	}
	reason := reasonOf(u.vm, call.Argument(0))
	if u.course.fail(u.vm.ErrorAt(&FailError{Reason: reason}, placeOf(call.Argument(1)))) {
		u.countFailedStep()
	}
	return goja.Undefined()
}

// reasonOf is text as it is, an error by its message, and an object as JSON.
func reasonOf(vm *js.VM, v goja.Value) string {
	obj, ok := v.(*goja.Object)
	switch {
	case goja.IsUndefined(v):
		return "no reason given"
	case !ok || obj.ClassName() == "Error":
		return v.String()
	}
	plain, err := vm.Plain(v)
	if err != nil {
		return "an object"
	}
	return showArg(plain)
}

func (u *Resident) setTimeout(call goja.FunctionCall) goja.Value {
	d, err := duration(call.Argument(0))
	if err == nil && d == 0 {
		err = errors.New("must be more than 0")
	}
	if err != nil {
		cause := &OperationError{Step: u.course.lastStep(), Operation: "setTimeout", Args: exportArgs(u.vm, call.Arguments[:1]), Cause: &argumentError{"timeout", err}}
		panic(u.vm.NewErrorAt(cause, placeOf(call.Argument(1))))
	}
	u.course.setTimeout(d)
	return goja.Undefined()
}

// newError makes an OperationError that the prelude throws: (operation, args, place, message).
func (u *Resident) newError(call goja.FunctionCall) goja.Value {
	cause := errors.New(call.Argument(3).String())
	args := exportArgs(u.vm, listValues(call.Argument(1)))
	err := &OperationError{Step: u.course.lastStep(), Operation: call.Argument(0).String(), Args: args, Cause: cause}
	return u.vm.NewErrorAt(err, placeOf(call.Argument(2)))
}

// run starts an operation in the browser and returns the promise of its value: (index, args, place).
func (u *Resident) run(call goja.FunctionCall) goja.Value {
	op := operations()[call.Argument(0).ToInteger()]
	values := listValues(call.Argument(1))
	stack := placeOf(call.Argument(2))
	step := u.course.nextStep()
	args, err := op.parse(u.vm, values)
	if err != nil {
		cause := &OperationError{Step: step, Operation: op.name, Args: exportArgs(u.vm, values), Cause: err}
		panic(u.vm.NewErrorAt(cause, stack))
	}
	x := execution{
		vm: u.vm, op: op, args: args, step: step, session: u.session, timeout: u.course.operationTimeout(), report: u.opts.OnOperation,
		cutOff: func(err *OperationError) { u.unfinished.CompareAndSwap(nil, err) },
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
func (u *Resident) ran() error {
	u.running--
	if u.running > 0 || u.rested == nil {
		return nil
	}
	rested := u.rested
	u.rested = nil
	return rested(goja.Undefined())
}

// rest gives a promise of the moment when no operation runs.
func (u *Resident) rest(goja.FunctionCall) goja.Value {
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
