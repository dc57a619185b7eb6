package bundle

import (
	"testing"

	"github.com/dop251/goja"
	"github.com/evanw/esbuild/pkg/api"
)

func TestFunctionText(t *testing.T) {
	rt := goja.New()
	for _, text := range []string{
		"(a) => ({ x: a })", "async (a) => ({ x: a })", "(a) => (b) => ({ c: (1) })", "(a) => ((a), (b))", "(a) => [1]",
		"(a) => f((a))", "function f(a) { return ({}) }", "(a) => { return /=>/ }", "() => (((1)))", `() => (")")`,
	} {
		v, err := rt.RunString("(" + text + ")")
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := FunctionText(v); got != text || !ok {
			t.Errorf("got %s, want %s", got, text)
		}
	}
	if _, ok := FunctionText(rt.Get("parseInt")); ok {
		t.Error("a built-in function has no text")
	}
}

// What a page gets must be an expression there, and stand for itself.
func TestFunctionTextForPages(t *testing.T) {
	tests := []struct{ name, made, call, want string }{
		{"a method", "({ m(x) { return x + 1 } }).m", "(1)", "2"},
		{"an async method", "({ async load(x) { return x } }).load", "(1).constructor.name", "Promise"},
		{"a generator method", "({ *all(x) { yield x } }).all", "(7).next().value", "7"},
		{"a method with the name of a keyword", "({ delete(x) { return x } }).delete", "(4)", "4"},
		{"a method with the name of what it calls", "({ isNaN(x) { return isNaN(x) } }).isNaN", "(4)", "false"},
		{"a private method", "(class { static #own(x) { return x } static get() { return this.#own } }).get()", "(5)", "5"},
		{"a static method", "(class { static $s(x) { return x } }).$s", "(3)", "3"},
		{"for await", "async function f(x) { for await (const y of x) return y }", "([]).constructor.name", "Promise"},
		{"an async generator", "async function* f(x) { yield* x; await x }", "([]).next().constructor.name", "Promise"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			lowered := api.Transform("globalThis.made = "+test.made, api.TransformOptions{Supported: supported(), Target: api.ES2023})
			rt := goja.New()
			if _, err := rt.RunString(string(lowered.Code)); err != nil {
				t.Fatal(err)
			}
			text, ok := FunctionText(rt.Get("made"))
			if !ok {
				t.Fatal("the function has no text")
			}
			page := goja.New()
			page.SetMaxCallStackSize(100)
			got, err := page.RunString("(" + text + ")" + test.call)
			if err != nil || got.String() != test.want {
				t.Errorf("%s gives %v, %v; want %s", text, got, err, test.want)
			}
		})
	}
}
