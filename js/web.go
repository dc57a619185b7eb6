package js

import (
	"crypto/rand"
	"embed"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dop251/goja"
	nodeurl "github.com/dop251/goja_nodejs/url"
	"github.com/google/uuid"
)

// webGlobals are the globals that browsers and Node have beside the language, as the prototype of the global object.
// Each is made when a script first asks for it: a user that needs none holds none.
type webGlobals struct {
	vm   *VM
	made map[string]goja.Value
}

//go:embed web
var webFiles embed.FS

// webMakers make globals, several at once where they belong together.
func webMakers() map[string]func(*webGlobals) error {
	return map[string]func(*webGlobals) error{
		"console":         (*webGlobals).makeConsole,
		"setTimeout":      makeFunction("setTimeout", (*VM).setTimeout),
		"setInterval":     makeFunction("setInterval", (*VM).setInterval),
		"clearTimeout":    makeFunction("clearTimeout", (*VM).clearTimer),
		"clearInterval":   makeFunction("clearInterval", (*VM).clearTimer),
		"queueMicrotask":  makeFunction("queueMicrotask", (*VM).queueMicrotask),
		"URL":             (*webGlobals).makeURL,
		"URLSearchParams": (*webGlobals).makeURL,
		"TextEncoder":     (*webGlobals).makeText, "TextDecoder": (*webGlobals).makeText,
		"AbortController": (*webGlobals).makeAbort, "AbortSignal": (*webGlobals).makeAbort,
		"structuredClone": (*webGlobals).makeClone,
		"crypto":          (*webGlobals).makeCrypto,
		"performance":     (*webGlobals).makePerformance,
		"atob":            (*webGlobals).makeBase64, "btoa": (*webGlobals).makeBase64,
	}
}

var webTable = sync.OnceValue(webMakers)

// Get implements goja.DynamicObject.
func (w *webGlobals) Get(name string) goja.Value {
	if v, ok := w.made[name]; ok {
		return v
	}
	make, ok := webTable()[name]
	if !ok {
		return nil
	}
	if err := make(w); err != nil {
		panic(err)
	}
	return w.made[name]
}

// Has implements goja.DynamicObject.
func (w *webGlobals) Has(name string) bool {
	_, ok := webTable()[name]
	return ok
}

// Set implements goja.DynamicObject.
func (w *webGlobals) Set(name string, value goja.Value) bool { w.made[name] = value; return true }

// Delete implements goja.DynamicObject.
func (w *webGlobals) Delete(string) bool { return false }

// Keys implements goja.DynamicObject.
func (w *webGlobals) Keys() []string { return nil }

func (w *webGlobals) makeURL() error {
	rt := w.vm.rt
	module, exports := rt.NewObject(), rt.NewObject()
	if err := module.Set("exports", exports); err != nil {
		return err
	}
	nodeurl.Require(rt, module)
	w.made["URL"], w.made["URLSearchParams"] = exports.Get("URL"), exports.Get("URLSearchParams")
	return nil
}

var textProgram = webProgram("text.js")

func (w *webGlobals) makeText() error {
	return w.run(textProgram(), map[string]func(goja.FunctionCall) goja.Value{
		"encode":   func(call goja.FunctionCall) goja.Value { return w.buffer([]byte(call.Argument(0).String())) },
		"complete": func(call goja.FunctionCall) goja.Value { return w.vm.rt.ToValue(wholeRunes(bytesOf(call.Argument(0)))) },
		"decode": func(call goja.FunctionCall) goja.Value {
			bytes := bytesOf(call.Argument(0))
			if call.Argument(1).ToBoolean() && !utf8.Valid(bytes) {
				return goja.Undefined()
			}
			return w.vm.rt.ToValue(strings.ToValidUTF8(string(bytes), "\uFFFD"))
		},
	})
}

// wholeRunes is how many bytes there are before a character that has only begun.
func wholeRunes(bytes []byte) int {
	for back := 1; back <= min(utf8.UTFMax-1, len(bytes)); back++ {
		if at := len(bytes) - back; utf8.RuneStart(bytes[at]) {
			if !utf8.FullRune(bytes[at:]) {
				return at
			}
			break
		}
	}
	return len(bytes)
}

var abortProgram = webProgram("abort.js")

func (w *webGlobals) makeAbort() error { return w.run(abortProgram(), nil) }

var cloneProgram = webProgram("clone.js")

func (w *webGlobals) makeClone() error { return w.run(cloneProgram(), nil) }

func (w *webGlobals) makeCrypto() error {
	crypto := w.vm.rt.NewObject()
	w.made["crypto"] = crypto
	return errors.Join(
		crypto.Set("randomUUID", func(goja.FunctionCall) goja.Value { return w.vm.rt.ToValue(uuid.NewString()) }),
		crypto.Set("getRandomValues", w.randomValues),
	)
}

func (w *webGlobals) randomValues(call goja.FunctionCall) goja.Value {
	part, ok := w.viewed(call.Argument(0))
	if !ok {
		panic(w.vm.rt.NewTypeError("crypto.getRandomValues needs a typed array"))
	}
	_, _ = rand.Read(part) // it never fails
	return call.Argument(0)
}

// viewed returns the bytes under a typed array.
func (w *webGlobals) viewed(v goja.Value) (part []byte, ok bool) {
	view, ok := v.(*goja.Object)
	if !ok || view.Get("buffer") == nil {
		return nil, false
	}
	buffer, ok := view.Get("buffer").Export().(goja.ArrayBuffer)
	if !ok {
		return nil, false
	}
	from := int(view.Get("byteOffset").ToInteger())
	to := from + int(view.Get("byteLength").ToInteger())
	if from < 0 || to < from || to > len(buffer.Bytes()) {
		return nil, false // an object that only looks like one
	}
	return buffer.Bytes()[from:to], true
}

func (w *webGlobals) makePerformance() error {
	performance := w.vm.rt.NewObject()
	w.made["performance"] = performance
	origin := w.vm.made
	return errors.Join(
		performance.Set("timeOrigin", float64(origin.UnixMicro())/1000),
		performance.Set("now", func(goja.FunctionCall) goja.Value {
			return w.vm.rt.ToValue(float64(time.Since(origin).Microseconds()) / 1000)
		}),
	)
}

func (w *webGlobals) makeBase64() error {
	w.made["btoa"] = w.vm.rt.ToValue(complete(func(call goja.FunctionCall) goja.Value {
		var bytes []byte
		for _, r := range call.Argument(0).String() {
			if r > 0xff {
				panic(w.newError("InvalidCharacterError", "btoa takes only characters up to U+00FF: encode the text with TextEncoder first"))
			}
			bytes = append(bytes, byte(r))
		}
		return w.vm.rt.ToValue(base64.StdEncoding.EncodeToString(bytes))
	}))
	w.made["atob"] = w.vm.rt.ToValue(complete(func(call goja.FunctionCall) goja.Value {
		text := strings.Join(strings.FieldsFunc(call.Argument(0).String(), func(r rune) bool { return strings.ContainsRune("\t\n\f\r ", r) }), "")
		if len(text)%4 == 0 {
			text = strings.TrimSuffix(strings.TrimSuffix(text, "="), "=")
		}
		bytes, err := base64.RawStdEncoding.DecodeString(text)
		if err != nil {
			panic(w.newError("InvalidCharacterError", "atob needs base64: "+err.Error()))
		}
		runes := make([]rune, len(bytes))
		for i, b := range bytes {
			runes[i] = rune(b)
		}
		return w.vm.rt.ToValue(string(runes))
	}))
	return nil
}

// webProgram compiles a file of folder web when it is first needed: a function of native that gives an
// object of globals.
func webProgram(name string) func() *goja.Program {
	return sync.OnceValue(func() *goja.Program {
		source, err := webFiles.ReadFile("web/" + name)
		if err != nil {
			panic(err) // it is embedded
		}
		return goja.MustCompile("liveload:"+name, string(source), true)
	})
}

func (w *webGlobals) run(program *goja.Program, natives map[string]func(goja.FunctionCall) goja.Value) error {
	rt := w.vm.rt
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

func (w *webGlobals) newError(name, message string) *goja.Object {
	e := w.vm.NewError(errors.New(message))
	_ = e.DefineDataProperty("name", w.vm.rt.ToValue(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return e
}

func (w *webGlobals) buffer(bytes []byte) goja.Value {
	return w.vm.rt.ToValue(w.vm.rt.NewArrayBuffer(bytes))
}

func bytesOf(v goja.Value) []byte {
	bytes, _ := v.Export().([]byte)
	return bytes
}
