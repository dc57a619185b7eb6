package js

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/excerpt"
	"github.com/liveload/liveload/js/scripterr"
)

// goErrorKey is the property of a JavaScript error that holds the Go error. It is a symbol, so that scripts do not see it.
var goErrorKey = goja.NewSymbol("liveload.error")

// stepKey is the property of a JavaScript error that says in which step it happened.
var stepKey = goja.NewSymbol("liveload.step")

// MarkStep notes on what a script has thrown the name of the step in which that happened, unless an inner one is there
// already. A value that is no object, or frozen, cannot carry it.
func (vm *VM) MarkStep(thrown goja.Value, name string) {
	if obj, ok := thrown.(*goja.Object); ok && name != "" && vm.stepOf(obj) == "" {
		_ = Hide(vm.rt, obj, stepKey, name)
	}
}

// stepOf returns the step in which an error, or the cause of it, was thrown.
func (vm *VM) stepOf(obj *goja.Object) (name string) {
	for range 10 { // causes may form a circle
		vm.look.Try(func() { name = Hidden[string](obj, stepKey) })
		next, ok := vm.look.Get(obj, "cause").(*goja.Object)
		if name != "" || !ok {
			return name
		}
		obj = next
	}
	return ""
}

// A carried is a Go error on its way through a script.
type carried struct {
	err   error
	stack []goja.StackFrame
}

// NewError makes a JavaScript Error of err, with the name of a NamedError. A script may catch it, throw it again, or make
// it the cause of another: the *scripterr.Error of the call wraps err.
func (vm *VM) NewError(err error) *goja.Object { return vm.NewErrorAt(err, vm.Stack()) }

// A NamedError is a Go error with a name for scripts, as in error.name.
type NamedError interface {
	error
	ErrorName() string
}

// NewErrorAt is NewError for an error of the place in stack.
func (vm *VM) NewErrorAt(err error, stack []goja.StackFrame) *goja.Object {
	message := excerpt.Of(err.Error())
	obj, newErr := vm.rt.New(vm.rt.Get("Error"), vm.rt.ToValue(message))
	if newErr != nil { // the script replaced Error
		obj = vm.rt.NewGoError(err)
	}
	name := "Error"
	if named, ok := errors.AsType[NamedError](err); ok {
		name = named.ErrorName()
		_ = obj.DefineDataProperty("name", vm.rt.ToValue(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	text := name + ": " + message
	for _, f := range vm.Frames(stack) { // goja has no places when no script is running, as when an operation fails
		text += "\n    at " + f.String()
	}
	_ = obj.DefineDataProperty("stack", vm.rt.ToValue(text), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	_ = Hide(vm.rt, obj, goErrorKey, &carried{err: err, stack: stack})
	if within, ok := vm.scope.value.(interface{ StepName() string }); ok {
		vm.MarkStep(obj, within.StepName())
	}
	return obj
}

// ErrorAt returns the error of a call in which err is thrown at stack.
func (vm *VM) ErrorAt(err error, stack []goja.StackFrame) *scripterr.Error {
	return vm.newScriptError(vm.NewErrorAt(err, stack), nil)
}

// Stack returns the current place of the script, for NewErrorAt. It is cheap until it is read.
func (vm *VM) Stack() []goja.StackFrame { return vm.rt.CaptureCallStack(0, nil) }

// Frames translates a stack into places in the author's files, innermost first.
func (vm *VM) Frames(stack []goja.StackFrame) []scripterr.Frame {
	var frames []scripterr.Frame
	for _, f := range stack {
		name := f.FuncName()
		if name == "<anonymous>" {
			name = ""
		} else if strings.HasSuffix(name, "_default") { // esbuild's name for a nameless default export
			name = "default"
		}
		if frame, ok := vm.program.Frame(name, f.Position()); ok {
			frames = append(frames, frame)
		}
	}
	return frames
}

// callError translates an error of goja.
func (vm *VM) callError(ctx context.Context, err error) error {
	if interrupted, ok := errors.AsType[*goja.InterruptedError](err); ok {
		vm.broken.Store(true)
		doing := "was running"
		if frames := vm.Frames(interrupted.Stack()); len(frames) > 0 {
			doing += " " + frames[0].String()
		}
		return &scripterr.InterruptError{Doing: doing, Cause: context.Cause(ctx)}
	}
	if overflow, ok := errors.AsType[*goja.StackOverflowError](err); ok {
		vm.broken.Store(true)
		e := &scripterr.Error{Name: "RangeError", Message: fmt.Sprintf("functions call each other without end (more than %d deep)", maxDepth)}
		vm.place(e, overflow.Stack())
		e.Stack = e.Stack[:min(len(e.Stack), 5)]
		return e
	}
	if exception, ok := errors.AsType[*goja.Exception](err); ok {
		return vm.newScriptError(exception.Value(), exception.Stack())
	}
	return err
}

// thrown makes an error of a value that the script threw.
func (vm *VM) thrown(v goja.Value) *scripterr.Error {
	ex := vm.rt.Try(func() { panic(v) })
	return vm.newScriptError(ex.Value(), ex.Stack())
}

func (vm *VM) newScriptError(v goja.Value, stack []goja.StackFrame) *scripterr.Error {
	e := &scripterr.Error{}
	obj, ok := v.(*goja.Object)
	if !ok {
		e.Message = "the script threw " + excerpt.Of(vm.look.Show(v))
		vm.place(e, stack)
		return e
	}
	e.Name, e.Message = excerpt.To(vm.look.Text(obj, "name"), mostName), gojaObject.ReplaceAllString(excerpt.Of(vm.look.Text(obj, "message")), "an object")
	if e.Name == "" && e.Message == "" {
		e.Message = "the script threw " + excerpt.Of(vm.look.Show(v))
	}
	if own := vm.carriedBy(obj); own != nil {
		stack = own.stack
	}
	vm.place(e, stack)
	vm.program.HintUndeclared(e)
	e.Cause, e.Step = vm.findCause(obj), vm.stepOf(obj)
	return e
}

// mostName is how many bytes of an error's name are kept.
const mostName = 200

// gojaObject matches objects in goja's own messages: Go values with addresses.
var gojaObject = regexp.MustCompile(`&\{\w+ 0x[0-9a-f]+ .*\}`)

// findCause looks for a Go error in a thrown object and, in turn, in its causes.
func (vm *VM) findCause(obj *goja.Object) error {
	for range 10 { // causes may form a circle
		if own := vm.carriedBy(obj); own != nil {
			return own.err
		}
		next, ok := vm.look.Get(obj, "cause").(*goja.Object)
		if !ok {
			return nil
		}
		obj = next
	}
	return nil
}

func (vm *VM) carriedBy(obj *goja.Object) (c *carried) {
	vm.look.Try(func() { c = Hidden[*carried](obj, goErrorKey) })
	return c
}

// place sets the place of e.
func (vm *VM) place(e *scripterr.Error, stack []goja.StackFrame) {
	e.Stack = vm.Frames(stack)
	if len(e.Stack) > 0 {
		at := e.Stack[0]
		e.File, e.Line, e.Column = at.File, at.Line, at.Column
		e.SourceLine = vm.program.Line(at)
	}
}
