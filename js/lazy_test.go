package js

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestLifted: a top level, which of its names are made when they are read, and that everything still is
// what it was.
func TestLifted(t *testing.T) {
	tests := []struct{ name, top, value, want, lifted string }{
		{"functions and their names", `function a() { return b() + a.name } const b = () => b.name; const c = function () {}`,
			`[a(), b(), c.name, a === a]`, `["ba","b","c",true]`, "a b c"},
		{"async and generators", `async function a() { return 1 } function* g() { yield 2 } const c = async () => 3`,
			`[await a(), [...g()][0], await c()]`, `[1,2,3]`, "a c g"},
		{"classes", `class A { #p = 1; get p() { return this.#p } m() { return 'A' } } class B extends A { m() { return super.m() + 'B' } }`,
			`[new B().m(), new B().p, new B() instanceof A, B.name]`, `["AB",1,true,"B"]`, "A B"},
		{"a class that does something", `const made = []; class A { static x = made.push('A') } class B extends (made.push('B'), A) {} class C { ['c' + made.push('C')]() {} } class D { static { made.push('D') } }`,
			`(C, made)`, `["A","B","C","D"]`, ""},
		{"constants that may be read before they are there", `const log = [], seen = () => log.push(typeof late + typeof later); seen(); const late = () => 1, later = 2, free = () => late(); seen()`,
			`[free(), log]`, `[1,["undefinedundefined","functionnumber"]]`, "free seen"},
		{"superclasses", `function F() {} class A {} class B extends A {} let C = A; class D extends C {} class E extends F {} class G extends Error {} class H extends B {}`,
			`[D, E, G, H].map(c => c.name).join('')`, `"DEGH"`, "A B F G H"},
		{"a program that looks at globals", `const f = () => 1; function g() { return 'f' in globalThis }`, `[f(), g()]`, `[1,false]`, ""},
		{"a program that looks for globals of elsewhere", `const seen = (typeof globalThis === 'object' ? globalThis : {}).fetch, f = () => typeof seen + typeof globalThis.other`,
			`f()`, `"undefinedundefined"`, "f"},
		{"values stay", `const n = { v: 1 }, f = () => n; let m = 5; var k = f().v + m`, `[n === f(), m, k]`, `[true,5,6]`, "f"},
		{"a name that gets another value", `function a() { return 1 } let b = () => 1; const old = a; a = () => 2; const set = () => { [b] = [() => 3] }`,
			`(set(), [old(), a(), b()])`, `[1,2,3]`, "set"},
		{"one that counts itself", `function a() { return ++a.n } a.n = 5`, `[a(), a()]`, `[6,7]`, "a"},
		{"hoisting", `const early = typeof f; function f() {} const list = [f, g]; function g() {}`, `[early, list[1] === g]`, `["function",true]`, "f g"},
		{"closures over the top level", `let n = 0; const inc = () => ++n, get = () => n`, `(inc(), inc(), get())`, `2`, "get inc"},
		{"this and arguments", `function a() { return [this === undefined || this === globalThis, arguments.length] }`, `a(1, 2)`, `[true,2]`, "a"},
		{"typeof of what does not exist", `const f = () => typeof nowhere`, `f()`, `"undefined"`, "f"},
		{"names of the language", `class Map { own() { return 'mine' } } function setTimeout() { return 'mine' } const own = () => new Map().own() + setTimeout()`,
			`own()`, `"minemine"`, ""},
		{"text of a function", `const f = (x) => ({ x }); function g(a) { return a }`, `[String(g).replace(/\s+/g, ' '), String(f).startsWith('(x) => ({ x }')]`,
			`["function g(a) { return a; }",true]`, "f g"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			write(t, "s.js", test.top+"\nexport default async () => "+test.value+";\n")
			vm := newVM(t, bundleLazily(t, "s.js"))
			v, err := call(t.Context(), vm)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := vm.Plain(v)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := json.Marshal(plain); string(got) != test.want {
				t.Errorf("gave %s, want %s", got, test.want)
			}
			names := slices.DeleteFunc(slices.Sorted(maps.Keys(vm.program.lazy)), func(name string) bool {
				return strings.HasPrefix(name, "__") || strings.HasSuffix(name, "_default")
			})
			if got := strings.Join(names, " "); got != test.lifted {
				t.Errorf("lifted %q, want %q", got, test.lifted)
			}
		})
	}
}

// TestLiftedErrors: what fails in a lifted function or class fails at its place.
func TestLiftedErrors(t *testing.T) {
	for top, want := range map[string]string{
		"function f() {\n  throw new Error('no')\n}": "s.js:2:9: Error: no",
		"const f = () => missing.x":                  "s.js:1:17: ReferenceError: missing is not defined",
		"function f() { for (;;) {} }":               "the script was running",
		"'use strict'; function f() { unknown = 1 }": "ReferenceError: unknown is not defined",
	} {
		write(t, "s.js", top+"\nexport default () => f();\n")
		vm := newVM(t, bundleLazily(t, "s.js"))
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		_, err := call(ctx, vm)
		cancel()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got %v\nwant %s", top, err, want)
		}
	}
}

// TestLazyWhereItPays: only a script with many functions, beside its other names, is compiled lazily.
func TestLazyWhereItPays(t *testing.T) {
	many := func(n int, what string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, what, i)
		}
		return b.String()
	}
	values, functions := many(200, "export const v%[1]d = [%[1]d];\n"), many(100, "export function f%[1]d() { return %[1]d }\n")
	for name, test := range map[string]struct {
		script string
		lazy   bool
	}{"a small script": {"", false}, "functions": {functions, true}, "both": {values + functions, true}, "mostly values": {values + many(20, "export function f%[1]d() {}\n"), false}} {
		write(t, "s.js", test.script+"export default () => 1")
		program, err := Bundle("s.js", BundleOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if lazy := program.lazy != nil; lazy != test.lazy {
			t.Errorf("%s: lazy %v", name, lazy)
		}
	}
}
