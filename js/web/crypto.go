package web

import (
	"crypto/rand"
	"errors"

	"github.com/dop251/goja"
	"github.com/google/uuid"
)

func (w *globals) makeCrypto() error {
	crypto := w.rt.NewObject()
	w.made["crypto"] = crypto
	return errors.Join(
		crypto.Set("randomUUID", func(goja.FunctionCall) goja.Value { return w.rt.ToValue(uuid.NewString()) }),
		crypto.Set("getRandomValues", w.randomValues),
		crypto.DefineAccessorProperty("subtle", w.rt.ToValue(w.subtle), nil, goja.FLAG_TRUE, goja.FLAG_TRUE),
	)
}

// subtle makes crypto.subtle when it is first asked for.
func (w *globals) subtle(goja.FunctionCall) goja.Value {
	if w.made["CryptoKey"] == nil {
		if err := w.makeSubtle(); err != nil {
			panic(err)
		}
	}
	return w.subtleCrypto
}

func (w *globals) randomValues(call goja.FunctionCall) goja.Value {
	part, ok := Viewed(call.Argument(0))
	if !ok {
		panic(w.rt.NewTypeError("crypto.getRandomValues needs a typed array"))
	}
	_, _ = rand.Read(part) // it never fails
	return call.Argument(0)
}

// Viewed returns the bytes under a typed array, not copied.
func Viewed(v goja.Value) (part []byte, ok bool) {
	view, ok := v.(*goja.Object)
	if !ok {
		return nil, false
	}
	whole, offset, length := view.Get("buffer"), view.Get("byteOffset"), view.Get("byteLength")
	if whole == nil || offset == nil || length == nil {
		return nil, false
	}
	buffer, ok := whole.Export().(goja.ArrayBuffer)
	if !ok {
		return nil, false
	}
	from := int(offset.ToInteger())
	to := from + int(length.ToInteger())
	if from < 0 || to < from || to > len(buffer.Bytes()) {
		return nil, false // an object that only looks like one
	}
	return buffer.Bytes()[from:to], true
}
