// Package guard asks before a built-in function takes more memory or stack than there is: goja would have Go end the process.
package guard

import (
	"strings"

	"github.com/dop251/goja"
)

// A Host is the VM around a runtime.
type Host interface {
	Runtime() *goja.Runtime
	// Reserve ends the running call when the script may not take so many bytes.
	Reserve(bytes uint64)
	// Mentions says whether one of these words is in the script or in what it imports.
	Mentions(words ...string) bool
	// MadeText ends the running call when scripts take too much memory with a text of so many bytes that it has just made.
	MadeText(bytes uint64)
	// NeedsGuard and NeedsTextGuard say whether the program calls what Define returns.
	NeedsGuard() bool
	NeedsTextGuard() bool
}

const (
	// slot is how many bytes an element of an array takes.
	slot = 16
	// What the parts of JSON take as values.
	perObject, perArray, perItem = 300, 150, 60
	// longest is how many characters a text may have, as in V8.
	longest = 1<<29 - 24
	// mostBits is how many bits a BigInt may have, as in V8.
	mostBits = 1 << 30
)

// A guarded is a built-in function that is asked about before it is called.
type guarded struct {
	word string // that a script which calls it has in it; "" when goja calls it too
	on   string
	name string
	ask  func(g *guards, call goja.FunctionCall)
	// around is called in its place, if there is nothing to ask.
	around func(g *guards, original native, call goja.FunctionCall) goja.Value
}

var all = []guarded{
	{"repeat", "String.prototype", "repeat", (*guards).repeat, nil},
	{"padStart", "String.prototype", "padStart", (*guards).pad, nil},
	{"padEnd", "String.prototype", "padEnd", (*guards).pad, nil},
	{"concat", "String.prototype", "concat", (*guards).concat, nil},
	{"asIntN", "BigInt", "asIntN", (*guards).bits, nil},
	{"asUintN", "BigInt", "asUintN", (*guards).bits, nil},
	{"JSON", "JSON", "parse", (*guards).parse, nil},
	{"JSON", "JSON", "stringify", (*guards).stringify, nil},
	{"flat", "Array.prototype", "flat", (*guards).flat, nil},
	{"Array.from", "Array", "from", (*guards).from, nil},
	{"fill", "Array.prototype", "fill", (*guards).each, nil},
	{"", "Array.prototype", "join", (*guards).join, nil},
	{"sort", "Array.prototype", "sort", (*guards).each, nil},
	{"toSorted", "Array.prototype", "toSorted", (*guards).each, nil},
	{"toReversed", "Array.prototype", "toReversed", (*guards).each, nil},
	{"toSpliced", "Array.prototype", "toSpliced", (*guards).each, nil},
	{"split", "String.prototype", "split", (*guards).split, nil},
	{"replaceAll", "String.prototype", "replaceAll", (*guards).replaceAll, nil},
	{"bind", "Function.prototype", "bind", nil, (*guards).bind},
	{"apply", "Function.prototype", "apply", (*guards).apply, nil},
	{"Reflect.apply", "Reflect", "apply", nil, (*guards).reflect},
	{"Reflect.construct", "Reflect", "construct", (*guards).construct, nil},
	{"revocable", "Proxy", "revocable", (*guards).proxy, nil},
	{"Proxy", "Object", "setPrototypeOf", (*guards).setPrototype, nil},
	{"Proxy", "Reflect", "setPrototypeOf", (*guards).setPrototype, nil},
}

// Define wraps the functions that the script mentions, and returns what guards the rest, for the program: values before something is
// done with them, and texts.
func Define(host Host) (value, text goja.Value, err error) {
	g := &guards{host: host, rt: host.Runtime(), times: &counts{}}
	for _, one := range all {
		if one.word != "" && !host.Mentions(one.word) {
			continue
		}
		if err := g.wrap(one); err != nil {
			return nil, nil, err
		}
	}
	if host.Mentions("Proxy") && host.Mentions("__proto__") {
		if err := g.wrapPrototype(); err != nil {
			return nil, nil, err
		}
	}
	value, text = goja.Undefined(), goja.Undefined()
	if host.NeedsGuard() {
		g.describe, _ = goja.AssertFunction(g.rt.Get("Object").(*goja.Object).Get("getOwnPropertyDescriptor"))
		value = g.rt.ToValue(g.value)
	}
	if host.NeedsTextGuard() {
		text = g.rt.ToValue(g.madeText)
	}
	return value, text, nil
}

type guards struct {
	host Host
	rt   *goja.Runtime
	// describe is Object.getOwnPropertyDescriptor; nil when the program calls nothing of the guards.
	describe goja.Callable
	within   int     // how many calls of built-in functions are within one another, of those that count them
	times    *counts // how often functions are bound, of those that are more often than once
}

func (g *guards) wrap(one guarded) error {
	name, ofPrototype := strings.CutSuffix(one.on, ".prototype")
	on := g.rt.Get(name).(*goja.Object)
	if ofPrototype {
		on = on.Get("prototype").(*goja.Object)
	}
	original := on.Get(one.name).(*goja.Object)
	builtIn, ok := original.Export().(native)
	if !ok {
		return nil // liveload has replaced it
	}
	fn := g.replacement(original, func(call goja.FunctionCall) goja.Value {
		if one.around != nil {
			return one.around(g, builtIn, call)
		}
		one.ask(g, call)
		return builtIn(call)
	})
	return on.DefineDataProperty(one.name, fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// replacement is a function with the name and the length of another one.
func (g *guards) replacement(original *goja.Object, fn native) *goja.Object {
	made := g.rt.ToValue(fn).(*goja.Object)
	for _, property := range []string{"name", "length"} {
		_ = made.DefineDataProperty(property, original.Get(property), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE) // a new function takes both
	}
	return made
}

// large is from how many elements or characters on a look is worth its time.
const large = 100_000

func (g *guards) throw(class, message string) {
	e, err := g.rt.New(g.rt.Get(class), g.rt.ToValue(message))
	if err != nil {
		panic(err)
	}
	panic(e)
}
