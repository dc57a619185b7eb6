package guard

import (
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/nesting"
	"github.com/liveload/liveload/js/program"
)

// value looks at a value before the program does something with it.
func (g *guards) value(call goja.FunctionCall) goja.Value {
	what, v := call.Argument(0).String(), call.Argument(1)
	if of, ok := strings.CutPrefix(what, program.GuardList); ok {
		return g.arguments(of, v.(*goja.Object))
	}
	switch {
	case what == program.GuardSource:
		g.source(v)
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
			g.power(n, call.Argument(2))
		}
	default:
		g.host.Reserve(bytes(g.elements(v), float64(what[len(program.GuardBytes)]-'0')))
	}
	return v
}

// arguments looks at a list of arguments.
func (g *guards) arguments(what string, list *goja.Object) goja.Value {
	n := int(number(list.Get("length")))
	switch {
	case what == program.GuardParts:
		return g.parts(list)
	case what == program.GuardSource: // objects are left as they are: only Function makes texts of them
		g.source(g.rt.ToValue(texts(list)))
	case what == program.GuardArray && n > 1: // these are its elements
	case what == program.GuardProxy:
		g.behindProxy(list.Get("0"))
		g.behindProxy(list.Get("1"))
	case n > 0:
		g.value(goja.FunctionCall{Arguments: []goja.Value{g.rt.ToValue(what), list.Get("0")}})
	}
	return list
}

// parts makes texts of what a function is compiled of: each may be deep, and all together, when one goes on where another ends.
func (g *guards) parts(list *goja.Object) goja.Value {
	var parts []any
	for i := range int(number(list.Get("length"))) {
		part := list.Get(strconv.Itoa(i))
		if o, ok := part.(*goja.Object); ok {
			part = o.ToString()
		}
		parts = append(parts, part)
	}
	made := g.rt.NewArray(parts...)
	g.source(g.rt.ToValue(texts(made)))
	return made
}

// texts are those of a list, one behind the other.
func texts(list *goja.Object) string {
	var all strings.Builder
	for i := range int(number(list.Get("length"))) {
		if text, ok := list.Get(strconv.Itoa(i)).(goja.String); ok {
			all.WriteString(text.String())
			all.WriteString(",\n")
		}
	}
	return all.String()
}

// source looks at what is compiled, if it is a text.
func (g *guards) source(v goja.Value) {
	if text, ok := v.(goja.String); ok && nesting.Source(text.String()) {
		g.throw("SyntaxError", nesting.TooDeep)
	}
}

// elements is how many a buffer will have that is made of a number, or of what has a length.
func (g *guards) elements(v goja.Value) float64 {
	o, ok := v.(*goja.Object)
	if !ok {
		return number(v)
	}
	if o.ClassName() != "Object" || o.ExportType() == proxyType || g.describe == nil { // others have what their length says
		return 0
	}
	described, err := g.describe(goja.Undefined(), o, g.rt.ToValue("length"))
	if property, ok := described.(*goja.Object); ok && err == nil {
		if length := property.Get("value"); length != nil { // else a getter has it
			return number(length)
		}
	}
	return 0
}

// power looks at the exponent of a BigInt, whose base may be known, or by how much it is shifted.
func (g *guards) power(n *big.Int, base goja.Value) {
	if n.Sign() < 0 {
		return
	}
	width := 1
	if b, ok := primitive(base).(*big.Int); ok {
		width = max(1, b.BitLen())
	}
	if n.BitLen() > 62 || float64(n.Int64())*float64(width) > mostBits {
		g.throw("RangeError", "Maximum BigInt size exceeded")
	}
	g.host.Reserve(n.Uint64() * uint64(width) / 8)
}

// bits looks at how many a BigInt is to have.
func (g *guards) bits(call goja.FunctionCall) {
	n := number(call.Argument(0))
	if n > mostBits {
		g.throw("RangeError", "Maximum BigInt size exceeded")
	}
	g.host.Reserve(bytes(n, 1) / 8)
}

// primitive is what Go calls a value; nil for an object, whose Export would copy all that it holds and call its getters.
func primitive(v goja.Value) any {
	switch v.(type) {
	case *goja.Object, *goja.Symbol:
		return nil
	}
	return v.Export()
}

var bigType = reflect.TypeFor[*big.Int]()

// number is a value as a number, without calling what a script has put into it; 0 when it is none.
func number(v goja.Value) float64 {
	switch v := v.(type) {
	case nil, *goja.Object, *goja.Symbol:
		return 0
	case goja.String:
		return v.ToFloat()
	}
	if v.ExportType() == bigType {
		return 0
	}
	return v.ToFloat() // not Export, which takes memory for each call
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
