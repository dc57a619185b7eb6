package js_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dop251/goja"
	"go.uber.org/goleak"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/scripterr"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestScripts: a body, and the value it must give.
func TestScripts(t *testing.T) {
	tests := []struct{ body, want string }{
		{`return answer`, `42`},
		{`return [...'ab'].map((c, i) => c + i)`, `["a0","b1"]`},
		{`return await new Promise(r => setTimeout(r, 1, 'late'))`, `"late"`},
		{`const order = []; setTimeout(() => order.push('t')); queueMicrotask(() => order.push('m')); order.push('s'); await new Promise(r => setTimeout(r, 5)); return order`, `["s","m","t"]`},
		{`let n = 0; await new Promise<void>(r => { const id = setInterval(() => { if (++n === 3) { clearInterval(id); r() } }, 1) }); return n`, `3`},
		{`const id = setTimeout(() => { throw 1 }, 1); clearTimeout(id); await new Promise(r => setTimeout(r, 5)); return 1`, `1`},
		{`return Promise.all([1, Promise.resolve(2), new Promise(r => setTimeout(r, 1, 3))])`, `[1,2,3]`},
		{`return Promise.race([new Promise(() => {}), Promise.resolve('first')])`, `"first"`},
		{`return (await Promise.allSettled([Promise.reject(1), 2])).map(r => r.status)`, `["rejected","fulfilled"]`},
		{`async function* g() { yield 1; yield 2 } let s = 0; for await (const x of g()) s += x; return s`, `3`},
		{`const it = { async *[Symbol.asyncIterator]() { yield 'a' } }; const out = []; for await (const x of it) out.push(x); return out`, `["a"]`},
		{`class A { #p = 1; static s = 2; static { this.s++ } get p() { return this.#p ?? 0 } } return [new A().p, A.s]`, `[1,3]`},
		{`const { a, ...rest } = { a: 1, b: 2, c: 3 }; return { ...rest, a: a ** 2 }`, `{"b":2,"c":3,"a":1}`},
		{`let x: number | null = null; x ??= 5; x ||= 6; x &&= 7; return x`, `7`},
		{`return '2024-05'.match(/(?<y>\d+)-(?<m>\d+)/)!.groups!.m + [1, 2].at(-1) + 'aa'.replaceAll('a', 'b')`, `"052bb"`},
		{"return eval('6 * 7\\n//# sourceMappingURL=/etc/passwd') + new Function('return 1\\n//# sourceMappingURL=/no/such/file')()", `43`}, // no file is read
		{`enum Color { Red = 1, Blue } return Color.Blue`, `2`},
		{`const m = await import('liveload'); return m.answer`, `42`},
		{`try { throw new Error('x', { cause: 7 }) } catch (e) { return (e as Error).cause }`, `7`},
		{`await Promise.reject(1).catch(() => {}); return 1`, `1`},
		{`const p = Promise.reject(1); await null; await p.catch(() => {}); return 'handled late'`, `"handled late"`},
		{`return { then(r) { r('thenable') } }`, `"thenable"`},
		{`setTimeout(() => { throw 1 }, 1e9); return 'timers are dropped'`, `"timers are dropped"`},
		{`const out = []; for (let i = 0; i < 200; i++) setTimeout(() => out.push(i), i < 100 ? 1 : 3); const end = Date.now() + 10; while (Date.now() < end); await new Promise(r => setTimeout(r, 3)); return out.every((n, i) => n === i) && out.length`, `200`},
		{`let n = 0; await new Promise(r => { const id = setInterval(() => { if (++n === 3) { clearInterval(id); setTimeout(r, 5) } }, 1) }); return n`, `3`},
		{`const ids = Array.from({ length: 50 }, (_, i) => setTimeout(() => n++, i % 7)); let n = 0; ids.filter((_, i) => i % 2).forEach(clearTimeout); await new Promise(r => setTimeout(r, 20)); return n`, `25`},
	}
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			vm := jstest.Body(t, test.body)
			v, err := jstest.Call(t.Context(), vm)
			if err != nil {
				t.Fatal(err)
			}
			text, err := vm.Runtime().RunString("JSON.stringify")
			if err != nil {
				t.Fatal(err)
			}
			stringify, _ := goja.AssertFunction(text)
			got, err := stringify(nil, v)
			if err != nil || got.String() != test.want {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestScriptErrors(t *testing.T) {
	tests := []struct{ body, want string }{
		{`return +Object.create(null)`, "TypeError: Could not convert an object to primitive"},
		{`null.x`, "s.ts:3:6: TypeError: Cannot read property 'x' of undefined"},
		{`throw 'text'`, "the script threw 'text'"},
		{`throw { a: 1 }`, "the script threw { a: 1 }"},
		{`throw undefined`, "the script threw undefined"},
		{`await null;  throw new TypeError('later')`, "s.ts:3:20: TypeError: later"},
		{`Promise.reject(new Error('unhandled'))`, "s.ts:3:16: Error: unhandled"},
		{`setTimeout(() => { throw new Error('in a timer') }); await new Promise(() => {})`, "s.ts:3:26: Error: in a timer"},
		{`queueMicrotask(() => { throw new Error('in a microtask') }); await new Promise(r => setTimeout(r, 1))`, "s.ts:3:30: Error: in a microtask"},
		{`function f() { f() } f()`, "s.ts:3:16: RangeError: functions call each other without end (more than 5000 deep)"},
		{`throw Object.create(null)`, "the script threw {}"},
		{`throw new Proxy({}, { get() { throw 1 } })`, "the script threw"},
		{`class E extends Error { name = 'Mine' } throw new E('x')`, "Mine: x"},
		{`setTimeout(3)`, "the first argument of a timer must be a function"},
	}
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			_, err := jstest.Call(t.Context(), jstest.Body(t, test.body))
			var e *scripterr.Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestInterrupt(t *testing.T) {
	tests := []struct {
		body, doing string
		broken      bool
	}{
		{`for (;;) {}`, "was running default (s.ts:", true},
		{`await null; for (;;) {}`, "was running default (s.ts:", true},
		{`for (;;) await null`, "was running", true}, // between two turns of an async function it is nowhere
		{`for (;;) try { await Promise.reject(1) } catch {}`, "was running", true},
		{`await new Promise(() => {})`, "was waiting for a promise that nothing can resolve any more", false},
		{`await new Promise(r => setTimeout(r, 1e6))`, "was waiting for a timer or an operation", false},
		{`setInterval(() => {}, 1); await new Promise(() => {})`, "was waiting for a timer or an operation", false},
	}
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			vm := jstest.Body(t, "if (globalThis.again) return 'fine';\nelse {"+test.body+"}")
			cause := errors.New("time is up")
			ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, cause)
			defer cancel()
			_, err := jstest.Call(ctx, vm)
			if !errors.Is(err, cause) || !strings.Contains(err.Error(), test.doing) {
				t.Fatalf("error %v", err)
			}
			if vm.Broken() != test.broken {
				t.Fatalf("broken %v", vm.Broken())
			}
			if test.broken {
				if _, err := jstest.Call(t.Context(), vm); !errors.Is(err, js.ErrBroken) {
					t.Fatalf("a call on a broken VM: %v", err)
				}
				if vm, err = vm.Fresh(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			jstest.Set(t, vm, "again", true)
			if v, err := jstest.Call(t.Context(), vm); err != nil || v.String() != "fine" {
				t.Fatalf("the next call: %v, %v", v, err)
			}
		})
	}
}

func TestTopLevelLoop(t *testing.T) {
	p := jstest.Program(t, nil, "s.js", "for (;;) {}")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := js.NewVM(ctx, p, js.VMOptions{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

// TestGoErrors: a Go error survives the ways in which scripts pass errors on.
func TestGoErrors(t *testing.T) {
	mine := errors.New("mine")
	for _, body := range []string{
		`await fail()`, `return fail()`, `try { await fail() } catch (e) { throw e }`,
		`await fail().catch(e => { throw new Error('outer', { cause: e }) })`,
		`try { failNow() } catch (e) { throw new TypeError('a', { cause: new Error('b', { cause: e }) }) }`,
		`await Promise.all([fail(), new Promise(() => {})])`,
	} {
		t.Run(body, func(t *testing.T) {
			vm := jstest.Body(t, body)
			for name, fn := range map[string]func() goja.Value{
				"fail": func() goja.Value {
					return vm.Async(nil, func(context.Context) (any, error) { return nil, fmt.Errorf("wrapped: %w", mine) })
				},
				"failNow": func() goja.Value { panic(vm.NewError(mine)) },
			} {
				jstest.Set(t, vm, name, fn)
			}
			_, err := jstest.Call(t.Context(), vm)
			var e *scripterr.Error
			if !errors.Is(err, mine) || !errors.As(err, &e) || e.Line != 3 {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestAsyncPanic(t *testing.T) {
	vm := jstest.Body(t, `await work()`)
	jstest.Set(t, vm, "work", func() goja.Value {
		return vm.Async(nil, func(context.Context) (any, error) { panic("oh") })
	})
	_, err := jstest.Call(t.Context(), vm)
	var p *scripterr.PanicError
	if !errors.As(err, &p) || len(p.StackLines()) < 3 {
		t.Fatal(err)
	}
}

func TestCompleteTwicePanics(t *testing.T) {
	vm := jstest.Body(t, `await new Promise(register)`)
	var second any
	jstest.Set(t, vm, "register", func(call goja.FunctionCall) goja.Value {
		resolve, _ := goja.AssertFunction(call.Argument(0))
		complete := vm.Register()
		complete(func() error { _, err := resolve(nil); return err })
		func() {
			defer func() { second = recover() }()
			complete(nil)
		}()
		return nil
	})
	if _, err := jstest.Call(t.Context(), vm); err != nil || second == nil {
		t.Fatalf("%v, %v", err, second)
	}
}

// TestCallWaitsForOperations: what a script leaves running is cancelled and has come back when the
// call returns.
func TestCallWaitsForOperations(t *testing.T) {
	vm := jstest.Body(t, `work(); return 1`)
	var ended error
	jstest.Set(t, vm, "work", func() goja.Value {
		return vm.Async(nil, func(ctx context.Context) (any, error) {
			<-ctx.Done()
			ended = context.Cause(ctx) // a race if Call did not wait
			return nil, ended
		})
	})
	if _, err := jstest.Call(t.Context(), vm); err != nil || !errors.Is(ended, js.ErrCallEnded) {
		t.Fatalf("%v, %v", err, ended)
	}
}

func TestOneCallAtATime(t *testing.T) {
	vm := jstest.Body(t, `return nested()`)
	jstest.Set(t, vm, "nested", func() string {
		_, err := jstest.Call(context.Background(), vm)
		return fmt.Sprint(err)
	})
	if v, err := jstest.Call(t.Context(), vm); err != nil || v.String() != js.ErrBusy.Error() {
		t.Fatalf("%v, %v", v, err)
	}
}

func TestManyVMsShareAProgram(t *testing.T) {
	p := jstest.Program(t, nil, "s.js", "let n = 0;\nexport default async function () { for (let i = 0; i < 50; i++) await new Promise(r => setTimeout(r)); n++; null.x }")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			vm, err := js.NewVM(t.Context(), p, js.VMOptions{})
			if err != nil {
				t.Error(err)
				return
			}
			if _, err = jstest.Call(t.Context(), vm); err == nil || !strings.HasPrefix(err.Error(), "s.js:2:114: TypeError") {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestConsole(t *testing.T) {
	tests := []struct{ args, want string }{
		{`'a', 1, true, null, undefined`, "a 1 true null undefined"},
		{`{ a: [1, 'x'], 'b-c': { d: { e: { f: { g: 1 } } } } }`, "{ a: [ 1, 'x' ], 'b-c': { d: { e: { f: [Object] } } } }"},
		{`new Map([['k', { v: 1 }]]), new Set([1])`, "Map(1) { [ 'k', { v: 1 } ] } Set(1) { 1 }"},
		{`new URL("http://h/?a=b c"), new URLSearchParams({ q: "+" }), { at: new URL("http://i") }`, "URL 'http://h/?a=b%20c' URLSearchParams 'q=%2B' { at: URL 'http://i/' }"},
		{`function named() {}, () => 1, class K {}`, "[Function: named] [Function (anonymous)] [Function: K]"},
		{`new (class Foo { x = 1 })()`, "Foo { x: 1 }"},
		{`new Date(0), /a/g, Promise.resolve(1), new Promise(() => {})`, "1970-01-01T00:00:00.000Z /a/g Promise { 1 } Promise { <pending> }"},
		{`'%s is %d%%, %j', 'cpu', '7', { a: 1 }, 'rest'`, "cpu is 7%, { a: 1 } rest"},
		{`(() => { const a: any = {}; a.self = a; return a })()`, "{ self: [Circular] }"},
		{`new Array(101).fill(0).length, [], {}`, "101 [] {}"},
		{`{ get x() { throw 1 } }`, "{ x: undefined }"},
		{`"it's"`, "it's"}, {`["it's"]`, `[ 'it\'s' ]`},
		{`new Error('x')`, "Error: x\n    at default (s.ts:3:14)"},
	}
	for _, test := range tests {
		var out strings.Builder
		logger := slog.New(slog.NewTextHandler(&out, nil))
		vm, err := js.NewVM(t.Context(), jstest.Body(t, "console.warn("+test.args+")").Program(), js.VMOptions{Modules: jstest.Modules, Logger: logger})
		if err != nil {
			t.Fatal(err)
		}
		vm.LogAbout("user", 3)
		if _, err := jstest.Call(t.Context(), vm); err != nil {
			t.Errorf("%s: %v", test.args, err)
		}
		want := fmt.Sprintf("level=WARN msg=%s user=3", slogText(test.want))
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s\n got %s\nwant %s", test.args, out.String(), want)
		}
	}
}

func slogText(s string) string {
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info(s)
	_, rest, _ := strings.Cut(b.String(), "msg=")
	return strings.TrimSuffix(rest, "\n")
}

// TestStuck: a Go function that ignores its context does not hold the user for ever. Time is virtual.
func TestStuck(t *testing.T) {
	p := jstest.Program(t, nil, "s.js", "export default function () { stuck(); return 1 }")
	synctest.Test(t, func(t *testing.T) {
		vm := jstest.VM(t, p, nil)
		release := make(chan struct{})
		defer close(release)
		jstest.Set(t, vm, "stuck", func() goja.Value {
			return vm.Async(nil, func(context.Context) (any, error) { <-release; return nil, nil })
		})
		if _, err := jstest.Call(t.Context(), vm); !errors.Is(err, js.ErrStuck) || !vm.Broken() {
			t.Fatalf("%v, broken %v", err, vm.Broken())
		}
		inTime := false
		_, _ = vm.Salvage(t.Context(), func() (goja.Value, error) { inTime = vm.Context().Err() == nil; return nil, nil })
		if !inTime {
			t.Error("the next call has the context of the one that got stuck")
		}
	})
}

func TestImports(t *testing.T) {
	jstest.Write(t,
		"s.mjs", "import data from './d.json'; import { a } from 'esm'; import * as m from 'liveload'; export default async () => data.n + a + m.answer",
		"d.json", `{"n": 1}`,
		"node_modules/esm/package.json", `{"type": "module", "exports": {"import": "./i.mjs", "require": "./r.cjs"}}`,
		"node_modules/esm/i.mjs", "export const a = 2",
		"node_modules/esm/r.cjs", "exports.a = 200",
	)
	if v, err := jstest.Call(t.Context(), jstest.Load(t, "s.mjs")); err != nil || v.ToInteger() != 45 {
		t.Fatalf("%v, %v", v, err)
	}
}
