package web

import (
	"unicode/utf8"

	"github.com/dop251/goja"
)

var textProgram = compiled("text.js")

func (w *globals) makeText() error {
	return w.run(textProgram(), map[string]func(goja.FunctionCall) goja.Value{
		"encode":   func(call goja.FunctionCall) goja.Value { return w.buffer([]byte(call.Argument(0).String())) },
		"complete": func(call goja.FunctionCall) goja.Value { return w.rt.ToValue(wholeRunes(bytesOf(call.Argument(0)))) },
		"decode": func(call goja.FunctionCall) goja.Value {
			bytes := bytesOf(call.Argument(0))
			if call.Argument(1).ToBoolean() && !utf8.Valid(bytes) {
				return goja.Undefined()
			}
			return w.rt.ToValue(decodeUTF8(bytes))
		},
	})
}

// wholeRunes returns the number of bytes before an incomplete character at the end.
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

func (w *globals) buffer(bytes []byte) goja.Value {
	return w.rt.ToValue(w.rt.NewArrayBuffer(bytes))
}

func bytesOf(v goja.Value) []byte {
	bytes, _ := v.Export().([]byte)
	return bytes
}
