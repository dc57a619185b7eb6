package program_test

import (
	"errors"
	"testing"

	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/scripterr"
)

// TestStrict: scripts and what they import are strict, in every kind of file; CommonJS packages are what they say.
func TestStrict(t *testing.T) {
	const sloppy = "with (Math) { exports.most = max(1, 2) } made = 1; exports.self = (function () { return this === globalThis })()"
	for name, test := range map[string]struct {
		want  string
		files []string
	}{
		"this at the top":         {"undefined", []string{"s.js", "const self = typeof this; export default () => self"}},
		"this in a function":      {"undefined", []string{"s.js", "function f() { return typeof this } export default () => f()"}},
		"an imported file":        {"undefined", []string{"s.ts", "import { f } from './lib'; export default () => f()", "lib.ts", "export function f(): string { return typeof this }"}},
		"a file that is required": {"undefined", []string{"s.js", "export default () => (0, require('./lib.mjs').f)()", "lib.mjs", "export function f() { return typeof this }"}},
		"a file of CommonJS":      {"undefined", []string{"s.cjs", "exports.default = function () { return (function () { return typeof this })() }"}},
		"an ES module package":    {"undefined", []string{"s.js", "import { f } from 'p'; export default () => f()", "node_modules/p/package.json", `{"module": "p.js"}`, "node_modules/p/p.js", "export function f() { return typeof this }"}},
		"a CommonJS package":      {"2 true 1", []string{"s.js", "import { most, self } from 'p'; export default () => [most, self, made].join(' ')", "node_modules/p/package.json", `{"main": "p.js"}`, "node_modules/p/p.js", sloppy}},
		"a strict one":            {"undefined", []string{"s.js", "import f from 'p'; export default () => f()", "node_modules/p/index.js", "'use strict'; module.exports = function () { return typeof this }"}},
		"a with that has everything": {"AA", []string{"s.js", "import f from 'p'; export default () => f()", "node_modules/p/index.js",
			"var all = new Proxy({ a: 'A' }, { has: () => true, get: (t, k) => k === Symbol.unscopables ? undefined : t[k] }); module.exports = function () { with (all) { return a + a } }"}},
		"strict beside sloppy": {"undefined true", []string{"s.js", "import { self } from 'p'; let n = typeof this; function f() { return n } export default () => [f(), self].join(' ')", "node_modules/p/index.js", sloppy}},
		"a package that requires an ES module": {"undefined 5", []string{"s.js", "import p from 'p'; export default () => p()",
			"node_modules/p/index.js", "const q = require('q'); module.exports = () => [(0, q.f)(), q.n].join(' ')",
			"node_modules/q/package.json", `{"module": "q.js"}`, "node_modules/q/q.js", "import { five } from './five.js'; export const n = five(); export function f() { return typeof this }",
			"node_modules/q/five.js", "let x = 5; export const five = () => x"}},
		"packages that require each other": {"ab", []string{"s.js", "import p from 'p'; export default () => p.both()",
			"node_modules/p/index.js", "exports.a = 'a'; exports.both = () => exports.a + require('q').b", "node_modules/q/index.js", "require('p'); exports.b = 'b'"}},
	} {
		if v, err := jstest.Run(t, test.files...); err != nil || v.String() != test.want {
			t.Errorf("%s: got %v, %v; want %s", name, v, err, test.want)
		}
	}
}

// TestStrictErrors: what sloppy code would lose in silence is an error with its place, and says how to mend it.
func TestStrictErrors(t *testing.T) {
	for script, want := range map[string]string{
		"let a = 1; undeclared = 1;":            "s.js:2:12: ReferenceError: undeclared is not defined; declare it: let undeclared = 1",
		"const a = 2;\nundeclared = a;":         "s.js:3:1: ReferenceError: undeclared is not defined; declare it: let undeclared = a",
		"undeclared = { a: Math.max(\n1, 2) };": "s.js:2:1: ReferenceError: undeclared is not defined; declare it: let undeclared = ...",
		"for (i = 0; i < 3; i++) {}":            "s.js:2:6: ReferenceError: i is not defined; declare it: let i = 0",
		"for (x of [1]) {}":                     "s.js:2:6: ReferenceError: x is not defined; declare it: let x",
		"[a, b] = [1, 2]":                       "s.js:2:2: ReferenceError: a is not defined; declare it: let a",
		"({ a: [b] } = { a: [1] })":             "s.js:2:8: ReferenceError: b is not defined; declare it: let b",
		"({ a = 3 } = {})":                      "s.js:2:4: ReferenceError: a is not defined; declare it: let a = 3",
		"[...rest] = [1]":                       "s.js:2:5: ReferenceError: rest is not defined; declare it: let rest",
		"const q = 1; [a, b] = [\n1, 2]":        "s.js:2:15: ReferenceError: a is not defined; declare it: let a",
		"for ([k, v] of [[1, 2]]) {}":           "s.js:2:7: ReferenceError: k is not defined; declare it: let k",
		"for (const v of [1]) { total += v }":   "s.js:2:24: ReferenceError: total is not defined; declare it: let total",
		"count++":                               "s.js:2:1: ReferenceError: count is not defined; declare it: let count",
		"let m = {}; m[a] = 1":                  "s.js:2:15: ReferenceError: a is not defined",
		"const [r] = [a]":                       "s.js:2:14: ReferenceError: a is not defined",
		"const f = () => { let q = 1; return q };\nreturn q + f()": "s.js:3:8: ReferenceError: q is not defined",
		"count = count + 1":             "s.js:2:9: ReferenceError: count is not defined",
		"Object.freeze([1]).push(2)":    "s.js:2:20: TypeError: Cannot add property 1, object is not extensible",
		"Object.freeze({ a: 1 }).a = 2": "s.js:2:25: TypeError: Cannot assign to read only property 'a'",
		"with (Math) { max(1, 2) }":     "s.js:2:1: SyntaxError: With statements cannot be used in an ECMAScript module",
		"return 010":                    "s.js:2:8: SyntaxError: Legacy octal literals cannot be used in an ECMAScript module",
		"(function (a, a) {})":          `s.js:2:15: SyntaxError: "a" cannot be bound multiple times in the same parameter list`,
	} {
		_, err := jstest.Run(t, "s.js", "export default async () => {\n"+script+"\n}")
		var e *scripterr.Error
		if !errors.As(err, &e) || err.Error() != want || e.SourceLine == "" {
			t.Errorf("%s\ngave %v\nwant %s", script, err, want)
		}
	}
	for file, want := range map[string]string{ // esbuild does not take a file without imports and exports for a module
		"function f(a, a) {}\nf()": "lib.js:1:15: SyntaxError: Duplicate parameter name not allowed in this context",
		"with (Math) {}":           "lib.js:1:1: SyntaxError: Strict mode code may not include a with statement",
		"undeclared = 1":           "lib.js:1:1: ReferenceError: undeclared is not defined; declare it: let undeclared = 1",
	} {
		if _, err := jstest.Run(t, "s.js", "import './lib.js'; export default () => 1", "lib.js", file); err == nil || err.Error() != want {
			t.Errorf("%s\ngave %v\nwant %s", file, err, want)
		}
	}
}
