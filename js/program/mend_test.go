package program_test

import (
	"testing"
	"time"

	"github.com/liveload/liveload/js/jstest"
)

// TestArgumentsInArrows: an arrow function has the arguments of the function around it, wherever and however
// often it names them.
func TestArgumentsInArrows(t *testing.T) {
	for body, want := range map[string]string{
		`return (() => arguments.length)()`: "2",
		`const f = () => { try { return arguments.length } catch (e) { return String(e) } }; return f()`:                                                                         "2",
		`const f = () => { try { return arguments[1] } finally { } }; return f()`:                                                                                                "b",
		`const f = () => { try { throw 1 } catch (e) { return arguments.length } }; return f()`:                                                                                  "2",
		`const f = () => { { let e = 1; (() => e)(); return arguments.length + e } }; return f()`:                                                                                "3",
		`const f = () => { for (let i = 0; i < 2; i++) { (() => i)(); return arguments.length } }; return f()`:                                                                   "2",
		`try { return (() => arguments.length)() } catch (e) { return String(e) }`:                                                                                               "2",
		`const f = () => { switch (1) { case 1: let e; return arguments.length } }; return f()`:                                                                                  "2",
		`const f = () => { const n = arguments.length; try { return n } catch (e) { return e } }; return f()`:                                                                    "2",
		`const f = () => { try { return () => arguments.length } catch (e) { return String(e) } }; return f()()`:                                                                 "2",
		`const f = () => arguments.length; return f() + arguments.length`:                                                                                                        "4",
		`const f = () => arguments.length, g = () => arguments[0]; return f() + g()`:                                                                                             "2a",
		`'use strict'; const f = () => { try { return arguments.length + String(this) } finally {} }; return f()`:                                                                "2undefined",
		`const g = function () { return (() => { try { return arguments.length } finally {} })() }; return g(1, 2, 3)`:                                                           "3",
		`class A { constructor() { this.n = (() => { try { return arguments.length } finally {} })() } m() { return (() => arguments[0])() } } return new A(1).n + new A().m(5)`: "6",
		`const o = { get x() { return (() => arguments.length)() } }; return o.x`:                                                                                                "0",
		`function g(n = (() => arguments.length)()) { return n } return g() + g(undefined, 1)`:                                                                                   "2",
		`return await (async () => { await null; try { return arguments.length } finally {} })()`:                                                                                "2",
		`return [...(function* () { yield* [1, 2].map(n => n + arguments.length) })(7)].join()`:                                                                                  "2,3",
		`return ((...args) => { try { return args.length } finally {} })(1)`:                                                                                                     "1",
		`return (function () { return () => () => { try { return arguments.length } finally {} } })(1)()()`:                                                                      "1",
		`return String(function (a) { return () => arguments }) === 'function(a) {\n    return () => arguments;\n  }' || 1`:                                                      "true",
	} {
		t.Run(body, func(t *testing.T) {
			jstest.Write(t, "s.js", "async function run() {\n"+body+"\n}\nexport default () => run('a', 'b')")
			v, err := jstest.Call(t.Context(), jstest.Load(t, "s.js"))
			if err != nil || v.String() != want {
				t.Errorf("got %v, %v, want %s", v, err, want)
			}
		})
	}
}

// TestBigConstants: they are calculated when the script runs.
func TestBigConstants(t *testing.T) {
	v, err := jstest.Call(t.Context(), jstest.Body(t, "return [2n ** 10n, 1n << 3n, -(3n ** 2n), 2 ** 3, 1 << 4].join()"))
	if err != nil || v.String() != "1024,8,-9,8,16" {
		t.Errorf("got %v, %v", v, err)
	}
	for _, sum := range []string{"9n ** 2999999n", "(9n ** 2999999n) + 1n"} {
		began := time.Now()
		vm := jstest.Body(t, sum)
		loaded := time.Since(began)
		began = time.Now()
		if _, err := jstest.Call(t.Context(), vm); err != nil {
			t.Fatal(err)
		}
		if called := time.Since(began); loaded > called/2 {
			t.Errorf("%s: loading took %v, calling it %v", sum, loaded, called)
		}
	}
}

// TestMissingArguments: goja's Array.from gives nothing at all for what is not in an object.
func TestMissingArguments(t *testing.T) {
	v, err := jstest.Call(t.Context(), jstest.Body(t, "return Array.from({ length: 2 }, structuredClone).join() + Array.from({ length: 1 }, btoa) + [, 1].map(structuredClone).length"))
	if err != nil || v.String() != ",dW5kZWZpbmVk2" {
		t.Errorf("got %v, %v", v, err)
	}
}
