package js

import (
	"testing"

	"github.com/dop251/goja"
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
