package guard

import (
	"math"
	"math/big"
	"reflect"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/nesting"
	"github.com/liveload/liveload/js/program"
)

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
			g.power(n, call.Argument(2))
		}
	default:
		g.host.Reserve(bytes(g.elements(v), float64(what[len(program.GuardBytes)]-'0')))
	}
	return v
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
