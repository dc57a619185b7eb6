package web

import (
	"encoding/base64"
	"strings"

	"github.com/dop251/goja"
)

func (w *globals) makeBase64() error {
	w.made["btoa"] = w.rt.ToValue(WithUndefined(func(call goja.FunctionCall) goja.Value {
		var bytes []byte
		for _, r := range call.Argument(0).String() {
			if r > 0xff {
				panic(w.newError("InvalidCharacterError", "btoa takes only characters up to U+00FF: encode the text with TextEncoder first"))
			}
			bytes = append(bytes, byte(r))
		}
		return w.rt.ToValue(base64.StdEncoding.EncodeToString(bytes))
	}))
	w.made["atob"] = w.rt.ToValue(WithUndefined(func(call goja.FunctionCall) goja.Value {
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
		return w.rt.ToValue(string(runes))
	}))
	return nil
}
