package js

import "testing"

// BenchmarkTopLevel calls a function of the top level and reads a constant of it.
func BenchmarkTopLevel(b *testing.B) {
	write(b, "s.js", "const step = 3;\nfunction add(a, b) { return a + b + step; }\nexport default () => { let n = 0; for (let i = 0; i < 1000; i++) n = add(n, i); return n; };\n")
	vm := load(b, "s.js")
	for b.Loop() {
		if _, err := call(b.Context(), vm); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCall calls a function that does next to nothing: what every iteration costs before it begins.
func BenchmarkCall(b *testing.B) {
	write(b, "s.js", "export default async () => { await null; return 1; };\n")
	vm := load(b, "s.js")
	for b.Loop() {
		if _, err := call(b.Context(), vm); err != nil {
			b.Fatal(err)
		}
	}
}
