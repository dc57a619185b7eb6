package liveload

import (
	"errors"
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/excerpt"
	"github.com/liveload/liveload/js"
)

// A call is an operation that the script called at stack. Arguments may still be functions of the user, or promises.
type call struct {
	op    *operation
	args  []goja.Value
	stack []goja.StackFrame
}

// A localCall is a call, with resolved arguments, of an operation that does not need the browser.
type localCall call

// arg returns an argument; undefined when it is missing.
func (c localCall) arg(i int) goja.Value {
	if i < len(c.args) {
		return c.args[i]
	}
	return goja.Undefined()
}

// execute performs an operation. Arguments that are functions are called with the user first, and promises among them
// are awaited. It returns the value or a promise of it, and panics with errors for the script.
func (u *ScriptUser) execute(c call) goja.Value {
	if c.op.do != nil && u.state.hasEnded() {
		return goja.Undefined()
	}
	later := false
	for i, arg := range c.args {
		if fn, ok := goja.AssertFunction(arg); ok && !c.op.takesFunction(i) {
			c.args[i] = must(fn(goja.Undefined(), u.object))
		}
		later = later || isThenable(c.args[i])
	}
	if !later {
		return u.perform(c)
	}
	return u.count(u.afterAll(c.args, func(args []goja.Value) goja.Value {
		c.args = args
		return u.perform(c)
	}))
}

// takesFunction says that argument i may be a function, which is not called with the user.
func (op *operation) takesFunction(i int) bool {
	return i < len(op.params) && (op.params[i].kind == pageCode || op.params[i].kind == raw)
}

// perform performs an operation whose arguments are resolved.
func (u *ScriptUser) perform(c call) goja.Value {
	if c.op.do == nil {
		if n := len(c.op.params); n > 0 && len(c.args) > n {
			u.refuse(localCall(c), n, fmt.Errorf("%s takes (%s), not %d arguments", c.op.name, c.op.signature(), len(c.args)))
		}
		return c.op.local(u, localCall(c))
	}
	as := c.as()
	if as == nil {
		return u.run(c)
	}
	if !isFunction(as) && !isText(as) {
		cause := fmt.Errorf("as must be a key or a function, not %s", Show(as))
		panic(u.operationError(c.op.name, c.args, len(c.op.params), cause, c.stack))
	}
	return u.after(u.run(c), func(value goja.Value) goja.Value {
		if u.state.hasEnded() {
			return value
		}
		return u.assignAs(c, as, value)
	})
}

// as returns the option "as"; nil when it is missing.
func (c call) as() goja.Value {
	if !c.op.extracts {
		return nil
	}
	return c.option("as")
}

// option returns an option; nil when it is missing.
func (c call) option(name string) goja.Value {
	if len(c.args) <= len(c.op.params) {
		return nil
	}
	options := c.args[len(c.op.params)]
	if !isPlainObject(options) {
		return nil
	}
	if value := options.(*goja.Object).Get(name); value != nil && !goja.IsUndefined(value) {
		return value
	}
	return nil
}

// run starts an operation in the browser and returns a promise of its value.
func (u *ScriptUser) run(c call) goja.Value {
	if option := c.option("timeout"); option != nil {
		TellShort(u.vm, c.stack, "timeout: %v", option)
	}
	number := u.state.nextOperation()
	args, err := c.op.parse(u.vm, c.args)
	if err != nil {
		cause := &OperationError{Number: number, Operation: c.op.name, Args: u.shownArgs(c), Cause: err}
		cause.Target = targetOf(c.op.name, cause.Args, "", u.opts.Pages)
		panic(u.vm.NewErrorAt(cause, c.stack))
	}
	x := execution{
		vm: u.vm, op: c.op, args: args, number: number, session: u.session, timeout: u.state.operationTimeout(), recorder: u.opts.Recorder, secrets: u.opts.Secrets, pages: u.opts.Pages,
		cutOff: func(err *OperationError) { u.unfinished.CompareAndSwap(nil, err) },
	}
	iteration := u.iteration
	x.args.opts.keep = func(name string, png []byte) (string, error) {
		return u.opts.Keep(name, u.opts.ID, iteration, png)
	}
	x.before = u.page.Before()
	if args.opts.allowed == nil {
		x.args.opts.allowed = u.opts.AcceptStatus
	}
	if args.opts.timeout > 0 {
		x.timeout = args.opts.timeout
	}
	u.running++
	return u.vm.AsyncThen(c.stack, x.do, u.ran)
}

// shownArgs returns arguments that could not be converted, for an error. Anything that might be a password is hidden,
// since the page is not asked here.
func (u *ScriptUser) shownArgs(c call) []any {
	args := exportArgs(u.vm, c.args)
	if c.op.hides {
		return hiddenData(args)
	}
	if c.op.secret && len(args) > 1 && isText(c.args[1]) {
		args[1] = hiddenText(c.args[1].String())
	}
	return args
}

// ran is called when something that the iteration waits for is over, and the code that awaited it has run.
func (u *ScriptUser) ran() error {
	u.running--
	return nil
}

// resting says that the iteration waits for nothing.
func (u *ScriptUser) resting() bool { return u.running == 0 }

// refuse throws that a local operation cannot be performed. The error shows the first arguments.
func (u *ScriptUser) refuse(c localCall, shown int, cause error) {
	panic(u.operationError(c.op.name, c.args, shown, cause, c.stack))
}

// operationError makes the error of an operation that has not begun. It shows the first arguments.
func (u *ScriptUser) operationError(operation string, args []goja.Value, shown int, cause error, stack []goja.StackFrame) *goja.Object {
	args = append([]goja.Value(nil), args[:min(shown, len(args))]...)
	for len(args) < shown {
		args = append(args, goja.Undefined())
	}
	err := &OperationError{Number: u.state.lastOperation(), Operation: operation, Args: exportArgs(u.vm, args), Cause: cause}
	err.Target = targetOf(operation, err.Args, "", u.opts.Pages)
	return u.vm.NewErrorAt(err, stack)
}

// halt is halt(): the user ends after this iteration, unless the iteration has failed.
func (u *ScriptUser) halt(localCall) goja.Value {
	u.state.halt()
	return goja.Undefined()
}

// fail is fail(reason): it ends the iteration as failed; the first reason counts. It does nothing after halt.
func (u *ScriptUser) fail(c localCall) goja.Value {
	if u.state.hasEnded() {
		return goja.Undefined()
	}
	reason := reasonOf(u.vm, c.arg(0))
	if u.state.fail(u.vm.ErrorAt(&FailError{Reason: reason}, c.stack)) {
		u.countFailedStep()
	}
	return goja.Undefined()
}

// reasonOf shows a reason, bounded: text as it is, an error by its message, an object as JSON.
func reasonOf(vm *js.VM, v goja.Value) string {
	obj, ok := v.(*goja.Object)
	switch {
	case goja.IsUndefined(v):
		return "no reason given"
	case !ok || obj.ClassName() == "Error":
		return excerpt.Of(v.String())
	}
	return excerpt.Of(showArg(exportArg(vm, v)))
}

// setTimeout is setTimeout(timeout).
func (u *ScriptUser) setTimeout(c localCall) goja.Value {
	d, err := Duration(c.arg(0))
	if err == nil && d == 0 {
		err = errors.New("must be more than 0")
	}
	if err != nil {
		u.refuse(c, 1, &argumentError{"timeout", err})
	}
	TellShort(u.vm, c.stack, "setTimeout(%v)", c.arg(0))
	u.state.setTimeout(d)
	return goja.Undefined()
}
