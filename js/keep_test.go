package js_test

import (
	"testing"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/ordered"
)

// TestKeepPlain: what travels as JSON, and what does not.
func TestKeepPlain(t *testing.T) {
	for returned, want := range map[string]string{
		"{ b: new Date(0), a: new URL('http://h/x y'), 1: [null, undefined] }": `{"1":[null,null],"b":"1970-01-01T00:00:00.000Z","a":"http://h/x%20y"}`,
		"{ login: { cookies: new Map() } }":                                    "data.login.cookies is a Map, which JSON does not have: return an object, a list or a text in its place",
		"[() => 1]":                                                            "data[0] is a function, which would still see the variables of the VM that it is from: declare it at the top level of the script",
		"({ n: 1n })":                                                          "data.n is a BigInt, which JSON does not have: return an object, a list or a text in its place",
	} {
		vm := jstest.Body(t, "return ("+returned+")")
		value, err := jstest.Call(t.Context(), vm)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := vm.KeepPlain("data", value)
		got, _ := ordered.Text(kept)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", returned, got, want)
		}
	}
}

// TestKeep: what one VM returns, and what a function of another VM makes of it.
func TestKeep(t *testing.T) {
	tests := []struct{ returned, read, want string }{
		{`{ b: 1, a: [{ z: 1, y: null, x: undefined }] }`, `JSON.stringify(kept)`, `{"b":1,"a":[{"z":1,"y":null}]}`},
		{`{ ['__proto__']: 1, toString: 2 }`, `JSON.stringify(kept) + (Object.getPrototypeOf(kept) === Object.prototype)`, `{"__proto__":1,"toString":2}true`},
		{`[NaN, -0, Infinity, 1.5, 2 ** 53]`, `[...kept].map((n) => Object.is(n, -0) ? '-0' : n).join()`, `NaN,-0,Infinity,1.5,9007199254740992`},
		{`{ at: new Date(5) }`, `[kept.at instanceof Date, kept.at.getTime(), kept.at === kept.at].join()`, `true,5,true`},
		{`new Map([['a', { n: 1 }], [2, new Set([3])]])`, `[kept instanceof Map, kept.get('a').n, [...kept.get(2)][0], kept.size].join()`, `true,1,3,2`},
		{`{ re: /a+/gi, url: new URL('http://h/?a=b'), form: new URLSearchParams('c=d') }`,
			`[kept.re.test('xAA'), kept.re.flags, kept.url.searchParams.get('a'), kept.form.get('c')].join()`, `true,gi,b,d`},
		{`{ bytes: new Uint8Array([1, 2]), floats: new Float64Array([1.5]), big: 2n ** 70n }`,
			`[kept.bytes instanceof Uint8Array, kept.bytes.join(), kept.floats[0], kept.big].join()`, `true,1,2,1.5,1180591620717411303424`},
	}
	for _, test := range tests {
		from := jstest.Body(t, "return ("+test.returned+")")
		value, err := jstest.Call(t.Context(), from)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := from.Keep("kept", value)
		if err != nil {
			t.Errorf("%s: %v", test.returned, err)
			continue
		}
		to := jstest.Body(t, "return "+test.read)
		shown, err := to.Run(t.Context(), func() (goja.Value, error) { return to.ReadOnly("kept", kept) })
		if err != nil {
			t.Fatal(err)
		}
		jstest.Set(t, to, "kept", shown)
		got, err := jstest.Call(t.Context(), to)
		if err != nil || got.String() != test.want {
			t.Errorf("%s: %s is %v, %v, want %s", test.returned, test.read, got, err, test.want)
		}
	}
}
