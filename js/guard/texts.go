package guard

import (
	"math"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/nesting"
)

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

// madeText looks at what an addition or a template has made, which is mostly short, or no text.
func (g *guards) madeText(call goja.FunctionCall) goja.Value {
	v := call.Argument(0)
	if length := lengthOf(v); length > large {
		g.host.MadeText(uint64(length))
		if length > longest {
			g.throw("RangeError", "Invalid string length")
		}
	}
	return v
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

// join looks at some of the texts that are joined.
func (g *guards) join(call goja.FunctionCall) {
	separator := 1
	if v := call.Argument(0); !goja.IsUndefined(v) {
		separator = lengthOf(v)
	}
	g.texts(call.This, separator)
}

func (g *guards) stringify(call goja.FunctionCall) { g.texts(call.Argument(0), 1) }

// texts looks at the first, the middle and the last one of the items of an array, and at all when they are long: an array may have one
// text very often.
func (g *guards) texts(v goja.Value, separator int) {
	array, ok := v.(*goja.Object)
	if !ok || array.ClassName() != "Array" || array.ExportType() == proxyType {
		return
	}
	n := int(number(array.Get("length")))
	if n < 2 {
		return
	}
	item := func(i int) int { return lengthOf(array.Get(strconv.Itoa(i))) }
	if (max(item(0), item(n/2), item(n-1))+separator)*n <= large {
		return
	}
	total := separator * (n - 1)
	for i := 0; i < n && total <= longest; i++ {
		total += item(i)
	}
	g.text(float64(total))
}

func (g *guards) concat(call goja.FunctionCall) {
	total := lengthOf(call.This)
	for _, text := range call.Arguments {
		total += lengthOf(text)
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
