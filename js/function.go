package js

import (
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"
)

// FunctionText returns a function as the script has it, for running it elsewhere; ok is false for a
// built-in or bound function, which has no text. It is called on the VM's goroutine.
func FunctionText(fn goja.Value) (text string, ok bool) {
	text = fn.String()
	if strings.Contains(text, "[native code]") {
		return "", false
	}
	if !strings.Contains(text, "=>") {
		return text, true
	}
	// goja loses the brackets at the end of an arrow function: (a) => ({ a }) becomes (a) => ({ a }
	const most = 5
	for whole := text; len(whole) <= len(text)+most; whole += ")" {
		if _, err := parser.ParseFile(nil, "", "("+whole+"\n)", 0, parser.WithDisableSourceMaps); err == nil {
			return whole, true
		}
	}
	return text, true
}
