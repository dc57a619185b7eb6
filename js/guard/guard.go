// Package guard asks before a built-in function takes more memory or stack than there is: goja would have Go end the process.
package guard

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/nesting"
	"github.com/liveload/liveload/js/program"
)

// A Host is the VM around a runtime.
type Host interface {
	Runtime() *goja.Runtime
	// Reserve ends the running call when the script may not take so many bytes.
	Reserve(bytes uint64)
	// Mentions says whether one of these words is in the script or in what it imports.
	Mentions(words ...string) bool
	// NeedsGuard says whether the program calls what Define returns.
	NeedsGuard() bool
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
	word string // that a script which calls it has in it
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
	{"JSON", "JSON", "parse", (*guards).parse, nil},
	{"flat", "Array.prototype", "flat", (*guards).flat, nil},
	{"Array.from", "Array", "from", (*guards).from, nil},
	{"fill", "Array.prototype", "fill", (*guards).each, nil},
	{"join", "Array.prototype", "join", (*guards).join, nil},
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

// Define wraps the functions that the script mentions, and returns what guards the rest, for the program.
func Define(host Host) (goja.Value, error) {
	g := &guards{host: host, rt: host.Runtime()}
	for _, one := range all {
		if !host.Mentions(one.word) {
			continue
		}
		if err := g.wrap(one); err != nil {
			return nil, err
		}
	}
	if host.Mentions("Proxy") && host.Mentions("__proto__") {
		if err := g.wrapPrototype(); err != nil {
			return nil, err
		}
	}
	if !host.NeedsGuard() {
		return goja.Undefined(), nil
	}
	return g.rt.ToValue(g.value), nil
}

type guards struct {
	host   Host
	rt     *goja.Runtime
	within int    // how many calls of built-in functions are within one another, of those that count them
	times  counts // how often functions are bound, of those that are more often than once
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

// value looks at a value before the program does something with it.
func (g *guards) value(call goja.FunctionCall) goja.Value {
	what, v := call.Argument(0).String(), call.Argument(1)
	switch {
	case what == program.GuardSource:
		if text, ok := v.(goja.String); ok && nesting.Source(text.String()) {
			g.throw("SyntaxError", nesting.TooDeep)
		}
	case what == program.GuardArray:
		if _, isText := v.(goja.String); !isText { // which would be its only element
			g.host.Reserve(bytes(number(v), slot))
		}
	case what == program.GuardLength:
		if of, ok := call.Argument(2).(*goja.Object); !ok || of.ClassName() == "Array" { // others may have any length
			g.host.Reserve(bytes(number(v), slot))
		}
	case what == program.GuardProxy:
		g.behindProxy(v)
	case what == program.GuardPower:
		if n, ok := primitive(v).(*big.Int); ok {
			g.power(n)
		}
	default:
		g.host.Reserve(bytes(number(v), float64(what[len(program.GuardBytes)]-'0')))
	}
	return v
}

// power looks at the exponent of a BigInt, or by how much it is shifted.
func (g *guards) power(n *big.Int) {
	if n.Sign() < 0 {
		return
	}
	if n.BitLen() > 62 || n.Int64() > mostBits {
		g.throw("RangeError", "Maximum BigInt size exceeded")
	}
	g.host.Reserve(n.Uint64() / 8)
}

func (g *guards) repeat(call goja.FunctionCall) {
	if text, ok := call.This.(goja.String); ok {
		g.text(float64(text.Length()) * number(call.Argument(0)))
	}
}

func (g *guards) pad(call goja.FunctionCall) { g.text(number(call.Argument(0))) }

// text is asked for before a text of so many characters is made.
func (g *guards) text(length float64) {
	if length > longest && !math.IsInf(length, 1) { // goja knows what Infinity is
		g.throw("RangeError", "Invalid string length")
	}
	g.host.Reserve(bytes(length, 1))
}

func (g *guards) split(call goja.FunctionCall) {
	if text, ok := call.This.(goja.String); ok && text.Length() > large {
		parts := float64(text.Length())
		if separator := call.Argument(0).String(); separator != "" {
			parts = float64(strings.Count(text.String(), separator))
		}
		g.host.Reserve(bytes(parts, 2*slot))
	}
}

func (g *guards) replaceAll(call goja.FunctionCall) {
	text, ok := call.This.(goja.String)
	old, isText := call.Argument(0).(goja.String)
	with, isToo := call.Argument(1).(goja.String)
	if ok && isText && isToo && float64(text.Length())*float64(with.Length()) > large {
		g.text(float64(text.Length()) + float64(strings.Count(text.String(), old.String()))*float64(with.Length()))
	}
}

// large is from how many elements or characters on a look is worth its time.
const large = 100_000

func (g *guards) each(call goja.FunctionCall) {
	if array, ok := call.This.(*goja.Object); ok {
		if n := number(array.Get("length")); n > large {
			g.host.Reserve(bytes(n, slot))
		}
	}
}

// reflect is called in the place of Reflect.apply, which may find itself in its arguments.
func (g *guards) reflect(original native, call goja.FunctionCall) goja.Value {
	g.list(call.Argument(2))
	return g.once(original, call)
}

// apply looks at a list of arguments that is copied.
func (g *guards) apply(call goja.FunctionCall) { g.list(call.Argument(1)) }

func (g *guards) list(v goja.Value) {
	if list, ok := v.(*goja.Object); ok {
		if n := number(list.Get("length")); n > large {
			g.host.Reserve(bytes(n, slot))
		}
	}
}

// construct also looks at how large a buffer will be.
func (g *guards) construct(call goja.FunctionCall) {
	g.list(call.Argument(1))
	of, ok := call.Argument(0).(*goja.Object)
	list, isToo := call.Argument(1).(*goja.Object)
	if !ok || !isToo {
		return
	}
	if n := number(list.Get("0")); n > large {
		if class, ok := of.Get("name").(goja.String); ok {
			g.host.Reserve(bytes(n, float64(program.ElementBytes(class.String()))))
		}
	}
}

func (g *guards) from(call goja.FunctionCall) {
	if like, ok := call.Argument(0).(*goja.Object); ok && like.ClassName() == "Object" && like.GetSymbol(goja.SymIterator) == nil {
		if length := like.Get("length"); length != nil && number(length) > large {
			g.host.Reserve(bytes(number(length), slot))
		}
	}
}

func (g *guards) parse(call goja.FunctionCall) {
	if text, ok := call.Argument(0).(goja.String); ok && text.Length() > nesting.Deepest {
		content := text.String()
		if nesting.JSON(content) {
			g.throw("RangeError", nesting.JSONTooDeep)
		}
		g.host.Reserve(OfJSON(content))
	}
}

// OfJSON is about how many bytes the values in a text of JSON take, when it is long.
func OfJSON(text string) uint64 {
	if len(text) < 10*large {
		return 0
	}
	count := func(of string) int { return strings.Count(text, of) }
	return uint64(len(text) + perObject*count("{") + perArray*count("[") + perItem*count(","))
}

// join looks at some of the texts that are joined: an array may have one that is long very often.
func (g *guards) join(call goja.FunctionCall) {
	array, ok := call.This.(*goja.Object)
	if !ok || array.ClassName() != "Array" {
		return
	}
	n := int(number(array.Get("length")))
	if n < 2 {
		return
	}
	item := func(i int) int { return lengthOf(array.Get(strconv.Itoa(i))) }
	separator := 1
	if v := call.Argument(0); !goja.IsUndefined(v) {
		separator = lengthOf(v)
	}
	if (max(item(0), item(n/2), item(n-1))+separator)*n <= large {
		return
	}
	total := separator * (n - 1)
	for i := range n {
		total += item(i)
	}
	g.text(float64(total))
}

// lengthOf is how many characters a text has; 0 for anything else.
func lengthOf(v goja.Value) int {
	if text, ok := v.(goja.String); ok {
		return text.Length()
	}
	return 0
}

// flat looks at all arrays when it may go deep.
func (g *guards) flat(call goja.FunctionCall) {
	array, ok := call.This.(*goja.Object)
	if ok && number(call.Argument(0)) > nesting.Deepest && g.deeper(array, nesting.Deepest) {
		g.throw("RangeError", "the array is nested too deep")
	}
}

// deeper says whether arrays are nested deeper than most.
func (g *guards) deeper(array *goja.Object, most int) bool {
	level := []*goja.Object{array}
	for depth := 0; len(level) > 0; depth++ {
		if depth > most {
			return true
		}
		var below []*goja.Object
		for _, one := range level {
			g.rt.ForOf(one, func(v goja.Value) bool {
				if inner, ok := v.(*goja.Object); ok && inner.ClassName() == "Array" {
					below = append(below, inner)
				}
				return true
			})
		}
		level = below
	}
	return false
}

func (g *guards) throw(class, message string) {
	e, err := g.rt.New(g.rt.Get(class), g.rt.ToValue(message))
	if err != nil {
		panic(err)
	}
	panic(e)
}

// primitive is what Go calls a value; nil for an object, whose Export would copy all that it holds and call its getters.
func primitive(v goja.Value) any {
	switch v.(type) {
	case *goja.Object, *goja.Symbol:
		return nil
	}
	return v.Export()
}

// number is a value as a number, without calling what a script has put into it; 0 when it is none.
func number(v goja.Value) float64 {
	switch n := primitive(v).(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	case string:
		return v.ToFloat()
	}
	return 0
}

// bytes is so many things of a size.
func bytes(n, size float64) uint64 {
	if total := n * size; total > 0 && total < math.MaxInt64 {
		return uint64(total)
	} else if total > 0 {
		return math.MaxInt64
	}
	return 0
}
