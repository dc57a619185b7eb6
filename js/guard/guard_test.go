package guard_test

import (
	"errors"
	"math"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"weak"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/memory"
	"github.com/liveload/liveload/js/scripterr"
)

// run calls a function with this body in a VM whose scripts may take so many bytes.
func run(t *testing.T, limit int64, body string) (goja.Value, error) {
	t.Helper()
	t.Cleanup(func() { debug.SetMemoryLimit(math.MaxInt64) })
	vm, err := js.NewVM(t.Context(), jstest.Program(t, nil, "s.js", "export default function () { "+body+" }"), js.VMOptions{Memory: memory.NewWatch(limit)})
	if err != nil {
		t.Fatal(err)
	}
	return jstest.Call(t.Context(), vm)
}

// TestOrdinaryWork has what scripts do with much data, which works as in Node.js.
func TestOrdinaryWork(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{`return new Array(1e6).fill(0).length`, "1000000"},
		{`return Array(1000001).length`, "1000001"},
		{`return 'x'.repeat(1e6).length`, "1000000"},
		{`return 'x'.padEnd('200000').length + 'x'.padStart(3)`, "200000  x"},
		{`const n = Array.from({ length: 150000 }, (_, i) => i); n.sort((a, b) => a - b); return n[149999]`, "149999"},
		{`const rows = JSON.parse('[' + '{"id":1,"name":"Jane Doe","tags":[1,2]},'.repeat(50000) + '0]'); return rows.length + rows[7].name`, "50001Jane Doe"},
		{`const rows = 'id,name,city\n'.repeat(200000).split('\n').map((row) => row.split(',')[1]); return rows.length + rows[0]`, "200001name"},
		{`return 'a'.concat('b', 1, null) + JSON.stringify(['x'.repeat(3), 'y']) + BigInt.asIntN(8, 255n) + [1, 'b'].join()`, `ab1null["xxx","y"]-11,b`},
		{`return 'a b '.repeat(100000).replaceAll(' ', '').length`, "200000"},
		{`return [[1], [[2]]].flat(Infinity).join()`, "1,2"},
		{`return new Uint8Array(5e6).length + new Float64Array([1, 2]).length`, "5000002"},
		{`const file = {}; file.length = 4e9; return file.length`, "4000000000"},
		{`class Body { constructor(n) { this.length = n } } return new Body(3e9).length`, "3000000000"},
		{`const a = [1, 2, 3]; a.length = 1; return a.join()`, "1"},
		{`const a = [1, 2]; a.length += 1; a['length'] *= 2; a.length -= 1; let n = 0; const o = () => { n++; return a }; o().length += 1; return a.length + n`, "7"},
		{`return Math.max.apply(null, [1, 3, 2]) + Reflect.construct(Uint8Array, [3]).length + Math.max.apply(null, { length: 1, 0: 4 })`, "10"},
		{`return 2 ** 40 + (1n << 100n).toString() + 3n ** 3n`, "1099511627776126765060022822940149670320537627"},
		{`let b = 3n, n = 2; b **= 2n; n **= 3; return b ** 2n + ' ' + n ** 2`, "81 64"},
		{`return Array('4000000000').length + Array(Symbol('4000000000')).length`, "2"},
		{`let read = 0; const o = { get length() { read++; return 3 }, get other() { read++; return 1 } };
		  Array(o); const [made, a] = [new Uint8Array(o), []]; try { a.length = o } catch {} return made.length + ' ' + read`, "3 1"},
		{`const down = (n) => n && Reflect.apply(down, null, [n - 1]); return down(1500)`, "0"},
		{`const p = new Proxy({ a: 1 }, { get: (of, key) => of[key] ?? key }); Object.setPrototypeOf(p, { c: 3 }); return p.a + p.b + Object.getPrototypeOf(p).c`, "1b3"},
		{`const o = {}; o.__proto__ = new Proxy({ a: 1 }, {}); const { proxy, revoke } = Proxy.revocable(o, {}); const a = proxy.a; revoke(); return a`, "1"},
		{`try { const o = {}; Object.setPrototypeOf(o, Object.create(o)) } catch (e) { return e.name + typeof Proxy }`, "TypeErrorfunction"},
		{`const has = Function.prototype.call.bind(Object.prototype.hasOwnProperty); return has({ a: 1 }, 'a') + has.name`, "truebound call"},
		{`const Then = Date.bind(null, 2020), when = new Then(1); return when.getMonth() + when.constructor.name + (when instanceof Then) + Then.length`, "1Datetrue6"},
		{`const max = Math.max.bind(null, 1).bind(null, 2); return max(3) + Reflect.apply(max, null, [9]) + max.name`, "12bound bound max"},
		{`class C { constructor(a) { this.a = a } } const D = C.bind(null, 4); return new D().a + D.name`, "4bound C"},
		{`return Function('a', 'b', 'return a + b')(1, 2) + new Function(...['a', { toString: () => 'return a' }])(3) + Function()`, "6function anonymous(\n) {\n\n}"},
		{`const x = 4; return eval(...['x + 1', 'no']) + eval('x') + Reflect.construct(Function, ['a', 'return a'])(5)`, "14"},
		{`return Array(...[3]).length + Array(...'ab', 7).join() + new Uint8Array(...[new ArrayBuffer(8), 4]).length + new Proxy(...[{ a: 1 }, {}]).a`, "3a,b,741"},
		{`class P { constructor(a, b) { this.s = a + b } more(...by) { return new this.constructor(this.s, ...by) } } return new P(1, 2).more('x').s + (() => 1).constructor('a', 'return a')(6)`, "3x6"},
		{"const two = (n) => new Promise((done) => done(n)); let s = 'a', n = 1, read = 0; const o = { get s() { read++; return 'b' }, set s(v) { s += v } }; o.s += s; n += n; return [s, n, read, `${s}${n}${null}`, `${`${n}`}`, 2n + BigInt(n), String.raw`${s}\\n`].join()",
			`aba,2,1,aba2null,2,4,aba\n`},
		{"const at = []; const see = (v) => { at.push(v); return v }; const sum = see('a') + see(1) + see(2) + (see(3) + see(4)); return sum + at + new Date(0).getTime() + (typeof (sum + sum))", "a127a,1,2,3,40string"},
		{"try { return `${Symbol('x')}` } catch (e) { try { return Symbol('x') + [] } catch (f) { return e.name + f.name } }", "TypeErrorTypeError"},
		{"class A { static b = this.name + this.name; c = this.d(1 + this.n) + `${this.n}`; n = 1; d(x, y = x + x) { return x + y } } const [g] = [(function* () { const x = yield 1; return x + (yield x + x) })()]; g.next(); g.next('u'); return A.b + new A().c + g.next('v').value", "AANaNundefineduv"},
		{`const log = []; let all = ''; for (let i = 0; i < 200; i++) all += 'x'.repeat(1e4) + i; return all.length`, "2000490"},
		{"const f = (a, b) => a + b; return f.toString() + (() => `${f}`.length)()", "(a, b) => a + b15"},
		{"const f = ({a}) => `${eval('a')}${a}`, g = (a, ...b) => `${eval('b')}` + a; function h(a = 1) { return eval('a') + Math.PI } return f({ a: 1 }) + g(1, 2) + h().toFixed(2)", "11214.14"},
		{"const f = (o = {}) => { { const k = 'x'; return k + k + eval('k') } }, g = (o = {}) => () => eval('1') + String(o), code = '2'; function h({ a }) { return eval(code) + a } return f() + g()() + h({ a: 3 })", "xxx1[object Object]5"},
		{"const C = class { m(code, a, b) { return eval(code) + a + b } }, x = 1; return new C().m('2', 3, x) + new (class { n(c) { return `${eval(c)}${c}` } })().n('4')", "644"},
		{"let s = 'a', n = 0; const o = { s: 'b', get t() { n++; return 'c' }, set t(v) { this.s += v } }, of = () => { n += 10; return o }; o.t += o.s; of().s += o.s; try { c += s; let c } catch (e) { s += e.name } class P { #x = 'p'; y = 'q'; add() { this.#x += this.y; this.y += this.#x; return this.y } } class Q extends P { add() { super.z += 'r' + this.y; return this.z } } return [s, o.s, n, new P().add(), new Q().add()].join()",
			"aReferenceError,bcbbcb,11,qpq,undefinedrq"},
		{`return [String.prototype.repeat.name, [].sort.length, JSON.parse.name].join()`, "repeat,1,parse"},
	} {
		got, err := run(t, 1000*memory.MB, test.body)
		if err != nil || got.String() != test.want {
			t.Errorf("%s gives %v (%v), not %s", test.body, got, err, test.want)
		}
	}
}

// TestTooDeep goes through more objects and functions, one behind the other, than there is stack for.
func TestTooDeep(t *testing.T) {
	for _, body := range []string{
		`const o = {}; Object.setPrototypeOf(o, new Proxy(o, {})); return o.x`,
		`const o = {}; Reflect.setPrototypeOf(o, Object.create(new Proxy(o, {}))); return 'x' in o`,
		`const o = {}; o.__proto__ = new Proxy(o, {}); o.x = 1`,
		`const o = {}, p = new Proxy({}, o); Object.setPrototypeOf(o, p); return p.x`,
		`let p = {}; for (let i = 0; i < 2e6; i++) p = new Proxy(p, {}); return p.x`,
		`let p = {}; for (let i = 0; i < 2e6; i++) p = new Proxy({}, p); return p.x`,
		`let p = {}; for (let i = 0; i < 50; i++) p = new Proxy(p, p); return p.x`,
		`let p = {}; for (let i = 0; i < 2e6; i++) p = Proxy.revocable(Object.create(p), {}).proxy; return p.x`,
		`let f = () => 1; for (let i = 0; i < 2e6; i++) Object.defineProperty(f = f.bind(), 'name', { value: '' }); return f()`,
		`const c = Function.prototype.call; let f = () => 1; for (let i = 0; i < 2e6; i++) Object.defineProperty(f = c.bind(f), 'name', { value: '' }); return f()`,
		`const o = {}; Object.defineProperty(o, 'x', { get: Reflect.get.bind(null, o, 'x') }); return o.x`,
		`const o = {}; o.toString = o.valueOf = Number.bind(null, o); return +o`,
		`const o = {}; o.toJSON = JSON.stringify.bind(JSON, o); return JSON.stringify(o)`,
		`const a = [Reflect.apply, 0]; a[2] = a; return Reflect.apply(...a)`,
	} {
		_, err := run(t, 1000*memory.MB, body)
		if script, ok := errors.AsType[*scripterr.Error](err); !ok || script.Name != "RangeError" || script.Line == 0 {
			t.Errorf("%s gives %v, not a RangeError with its place", body, err)
		}
	}
}

// TestCodeThatIsTooDeep compiles what is nested too deep, in each way that names what compiles it.
func TestCodeThatIsTooDeep(t *testing.T) {
	const deep, some = `'['.repeat(5e6)`, `Array(100).fill('['.repeat(9900))`
	for _, body := range []string{
		`eval(` + deep + `)`, `eval(...[` + deep + `])`, `(0, eval)(` + deep + `)`, `globalThis.eval(` + deep + `)`, `eval('` + strings.Repeat("[", 200_000) + `')`,
		`Function(` + deep + `)`, `new Function('a', ` + deep + `)`, `Function(...` + some + `)`, `globalThis.Function(...` + some + `)`,
		`Function({ n: 0, toString() { return this.n++ ? '' : ` + deep + ` } })`, `Function('['.repeat(9900), '['.repeat(9900), '')`,
		`(() => {}).constructor(` + deep + `)`, `(() => {}).constructor(...` + some + `)`, `(() => {}).constructor('['.repeat(9900), '['.repeat(9900))`,
		`Reflect.construct(Function, ` + some + `)`, `Reflect.construct(Function, [{ n: 0, toString() { return this.n++ ? '' : ` + deep + ` } }])`,
	} {
		_, err := run(t, 1000*memory.MB, body)
		if script, ok := errors.AsType[*scripterr.Error](err); !ok || script.Name != "SyntaxError" || script.Line == 0 {
			t.Errorf("%.200s gives %v, not a SyntaxError with its place", body, err)
		}
	}
}

// TestTooLong makes texts and numbers that are longer than V8 allows, at once.
func TestTooLong(t *testing.T) {
	for _, body := range []string{
		`return new Array(1e5).fill('x'.repeat(1e4)) + ''`, `const a = []; a[4e9] = 1; return a.join()`,
		`const b = 2n ** 100000n; return b ** 20000n`, `let b = 2n ** 100000n; b **= 1000000n`,
	} {
		_, err := run(t, 1000*memory.MB, body)
		if script, ok := errors.AsType[*scripterr.Error](err); !ok || script.Name != "RangeError" {
			t.Errorf("%s gives %v, not a RangeError", body, err)
		}
	}
}

// TestTooMuch asks for more than scripts may take.
func TestTooMuch(t *testing.T) {
	for _, body := range []string{
		`return Array(4e9).fill(1)`, `const a = []; a.length = 4e9; return a.map(() => 1)`, `return 'x'.repeat('5e8')`, `return new Float64Array(1e8)`,
		`const a = [1]; a.length += 4e9; return a.map(() => 1)`, `const a = []; a['length'] = 4e9; return a.map(() => 1)`,
		`return Math.max.apply(null, { length: 4e9 })`, `return Reflect.apply(Math.max, null, { length: 4e9 })`, `return Reflect.construct(ArrayBuffer, [2 ** 35])`,
		`return new Uint8Array({ length: 2 ** 40 })`,
		`return new ArrayBuffer(...[2 ** 35])`, `return Array(...[4e9]).fill(1)`, `return new Float64Array(...[2 ** 35, 0])`,
		`return JSON.stringify(Array(1e4).fill('x'.repeat(4e4)))`, `return BigInt.asUintN(2 ** 30, -1n) + 'x'.repeat(2 ** 28)`,
		`let s = 'x'; for (;;) s += s`, `const o = { s: 'ü' }; for (;;) o.s += o.s`, "let s = 'x'; for (;;) s = `${s}${s}`", `const f = (a, b) => a + b; let s = 'x'; for (;;) s = f(s, s)`,
		`const a = []; a[4e9] = 1; return a.toSorted()`, `return JSON.parse('[' + '{},'.repeat(3e6) + '1]')`,
	} {
		_, err := run(t, 300*memory.MB, body)
		if _, ok := errors.AsType[*memory.Error](err); !ok {
			t.Errorf("%s gives %v, not a memory.Error", body, err)
		}
	}
}

// TestBoundFunctionsAreCollected: a VM whose functions were bound more than once is garbage when nobody has it any more.
func TestBoundFunctionsAreCollected(t *testing.T) {
	made := func() weak.Pointer[goja.Runtime] {
		vm, err := js.NewVM(t.Context(), jstest.Program(t, nil, "s.js", "const f = Math.max.bind().bind(); export default () => f(1)"), js.VMOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if v, err := jstest.Call(t.Context(), vm); err != nil || v.ToInteger() != 1 {
			t.Fatal(v, err)
		}
		return weak.Make(vm.Runtime())
	}()
	for range 3 {
		runtime.GC()
	}
	if made.Value() != nil {
		t.Error("it is still there")
	}
}
