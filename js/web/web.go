// Package web gives a runtime the globals that browsers and Node.js add to the language.
package web

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/dop251/goja"
)

// A Host is the VM around a runtime. All is called on the goroutine that owns the runtime.
type Host interface {
	Runtime() *goja.Runtime
	// NewError makes an Error of the script that carries err.
	NewError(err error) *goja.Object
	// Log writes values as console.log does.
	Log(level slog.Level, values ...goja.Value)
	// StartTimer has fire called after delay, and again every so often unless every is 0; its error ends the call.
	StartTimer(delay, every time.Duration, fire func() error) (id int64)
	StopTimer(id int64)
}

// Define makes the globals the prototype of the global object.
func Define(host Host) error {
	g := &globals{host: host, rt: host.Runtime(), origin: time.Now(), made: map[string]goja.Value{}}
	return g.rt.GlobalObject().SetPrototype(g.rt.NewDynamicObject(g))
}

// globals makes each global when the script first asks for it: a user that needs none holds none.
type globals struct {
	host   Host
	rt     *goja.Runtime
	origin time.Time
	made   map[string]goja.Value

	subtleCrypto goja.Value // once it was asked for
}

// makers make globals, several at once where they belong together.
var makers = sync.OnceValue(func() map[string]func(*globals) error {
	return map[string]func(*globals) error{
		"console":        (*globals).makeConsole,
		"setTimeout":     function("setTimeout", (*globals).setTimeout),
		"setInterval":    function("setInterval", (*globals).setInterval),
		"clearTimeout":   function("clearTimeout", (*globals).stopTimer),
		"clearInterval":  function("clearInterval", (*globals).stopTimer),
		"queueMicrotask": function("queueMicrotask", (*globals).queueMicrotask),
		"URL":            (*globals).makeURL, "URLSearchParams": (*globals).makeURL,
		"TextEncoder": (*globals).makeText, "TextDecoder": (*globals).makeText,
		"Event": (*globals).makeEvents, "CustomEvent": (*globals).makeEvents, "EventTarget": (*globals).makeEvents,
		"DOMException":    (*globals).makeException,
		"AbortController": (*globals).makeAbort, "AbortSignal": (*globals).makeAbort,
		"structuredClone": (*globals).makeClone,
		"crypto":          (*globals).makeCrypto,
		"CryptoKey":       (*globals).makeSubtle, "SubtleCrypto": (*globals).makeSubtle,
		"performance": (*globals).makePerformance,
		"atob":        (*globals).makeBase64, "btoa": (*globals).makeBase64,
	}
})

// Get implements goja.DynamicObject.
func (w *globals) Get(name string) goja.Value {
	if v, ok := w.made[name]; ok {
		return v
	}
	make, ok := makers()[name]
	if !ok {
		return nil
	}
	if err := make(w); err != nil {
		panic(err)
	}
	return w.made[name]
}

// Has implements goja.DynamicObject.
func (w *globals) Has(name string) bool { _, ok := makers()[name]; return ok }

// Set implements goja.DynamicObject.
func (w *globals) Set(name string, value goja.Value) bool { w.made[name] = value; return true }

// Delete implements goja.DynamicObject.
func (w *globals) Delete(string) bool { return false }

// Keys implements goja.DynamicObject.
func (w *globals) Keys() []string { return nil }

// function makes a global function.
func function(name string, fn func(*globals, goja.FunctionCall) goja.Value) func(*globals) error {
	return func(w *globals) error {
		value := w.rt.ToValue(WithUndefined(func(call goja.FunctionCall) goja.Value { return fn(w, call) })).(*goja.Object)
		w.made[name] = value
		return value.DefineDataProperty("name", w.rt.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// WithUndefined calls fn with undefined for arguments that are not there, where goja's Array.from has nil.
func WithUndefined(fn func(goja.FunctionCall) goja.Value) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		for i, v := range call.Arguments {
			if v == nil {
				call.Arguments[i] = goja.Undefined()
			}
		}
		return fn(call)
	}
}

func (w *globals) makePerformance() error {
	performance := w.rt.NewObject()
	w.made["performance"] = performance
	return errors.Join(
		performance.Set("timeOrigin", float64(w.origin.UnixMicro())/1000),
		performance.Set("now", func(goja.FunctionCall) goja.Value {
			return w.rt.ToValue(float64(time.Since(w.origin).Microseconds()) / 1000)
		}),
	)
}
