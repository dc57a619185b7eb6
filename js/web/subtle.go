package web

import (
	"errors"
	"slices"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/webcrypto"
)

var subtleProgram = compiled("subtle.js")

// makeSubtle makes crypto.subtle and its classes.
func (w *globals) makeSubtle() error {
	natives := map[string]func(goja.FunctionCall) goja.Value{}
	for name, fn := range map[string]func(goja.FunctionCall) (any, error){
		"canonical": func(call goja.FunctionCall) (any, error) { return webcrypto.Canonical(call.Argument(0).String()) },
		"describe":  func(call goja.FunctionCall) (any, error) { return w.describeKey(keyOf(call.Argument(0))), nil },
		"digest": func(call goja.FunctionCall) (any, error) {
			return bytesAnd(webcrypto.Digest(w.algorithm(call.Argument(0)).Name, w.copied(call.Argument(1))))
		},
		"sign": func(call goja.FunctionCall) (any, error) {
			return bytesAnd(webcrypto.Sign(w.algorithm(call.Argument(0)), keyOf(call.Argument(1)), w.copied(call.Argument(2))))
		},
		"verify": func(call goja.FunctionCall) (any, error) {
			return webcrypto.Verify(w.algorithm(call.Argument(0)), keyOf(call.Argument(1)), w.copied(call.Argument(2)), w.copied(call.Argument(3)))
		},
		"encrypt": func(call goja.FunctionCall) (any, error) {
			return bytesAnd(webcrypto.Encrypt(w.algorithm(call.Argument(0)), keyOf(call.Argument(1)), w.copied(call.Argument(2)), call.Argument(3).String()))
		},
		"decrypt": func(call goja.FunctionCall) (any, error) {
			return bytesAnd(webcrypto.Decrypt(w.algorithm(call.Argument(0)), keyOf(call.Argument(1)), w.copied(call.Argument(2)), call.Argument(3).String()))
		},
		"keyBits": func(call goja.FunctionCall) (any, error) { return webcrypto.KeyBits(w.algorithm(call.Argument(0))) },
		"deriveBits": func(call goja.FunctionCall) (any, error) {
			length := -1
			if !goja.IsNull(call.Argument(2)) {
				length = int(call.Argument(2).ToInteger())
			}
			return bytesAnd(webcrypto.DeriveBits(w.algorithm(call.Argument(0)), keyOf(call.Argument(1)), length, call.Argument(3).String()))
		},
		"importKey": func(call goja.FunctionCall) (any, error) {
			return webcrypto.Import(call.Argument(0).String(), w.copied(call.Argument(1)), w.algorithm(call.Argument(2)), call.Argument(3).ToBoolean(), w.texts(call.Argument(4)))
		},
		"importJWK": func(call goja.FunctionCall) (any, error) {
			return webcrypto.ImportJWK(w.jwk(call.Argument(0)), w.algorithm(call.Argument(1)), call.Argument(2).ToBoolean(), w.texts(call.Argument(3)))
		},
		"exportKey": func(call goja.FunctionCall) (any, error) {
			return bytesAnd(webcrypto.Export(call.Argument(0).String(), keyOf(call.Argument(1))))
		},
		"exportJWK": func(call goja.FunctionCall) (any, error) { return w.exportJWK(keyOf(call.Argument(0))) },
		"generate":  w.generate,
	} {
		natives[name] = w.crypt(fn)
	}
	if err := w.run(subtleProgram(), natives); err != nil {
		return err
	}
	w.subtleCrypto = w.made["subtle"]
	delete(w.made, "subtle")
	return nil
}

// secretBytes are a result that becomes an ArrayBuffer.
type secretBytes []byte

func bytesAnd(bytes []byte, err error) (any, error) { return secretBytes(slices.Clone(bytes)), err }

// crypt makes a function of the script that throws what the standard says.
func (w *globals) crypt(fn func(goja.FunctionCall) (any, error)) func(goja.FunctionCall) goja.Value {
	return func(call goja.FunctionCall) goja.Value {
		result, err := fn(call)
		if named, ok := errors.AsType[*webcrypto.Error](err); ok {
			if named.Name == "TypeError" {
				panic(w.rt.NewTypeError(named.Message))
			}
			panic(w.newError(named.Name, named.Message))
		}
		if err != nil {
			panic(w.newError("OperationError", err.Error()))
		}
		if bytes, ok := result.(secretBytes); ok {
			return w.buffer(bytes)
		}
		return w.rt.ToValue(result)
	}
}

func keyOf(v goja.Value) *webcrypto.Key {
	key, _ := v.Export().(*webcrypto.Key)
	return key
}

// copied returns the bytes of a buffer or of what views one.
func (w *globals) copied(v goja.Value) []byte {
	if buffer, ok := v.Export().(goja.ArrayBuffer); ok {
		return slices.Clone(buffer.Bytes())
	}
	part, ok := Viewed(v)
	if !ok {
		panic(w.rt.NewTypeError("an ArrayBuffer or a view of one is needed"))
	}
	return slices.Clone(part)
}

// algorithm reads what read in subtle.js has made.
func (w *globals) algorithm(v goja.Value) webcrypto.Algorithm {
	object := v.(*goja.Object)
	given := func(name string) goja.Value {
		if v := object.Get(name); v != nil && !goja.IsUndefined(v) {
			return v
		}
		return nil
	}
	text := func(name string) string {
		if v := given(name); v != nil {
			return v.String()
		}
		return ""
	}
	number := func(name string) int {
		if v := given(name); v != nil {
			return int(v.ToInteger())
		}
		return 0
	}
	bytes := func(name string) []byte {
		if v := given(name); v != nil {
			return w.copied(v)
		}
		return nil
	}
	a := webcrypto.Algorithm{
		Name: text("name"), Hash: text("hash"), Curve: text("namedCurve"),
		Length: number("length"), ModulusLength: number("modulusLength"), PublicExponent: bytes("publicExponent"),
		IV: bytes("iv"), AdditionalData: bytes("additionalData"), Counter: bytes("counter"), Label: bytes("label"), Salt: bytes("salt"), Info: bytes("info"),
		TagLength: number("tagLength"), SaltLength: number("saltLength"), Iterations: number("iterations"),
	}
	if v := given("public"); v != nil {
		a.Public = keyOf(v)
	}
	return a
}

func (w *globals) texts(v goja.Value) (texts []string) {
	if err := w.rt.ExportTo(v, &texts); err != nil {
		panic(w.rt.NewTypeError("usages are an array of texts"))
	}
	return texts
}

func (w *globals) generate(call goja.FunctionCall) (any, error) {
	private, public, err := webcrypto.Generate(w.algorithm(call.Argument(0)), call.Argument(1).ToBoolean(), w.texts(call.Argument(2)))
	if err != nil {
		return nil, err
	}
	keys := w.rt.NewObject()
	err = keys.Set("private", private)
	if public != nil {
		err = errors.Join(err, keys.Set("public", public))
	}
	return keys, err
}
