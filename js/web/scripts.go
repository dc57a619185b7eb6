package web

import (
	"embed"
	"errors"
	"sync"

	"github.com/dop251/goja"
)

//go:embed *.js
var files embed.FS

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

func (w *globals) newError(name, message string) *goja.Object {
	e := w.host.NewError(errors.New(message))
	_ = e.DefineDataProperty("name", w.rt.ToValue(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return e
}
