// Package language adds to a runtime what goja lacks of JavaScript itself. Only what a script names is made, so that others
// do not pay for it.
package language

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"
)

// A Host is the VM around a runtime.
type Host interface {
	Runtime() *goja.Runtime
	// Context is that of the running call.
	Context() context.Context
	// EndCall ends the running call, whose context is over. It panics.
	EndCall()
	// Mentions says whether one of these words is in the script or in what it imports.
	Mentions(words ...string) bool
	// NeedsRegexps says whether the script has regular expressions that goja runs wrongly.
	NeedsRegexps() bool
}

// A method is one that goja lacks, with the words in a script that need it. What the method does is in a file of this folder.
type method struct {
	words  []string
	on     string
	name   string
	length int
	file   string
}

var methods = []method{
	{[]string{"Object.groupBy"}, "Object", "groupBy", 2, "group.js"},
	{[]string{"Map.groupBy"}, "Map", "groupBy", 2, "group.js"},
	{[]string{"withResolvers"}, "Promise", "withResolvers", 0, "promise.js"},
	{[]string{"Promise.try"}, "Promise", "try", 1, "promise.js"},
	{[]string{"fromAsync"}, "Array", "fromAsync", 1, "array.js"},
	{[]string{"isWellFormed"}, "String.prototype", "isWellFormed", 0, "text.js"},
	{[]string{"toWellFormed"}, "String.prototype", "toWellFormed", 0, "text.js"},
	{[]string{"captureStackTrace"}, "Error", "captureStackTrace", 2, "errors.js"},
	{[]string{"RegExp.escape"}, "RegExp", "escape", 1, "escape.js"},
}

// Define adds the parts of the language that the script mentions. It returns the function that makes regular expressions
// of a pattern and flags, for those that goja runs wrongly, or undefined when there are none.
func Define(host Host) (regexp goja.Value, err error) {
	regexp, failed := defineRegExp(host)
	for _, m := range methods {
		if host.Mentions(m.words...) {
			failed = errors.Join(failed, defineMethod(host.Runtime(), m))
		}
	}
	return regexp, errors.Join(failed, defineTypedFrom(host), defineIterator(host), defineIntl(host))
}

// defineMethod adds a method whose file is run when it is first called.
func defineMethod(rt *goja.Runtime, m method) error {
	constructor, ofPrototype := strings.CutSuffix(m.on, ".prototype")
	object := rt.Get(constructor).(*goja.Object)
	if ofPrototype {
		object = object.Get("prototype").(*goja.Object)
	}
	if object.Get(m.name) != nil {
		return nil // goja has it by now
	}
	var inner goja.Callable
	fn := rt.ToValue(func(call goja.FunctionCall) goja.Value {
		if inner == nil {
			made, err := run(rt, m.file)
			if err != nil {
				panic(err)
			}
			inner, _ = goja.AssertFunction(made.(*goja.Object).Get(m.on + "." + m.name))
		}
		v, err := inner(call.This, call.Arguments...)
		if err != nil {
			panic(err)
		}
		return v
	}).(*goja.Object)
	return errors.Join(
		fn.DefineDataProperty("name", rt.ToValue(m.name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE),
		fn.DefineDataProperty("length", rt.ToValue(m.length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE),
		object.DefineDataProperty(m.name, fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE),
	)
}

var typedFrom = []string{
	"Uint8Array.from", "Uint8ClampedArray.from", "Uint16Array.from", "Uint32Array.from", "Int8Array.from", "Int16Array.from",
	"Int32Array.from", "Float32Array.from", "Float64Array.from", "BigInt64Array.from", "BigUint64Array.from",
}

// defineTypedFrom has from of typed arrays take a text, which goja refuses.
func defineTypedFrom(host Host) error {
	if !host.Mentions(typedFrom...) {
		return nil
	}
	rt := host.Runtime()
	typedArray := rt.Get("Uint8Array").(*goja.Object).Prototype()
	original, _ := goja.AssertFunction(typedArray.Get("from"))
	fn := rt.ToValue(func(call goja.FunctionCall) goja.Value {
		if text, ok := call.Argument(0).(goja.String); ok {
			call.Arguments[0] = text.ToObject(rt)
		}
		v, err := original(call.This, call.Arguments...)
		if err != nil {
			panic(err)
		}
		return v
	}).(*goja.Object)
	return errors.Join(
		fn.DefineDataProperty("name", rt.ToValue("from"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE),
		typedArray.DefineDataProperty("from", fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE),
	)
}

//go:embed *.js
var files embed.FS

var compiled sync.Map // file to *goja.Program

// run calls the function in a file with arguments.
func run(rt *goja.Runtime, file string, arguments ...goja.Value) (goja.Value, error) {
	program, ok := compiled.Load(file)
	if !ok {
		source, err := files.ReadFile(file)
		if err != nil {
			panic(err) // it is embedded
		}
		program, _ = compiled.LoadOrStore(file, goja.MustCompile("liveload:"+file, string(source), true))
	}
	value, err := rt.RunProgram(program.(*goja.Program))
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", file, err)
	}
	fn, _ := goja.AssertFunction(value)
	value, err = fn(goja.Undefined(), arguments...)
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", file, err)
	}
	return value, nil
}

// define is a function that gives its first argument the properties of the second one, as the language's own have them:
// writable and not enumerable. What is there stays.
func define(rt *goja.Runtime) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		object, properties := call.Argument(0).ToObject(rt), call.Argument(1).ToObject(rt)
		own := object.GetOwnPropertyNames()
		for _, name := range properties.GetOwnPropertyNames() {
			if slices.Contains(own, name) {
				continue
			}
			if err := object.DefineDataProperty(name, properties.Get(name), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE); err != nil {
				panic(err)
			}
		}
		return goja.Undefined()
	}
}
