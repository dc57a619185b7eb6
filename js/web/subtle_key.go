package web

import (
	"errors"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/webcrypto"
)

// describeKey is what a CryptoKey shows of itself.
func (w *globals) describeKey(k *webcrypto.Key) *goja.Object {
	a := k.Algorithm
	algorithm := w.rt.NewObject()
	must(algorithm.Set("name", a.Name))
	if a.ModulusLength != 0 {
		must(algorithm.Set("modulusLength", a.ModulusLength))
		bytes, err := w.rt.New(w.rt.Get("Uint8Array"), w.buffer(a.PublicExponent))
		must(err)
		must(algorithm.Set("publicExponent", bytes))
	}
	if a.Curve != "" {
		must(algorithm.Set("namedCurve", a.Curve))
	}
	if a.Length != 0 {
		must(algorithm.Set("length", a.Length))
	}
	if a.Hash != "" && a.Name != "ECDSA" {
		hash := w.rt.NewObject()
		must(hash.Set("name", a.Hash))
		must(algorithm.Set("hash", hash))
	}
	about := w.rt.NewObject()
	must(about.Set("type", k.Type))
	must(about.Set("extractable", k.Extractable))
	must(about.Set("algorithm", algorithm))
	must(about.Set("usages", w.list(k.Usages)))
	return about
}

func (w *globals) list(texts []string) *goja.Object {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return w.rt.NewArray(values...)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// jwk reads a JSON Web Key.
func (w *globals) jwk(v goja.Value) webcrypto.JWK {
	object := v.(*goja.Object)
	j := webcrypto.JWK{Text: map[string]string{}}
	for _, name := range []string{"kty", "alg", "crv", "k", "x", "y", "d", "n", "e", "p", "q", "dp", "dq", "qi"} {
		if member := object.Get(name); member != nil && !goja.IsUndefined(member) {
			j.Text[name] = member.String()
		}
	}
	if object.Get("oth") != nil {
		panic(w.newError("NotSupportedError", "keys of RSA with more than two primes are not known to scenarios"))
	}
	if ext := object.Get("ext"); ext != nil && !goja.IsUndefined(ext) {
		extractable := ext.ToBoolean()
		j.Ext = &extractable
	}
	if operations := object.Get("key_ops"); operations != nil && !goja.IsUndefined(operations) {
		j.KeyOps = append([]string{}, w.texts(operations)...)
	}
	return j
}

func (w *globals) exportJWK(k *webcrypto.Key) (any, error) {
	names, j, err := webcrypto.ExportJWK(k)
	if err != nil {
		return nil, err
	}
	object := w.rt.NewObject()
	err = errors.Join(object.Set("key_ops", w.list(j.KeyOps)), object.Set("ext", *j.Ext))
	for _, name := range names {
		err = errors.Join(err, object.Set(name, j.Text[name]))
	}
	return object, err
}
