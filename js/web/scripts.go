package web

import (
	"embed"
	"errors"
	"sync"

	"github.com/dop251/goja"
)

//go:embed *.js
var files embed.FS

var eventsProgram = compiled("events.js")

func (w *globals) makeEvents() error { return w.run(eventsProgram(), nil) }

var exceptionProgram = compiled("exception.js")

func (w *globals) makeException() error { return w.run(exceptionProgram(), nil) }

var abortProgram = compiled("abort.js")

func (w *globals) makeAbort() error { return w.run(abortProgram(), nil) }

var cloneProgram = compiled("clone.js")

func (w *globals) makeClone() error { return w.run(cloneProgram(), nil) }

// compiled compiles a file of this folder when it is first needed: a function of native that gives an
// object of globals.
func compiled(name string) func() *goja.Program {
	return sync.OnceValue(func() *goja.Program {
		source, err := files.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		return goja.MustCompile("liveload:"+name, string(source), true)
	})
}

func (w *globals) run(program *goja.Program, natives map[string]func(goja.FunctionCall) goja.Value) error {
	rt := w.rt
	value, err := rt.RunProgram(program)
	if err != nil {
		return err
	}
	native := rt.NewObject()
	for name, fn := range natives {
		if err := native.Set(name, fn); err != nil {
			return err
		}
	}
	err = native.Set("error", func(call goja.FunctionCall) goja.Value {
		return w.newError(call.Argument(0).String(), call.Argument(1).String())
	})
	if err != nil {
		return err
	}
	build, _ := goja.AssertFunction(value)
	built, err := build(goja.Undefined(), native)
	if err != nil {
		return err
	}
	object := built.ToObject(rt)
	for _, name := range object.Keys() {
		w.made[name] = object.Get(name)
	}
	return nil
}

// newError makes a DOMException.
func (w *globals) newError(name, message string) *goja.Object {
	e := w.host.NewError(errors.New(message))
	if w.made["DOMException"] == nil {
		if err := w.makeException(); err != nil {
			panic(err)
		}
	}
	if class, ok := w.made["DOMException"].(*goja.Object); ok { // the script may have put another value there
		if prototype, ok := class.Get("prototype").(*goja.Object); ok {
			_ = e.SetPrototype(prototype)
		}
	}
	_ = e.DefineDataProperty("name", w.rt.ToValue(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return e
}
