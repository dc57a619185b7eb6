package js_test

import (
	"testing"

	"github.com/liveload/liveload/js/jstest"
)

// BenchmarkTopLevel calls a function of the top level and reads a constant of it.
func BenchmarkTopLevel(b *testing.B) {
	jstest.Write(b, "s.js", "const step = 3;\nfunction add(a, b) { return a + b + step; }\nexport default () => { let n = 0; for (let i = 0; i < 1000; i++) n = add(n, i); return n; };\n")
	vm := jstest.Load(b, "s.js")
	for b.Loop() {
		if _, err := jstest.Call(b.Context(), vm); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCall calls a function that does next to nothing: what every iteration costs before it begins.
func BenchmarkCall(b *testing.B) {
	jstest.Write(b, "s.js", "export default async () => { await null; return 1; };\n")
	vm := jstest.Load(b, "s.js")
	for b.Loop() {
		if _, err := jstest.Call(b.Context(), vm); err != nil {
			b.Fatal(err)
		}
	}
}
