// Package language adds to a runtime what goja lacks of JavaScript itself. Only what a script names is made, so that others
// do not pay for it.
package language

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/dop251/goja"
)

// A Host is the VM around a runtime.
type Host interface {
	Runtime() *goja.Runtime
	// Context is that of the running call.
	Context() context.Context
	// Mentions says whether one of these words is in the script or in what it imports.
	Mentions(words ...string) bool
	// NeedsRegexps says whether the script has regular expressions that goja runs wrongly.
	NeedsRegexps() bool
}

// A part is what one file of this folder adds, and the words in a script that need it.
type part struct {
	words []string
	file  string
}

var parts = []part{
	{[]string{"groupBy"}, "group.js"},
	{[]string{"withResolvers", ".try"}, "promise.js"},
	{[]string{"fromAsync"}, "array.js"},
	{[]string{"isWellFormed", "toWellFormed"}, "text.js"},
	{[]string{"captureStackTrace"}, "errors.js"},
	{typedFrom, "typed.js"},
}

var typedFrom = []string{
	"Uint8Array.from", "Uint8ClampedArray.from", "Uint16Array.from", "Uint32Array.from", "Int8Array.from", "Int16Array.from",
	"Int32Array.from", "Float32Array.from", "Float64Array.from", "BigInt64Array.from", "BigUint64Array.from",
}

// Define adds the parts of the language that the script mentions. It returns the function that makes regular expressions
// of a pattern and flags, for those that goja runs wrongly, or undefined when there are none.
func Define(host Host) (regexp goja.Value, err error) {
	var failed error
	for _, p := range parts {
		if host.Mentions(p.words...) {
			_, err := run(host.Runtime(), p.file)
			failed = errors.Join(failed, err)
		}
	}
	regexp, err = defineRegExp(host)
	return regexp, errors.Join(failed, err, defineIterator(host), defineIntl(host))
}

//go:embed *.js
var files embed.FS

var compiled sync.Map // file to *goja.Program

// run calls the function in a file with define, which adds properties that are not there, and with arguments.
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
	value, err = fn(goja.Undefined(), slices.Insert(arguments, 0, rt.ToValue(define(rt)))...)
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
