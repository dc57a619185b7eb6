package js

import (
	"strings"
	"testing"
)

// TestLazySameAsEager: programs behave the same whether their functions are made when they are read or
// at once. A program is one script, or several files that begin with "// file: NAME".
func TestLazySameAsEager(t *testing.T) {
	for name, program := range samePrograms {
		t.Run(name, func(t *testing.T) {
			entry := writeProgram(t, program)
			if lazily, eagerly, p := bothWays(t, entry); lazily != eagerly {
				t.Errorf("lazily:\n%s\neagerly:\n%s\nof:\n%s", lazily, eagerly, p.source.Code)
			}
		})
	}
}

// writeProgram writes the files of a program and returns the first.
func writeProgram(t testing.TB, program string) (entry string) {
	t.Helper()
	parts := strings.Split(program, "// file: ")
	if parts[0] != "" {
		write(t, "s.js", program)
		return "s.js"
	}
	var files []string
	for _, part := range parts[1:] {
		name, text, _ := strings.Cut(part, "\n")
		files = append(files, name, text)
	}
	write(t, files...)
	return files[0]
}

var samePrograms = map[string]string{
	"hoisted, before and after": `console.log(typeof f, f(), typeof g, typeof C); function f() { return typeof g } const g = () => 1; class C {} console.log(f(), typeof C);
export default () => [f(), g()]`,
	"const before its definition":        `let r; try { r = f() } catch (e) { r = String(e) } const f = () => 1; export default () => [r, f()]`,
	"const read by a function early":     `function early() { return typeof late + typeof C } console.log(early()); const late = () => 1; class C {} console.log(early()); export default () => early()`,
	"const read through an object early": `const o = { get x() { return typeof late } }; const list = [o]; console.log(list[0].x); const late = () => 1; export default () => o.x`,
	"early through a registry":           `const r = []; r.push(() => typeof late); r.forEach(x => console.log(x())); const late = () => 1; r.forEach(x => console.log(x())); export default () => 1`,
	"early through a class":              `class A { m() { return typeof late } static s() { return new A().m() } } console.log(A.s()); const late = () => 1; export default () => A.s()`,
	"early through a lazy":               `const a = () => b(), b = () => typeof c; console.log(a()); const c = function () {}; console.log(a()); export default () => 1`,
	"error of an early call":             "const v = 1;\nlate();\nconst late = () => 1;\nexport default () => 1",
	"error of an early class":            "function make() {\n  return new Late();\n}\nmake();\nclass Late {}\nexport default () => 1",
	"early through exports":              "// file: s.js\nimport { go } from './b.js'\nexport const late = () => 1; export default () => [go(), late()]\n// file: b.js\nimport * as s from './s.js'\nexport const go = () => typeof s.late + Object.keys(s); console.log(go())",
	"early through module.exports":       "// file: s.js\nimport './b.js'\nexport const late = () => 1; export default () => 1\n// file: b.js\nconst s = require('./s.js'); console.log(typeof s.late, Object.keys(s))",
	"self reassigned":                    `function f() { f = () => 2; return 1 } export default () => [f(), f()]`,
	"reassigned by destructuring":        `function f() { return 1 } function g() { return 1 } const o = f; ({ f, x: [g] } = { f: 3, x: [4] }); export default () => [o === f, f, g]`,
	"reassigned in loops":                `function f() {} function g() {} for (f of [1, 2]); for (g in { a: 1 }); export default () => [f, g]`,
	"reassigned by operators":            `var f = () => 1, g = () => 2, h = () => 3; f ||= 4; g &&= 5; h += ''; var i = () => 1; i++; export default () => [f(), g, h, String(i)]`,
	"identity":                           `function f() {} const g = () => {}; class C {} const m = new Map([[f, 1], [g, 2], [C, 3]]); const before = [f, g, C]; export default () => [m.get(f), m.get(g), m.get(C), before[0] === f, before[1] === g, before[2] === C, new C().constructor === C]`,
	"mutual recursion":                   `function even(n) { return n === 0 || odd(n - 1) } const odd = n => n !== 0 && even(n - 1); export default () => [even(10), odd(7)]`,
	"properties on functions":            `function f() { return f.n++ } f.n = 1; const g = () => g.cache ??= {}; Object.assign(g, { a: 1 }); export default () => [f(), f(), g() === g(), Object.keys(g), Object.keys(f)]`,
	"shadowing": `function f() { return 'top' } const g = () => f(); export default () => { const out = [g()]; { let f = () => 'let'; out.push(f()) } (f => out.push(f))('param'); try { throw 'caught' } catch (f) { out.push(f) }
 f: for (;;) { break f } const { f: x = f() } = {}; out.push(x); (({ f }) => out.push(f))({ f: 'dest' }); for (const f of ['of']) out.push(f); (function f() { out.push(typeof f) })(); { function f() { return 'block' } out.push(f()) } out.push(f()); return out }`,
	"shadowed and assigned":                  `function f() { return 'top' } const h = () => { let f = 1; f = 2; return f }; export default () => [h(), f()]`,
	"names of globals":                       `const name = () => 'name', self = () => 'self', user = () => 'user'; function status() { return typeof window } export default (u) => [name(), self(), user(), status()]`,
	"names of builtins":                      `class Map { own() { return 1 } } class URL {} const fetch = () => 'f'; function setTimeout() { return 2 } export default () => [new Map().own(), new URL() instanceof URL, fetch(), setTimeout()]`,
	"names of Object.prototype":              `function toString() { return 'mine' } function valueOf() { return 1 } var constructor = () => 2; function hasOwnProperty() { return 3 } function isPrototypeOf() { return 4 } export default () => [toString(), valueOf(), constructor(), hasOwnProperty(), isPrototypeOf(), String(globalThis), typeof propertyIsEnumerable, typeof __defineGetter__]`,
	"own __proto__":                          `var __proto__ = () => 1; function __defineGetter__() { return 2 } export default () => [typeof __proto__, __defineGetter__()]`,
	"names of a program":                     `const exported = () => typeof exports, mod = () => typeof module; export default () => [exported(), mod(), typeof require]`,
	"undefined":                              `const f = () => undefined; function g(undefined) { return undefined } export default () => [String(f()), g(1)]`,
	"arguments at top level":                 "// file: s.cjs\nconst f = () => arguments.length; exports.default = () => f()",
	"arguments at top of ESM":                `const f = () => typeof arguments; export default () => f()`,
	"arguments read":                         `const f = () => { try { return arguments.length } catch (e) { return String(e) } }; export default () => f()`,
	"direct eval":                            `function f() { return 1 } const change = () => eval('f = () => 2'); export default () => { try { change() } catch (e) { return String(e) } return f() }`,
	"indirect eval":                          `function f() { return 1 } const g = () => 2; export default () => [(0, eval)('typeof f'), (0, eval)('typeof g'), new Function('return typeof f')()]`,
	"Function":                               `function f() { return 1 } export default () => { Function('f = 5')(); return [typeof f] }`,
	"var and function":                       `function f() { return 1 } var f; var g = 2; function g() {} export default () => [typeof f, typeof g]`,
	"duplicates":                             "// file: s.cjs\nfunction f() { return 1 } const a = f(); function f() { return 2 } exports.default = () => [a, f()]",
	"duplicates at the top":                  `function f() { return 1 } const a = f(); var f = () => 3; var f = () => 4; export default () => [a, f()]`,
	"functions in blocks":                    `if (true) { function f() { return 1 } console.log(f()) } { var g = () => 1 } for (var h = () => 1; ;) break; export default () => [typeof f, typeof g, typeof h]`,
	"generators and async":                   `async function a() { await null; return b() } const b = async () => [...g()]; function* g() { yield* h() } const h = function* () { yield 1; yield 2 }; async function* ag() { yield 3 } export default async () => { const out = await a(); for await (const x of ag()) out.push(x); return out }`,
	"static blocks":                          `const log = []; class A { static { log.push('A', typeof B) } } class B extends A { static x = log.push('B') } class C { static #p = log.push('C'); static p() { return C.#p } } log.push('end'); export default () => [log, C.p()]`,
	"private":                                `class A { #x = 1; static #s() { return 2 } get x() { return this.#x } set x(v) { this.#x = v } static s(o) { return [A.#s(), #x in o] } } export default () => { const a = new A(); a.x = 5; return [a.x, A.s(a), A.s({})] }`,
	"chains of classes":                      `class A { static who() { return this.name } hi() { return 'A' } } class B extends A { hi() { return super.hi() + 'B' } static get up() { return super.who() } } class C extends B { hi() { return super.hi() + 'C' } } export default () => [new C().hi(), C.who(), C.up, new C() instanceof A, Object.getPrototypeOf(C) === B]`,
	"extends a reassigned":                   `class A { v() { return 1 } } class A2 { v() { return 2 } } let Base = A; class B extends Base {} Base = A2; export default () => new B().v()`,
	"extends a function":                     `function Base() {} Base.prototype.v = () => 1; class B extends Base {} Base.prototype = { v: () => 2 }; export default () => new B().v()`,
	"extends what is no class":               "const none = 5;\nconsole.log('before');\nclass B extends none {}\nexport default () => B",
	"extends missing":                        "console.log('before');\nclass B extends missing {}\nexport default () => B",
	"extends an arrow":                       "const a = () => 1;\nclass B extends a {}\nexport default () => B",
	"extends a later class":                  "class B extends A {}\nclass A {}\nexport default () => B",
	"extends itself":                         "class A extends A {}\nexport default () => A",
	"extends null":                           `class A extends null { static s() { return 1 } } export default () => A.s()`,
	"extends a builtin":                      `class E extends Error { constructor(m) { super(m); this.name = 'E' } } class L extends Array { get first() { return this[0] } } export default () => [String(new E('x')), new E('y') instanceof Error, L.of(4).first]`,
	"extends a patched builtin":              `const Old = globalThis.Error; class E extends Error {} globalThis.Error = class { v = 1 }; export default () => { globalThis.Error = Old; return [new E() instanceof Old] }`,
	"extends a changed prototype":            `class A {} class B extends A {} Object.setPrototypeOf(A, { s: () => 1 }); A.prototype.v = 2; export default () => [B.s(), new B().v]`,
	"default anonymous function":             `export default function () { return 1 }`,
	"default arrow":                          `export default async () => { console.log((await import('./s.js')).default.name); return 1 }`,
	"default class":                          "// file: s.js\nimport C, { C as D } from './c.js'\nexport default () => [C.name, new C().v, D.name]\n// file: c.js\nexport default class { v = 1 }\nexport class C {}",
	"exports renamed":                        `function f() { return 1 } export { f as g, f as default, f as 'x y' }`,
	"live bindings":                          "// file: s.js\nimport { n, f, change } from './m.js'\nconst out = [n, f()]; change(); export default () => [out, n, f()]\n// file: m.js\nexport let n = 1; export function f() { return 1 } export function change() { n++; f = () => 2 }",
	"circular":                               "// file: s.js\nimport { b } from './b.js'\nexport function a() { return 'a' } export const c = () => 'c'; export default () => [b()]\n// file: b.js\nimport { a, c } from './s.js'\nlet t; try { t = [a(), typeof c, c()] } catch (e) { t = String(e) } console.log(t); export const b = () => [a(), c(), t]",
	"commonjs":                               "// file: s.js\nimport f, { k } from './c.js'\nimport * as all from './d.js'\nconst e = require('./e.js'); export default () => [f(), k, Object.keys(all), e()]\n// file: c.js\nmodule.exports = function () { return [this === undefined, typeof module] }; module.exports.k = 1\n// file: d.js\n'use strict'; exports.top = this === exports; function f() { return this } exports.f = f() === undefined\n// file: e.js\nvar f = function () { return typeof f }; module.exports = f; function unused() {}",
	"commonjs entry":                         "// file: s.cjs\n'use strict'; const helper = () => this === module.exports; function f() { return [helper(), typeof this] } module.exports.default = f; exports.x = 1",
	"plain entry":                            "// file: s.js\nfunction f() { return this } const g = () => typeof this; console.log(typeof this, f() === globalThis, g())",
	"strict entry":                           "// file: s.js\n'use strict'; function f() { return typeof this } const g = () => typeof this; console.log(typeof this, f(), g())",
	"strict":                                 `'use strict'; function f() { try { undeclared = 1 } catch (e) { return String(e) } } const g = () => { 'use strict'; return typeof this }; function h() { return typeof this } export default () => [f(), g(), h(), typeof undeclared]`,
	"implicit globals":                       "// file: s.js\nfunction f() { undeclared = 1; return undeclared } export default () => [typeof undeclared, f(), globalThis.undeclared]",
	"json":                                   "// file: s.js\nimport data, { a } from './d.json'\nconst f = () => data; export default () => [f() === data, a, data]\n// file: d.json\n{ \"a\": 1, \"f\": 2 }",
	"unicode names":                          `function größe() { return größe.name } const 𠮷 = () => 𠮷.name; const \u0061b = () => ab.name; class Ünï { static n() { return this.name } } export default () => [größe(), 𠮷(), ab(), Ünï.n()]`,
	"delete":                                 "// file: s.cjs\nfunction f() {} exports.default = () => [delete f, typeof f, delete globalThis.f]",
	"globalThis.f":                           `function f() {} const g = () => 1; var v = 1; class C {} export default () => [typeof globalThis.f, typeof globalThis.g, typeof globalThis['v'], typeof globalThis.C, 'f' in globalThis, Object.hasOwn(globalThis, 'v')]`,
	"globalThis in an alias":                 `const root = typeof globalThis === 'object' ? globalThis : null; function f() {} const g = () => 1; export default () => [typeof root.f, typeof root.g, typeof root.root]`,
	"globalThis by another name":             `const root = globalThis; function f() {} const g = () => 1; export default () => [typeof root.f, typeof root.g, typeof root.root]`,
	"globalThis by a name that is passed on": `const root = globalThis; function f() {} const has = (o, k) => k in o; export default () => [has(root, 'f'), typeof f]`,
	"globalThis assigned in passing":         `let a; const has = (o, k) => k in o; function f() {} export default () => [has(a = globalThis, 'f'), typeof f]`,
	"globalThis by a temporary name":         `let a; (a = globalThis).f ?? (a.g = 5); function f() {} const g = () => 1; export default () => [typeof f, typeof g, typeof globalThis.h]`,
	"names of elsewhere":                     `const seen = (typeof globalThis !== 'undefined' ? globalThis : {}).process; function process() {} export default () => [typeof seen, typeof process]`,
	"globals listed":                         `function f() {} var v = 1; export default () => [f(), Object.keys(globalThis), Object.getOwnPropertyNames(globalThis).includes('v')]`,
	"globalThis assigned":                    `function f() { return 1 } const g = () => f(); export default () => { globalThis.f = () => 2; return [f(), g(), globalThis.f()] }`,
	"globalThis by this":                     `function whole() { return this } function f() {} const g = () => 1; export default () => [typeof whole().f, typeof whole().g, whole() === globalThis]`,
	"globalThis by Function":                 `const root = Function('return this')(); function f() {} const g = () => 1; export default () => [typeof root.f, typeof root.g]`,
	"frozen globalThis":                      `var n = 1; function f() { return n++ } const g = () => n; Object.freeze(globalThis); export default () => [f(), g()]`,
	"new.target":                             `function f() { return new.target === f } class A { constructor() { this.t = new.target.name } } class B extends A {} export default () => [f(), new B().t, Reflect.construct(A, [], B).t]`,
	"names and lengths":                      `function f(a, b = 1, ...c) {} const g = (x, y) => {}, h = function () {}, i = function own() {}, j = class {}, k = class Own {}, l = (() => {}), m = (0, () => {}); export default () => [f, g, h, i, j, k, l, m].flatMap(x => [x.name, x.length])`,
	"texts":                                  "function f(a) { /* } */ return `}${a}` }\nconst g = (x) => /[/}]/.test(x), h = class { /* c */ m() {} };\nexport default () => [String(f), String(g), String(h), String(function () {}), String(async (x) => { await x })]",
	"columns":                                `const a=()=>{throw new TypeError("a")},b=()=>a(),c=x=>b();class D{m(){return c()}static s(){return new D().m()}}function e(){return D.s()}export default ()=>e();`,
	"columns at the top":                     `const a=()=>{throw new TypeError("a")},b=()=>a(),c=x=>b();class D{m(){return c()}static s(){return new D().m()}}function e(){return D.s()}e();export default ()=>e();`,
	"stack of an error":                      "function f() {\n  return new Error('x');\n}\nconst g = () =>\n  f();\nconsole.log(g());\nexport default () => console.log(g())",
	"stack of a callback":                    "const f = () => { throw new Error('x') };\nexport default async () => {\n  await null;\n  [1].map(f);\n}",
	"templates":                              "const tag = (s, ...v) => s.raw.join('|') + v; function f() { return tag`a${1}\\n${tag`b${2}`}` } const same = () => { const one = s => s, g = () => one``; return g() === g() }; export default () => [f(), same()]",
	"regular expressions":                    `const r = () => /[{}]\/(?<n>x)/g, f = () => 'a{/x'.replace(r(), '$<n>'); export default () => [f(), r() === r()]`,
	"comments and ASI":                       "const f = () => 1 /* ; */\n/* between */ const g = () => 2\n;[1, 2].forEach(x => console.log(x, f()))\nfunction h() { return\n1 }\nvar i = function () {}\n;(function () { console.log(typeof i) })()\nexport default () => [f(), g(), typeof h()]",
	"called at once":                         `const f = (() => { let n = 0; return () => ++n })(); const g = function () { return 1 }(), h = (x => x)(3); export default () => [f(), f(), g, h]`,
	"await at the top":                       `const f = async () => { const await1 = await 1; return await1 }; export default f`,
	"import.meta":                            `const f = () => typeof import.meta.url; export default () => f()`,
	"this in classes":                        `class A { x = this; y = () => this; static m = function () { return typeof this } } export default () => { const a = new A(); return [a.x === a, a.y() === a, A.m()] }`,
	"defaults":                               `const a = (x = b()) => x, b = (y = c) => typeof y, c = ({ d = a } = {}) => d; export default () => [a(), b(), c() === a]`,
	"computed and decorated":                 "// file: s.ts\nfunction seen(t: any) { t.seen = true } function key() { return 'k' } @seen class A { [key()]() { return 1 } } enum E { A, B = 5 } namespace N { export const f = () => E.B } export default () => [(A as any).seen, (new A() as any).k(), N.f(), E[5]]",
	"let and loops":                          `let n = 0; for (let i = 0; i < 3; i++) { const add = () => n += i; add() } const inc = () => ++n; switch (n) { case 3: var s = () => 'three' } label: { var t = () => 't'; break label } export default () => [inc(), n, s(), t()]`,
	"objects with methods":                   `const o = { f() { return g.name }, get h() { return i() }, async *j() {} }; const g = () => {}; function i() { return o.f() } export default () => [o.f(), o.h]`,
	"TDZ kept":                               `const out = []; { try { x } catch (e) { out.push(String(e)) } let x = 1 } export default () => out`,
	"uncaught in a timer":                    "const boom = () => { throw new Error('late') };\nexport default async () => { setTimeout(boom, 1); await new Promise(r => setTimeout(r, 10)) }",
	"endless recursion":                      "const a = () => b();\nfunction b() { return a() }\nexport default () => a()",
	"made deep down":                         "class Deep { m() { return 1 } } const at = () => new Deep().m(); function down(n) { return n ? down(n - 1) : at() }\nexport default () => down(4000)",
	"made at the end of the stack":           "class Deep { m() { return 1 } } const at = () => new Deep().m(); function down(n) { return n ? down(n - 1) : at() }\nexport default () => { const out = []; for (let n = 4970; n < 4988; n++) out.push(down(n)); return out.length }",
	"proxies and Reflect":                    `class A { constructor(v) { this.v = v } } const f = (x) => x; export default () => [new (new Proxy(A, {}))(3).v, Reflect.apply(f, null, [4]), Reflect.construct(A, [5]).v]`,
	"made in a generator":                    `class A { v = 1 } const h = () => new A().v; function* g() { yield h(); yield new B().w } class B extends A { w = 2 } export default async () => { await 1; const out = [...g()]; await 2; return out.concat(await k()) } ; const k = async () => { await 0; return new D().z }; class D { z = 9 }`,
	"in finally and catch":                   `const f = () => 1, g = () => 2, h = () => { throw new Error('h') }; export default () => { const out = []; try { h() } catch { out.push(f()) } finally { out.push(g()) } return out }`,
	"comma and conditional":                  `const a = true ? () => 1 : () => 2, b = (0, function named() { return typeof named }), c = null ?? (() => 3); export default () => [a(), b(), c(), a.name, c.name]`,
	"optional calls":                         `const f = () => ({ g }), g = () => 1; export default () => [f?.()?.g?.(), typeof later?.x] ; var later = undefined`,
	"getter on a name":                       `const f = () => 1; Object.defineProperty(f, 'x', { get: () => f() }); export default () => f.x`,
	"labels with the name":                   `function f() { f: for (;;) { for (;;) break f } return 1 } export default () => f()`,
	"properties with the name":               `function f() { return 1 } const o = { f: 2, g: { f } }; o.f = 3; export default () => [o.f, o.g.f(), f()]`,
	"with":                                   "// file: s.cjs\nfunction f() { return 'top' } exports.default = () => { with ({ f: () => 'with' }) { return f() } }",
	"with that assigns":                      "// file: s.cjs\nvar n = 1; function f() { return n } exports.default = () => { with ({ n: 3 }) { n = 4 } return f() }",
	"function's own name":                    `const f = function g() { return typeof g + g.name }; const h = class I { static n() { return I.name } }; export default () => [f(), h.n(), typeof g, typeof I]`,
	"caller reads early twice":               `var seen = []; function see() { seen.push(typeof f) } see(); var f = () => 1; see(); export default () => (see(), seen)`,
	"var without value":                      `var f; console.log(typeof f); f = () => 1; var g = () => 2; var g; export default () => [f(), g()]`,
	"enumerated by for in":                   `function f() {} export default () => { const k = []; f(); for (const x in globalThis) k.push(x); return k }`,
}
