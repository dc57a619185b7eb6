package page

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
)

// An echo is an object whose methods give back what they get, and call functions.
type echo struct{ kind string }

func (e echo) Type() string { return e.kind }

func (e echo) Members() map[string]browserpool.Shape {
	return map[string]browserpool.Shape{
		"now": browserpool.Immediate, "later": browserpool.Promised, "part": browserpool.Property,
		"on": browserpool.Listening, "off": browserpool.Listening, "waitForEvent": browserpool.Listening, "waitForRequest": browserpool.Listening,
	}
}

func (e echo) Call(ctx context.Context, method string, args []any) (any, error) {
	if method == "part" {
		return echo{"Part"}, nil
	}
	if method == "later" {
		for _, arg := range args {
			if fn, ok := arg.(*browserpool.Function); ok {
				return fn.Call("called", e)
			}
		}
	}
	for i, arg := range args {
		switch arg.(type) {
		case *browserpool.Function, *browserpool.RegExp:
			args[i] = nil
		}
	}
	return args, nil
}

func (e echo) Listen(_ context.Context, event string, _ any, fn func(any)) (func(), error) {
	if event == "" {
		return nil, errors.New("no event")
	}
	fn(map[string]any{"event": event, "of": e})
	return func() {}, nil
}

type echoSession struct{}

func (echoSession) Object(context.Context, string) (browserpool.Object, error) {
	return echo{"Page"}, nil
}
func (echoSession) ResetObjects(context.Context)      {}
func (echoSession) Acknowledge(context.Context) error { return nil }
func (echoSession) Lost() <-chan struct{}             { return nil }

// FuzzValues: whatever a script makes of the objects is a value or an error of the script, in time.
func FuzzValues(f *testing.F) {
	for _, seed := range []string{
		"page.now(1, 'a', null, undefined, { a: [1.5, -0, NaN] })", "page.now(/x/gi, new Date(0), new Uint8Array([1]))",
		"page.later(() => ({ a: page }))", "page.later(async (a, b) => { await 1; return b === page; })",
		"page.later(() => { throw 1; })", "page.on('x', (v) => v.of.now())", "page.on('x')", "page.on('', () => {})",
		"page.waitForEvent('x', { predicate: (v) => v.event, timeout: 1 })", "page.waitForEvent('x', { timeout: -1 })",
		"page.waitForRequest(/x/, 7)", "page.now.call({})", "page.now.call(page.part)", "const a = []; a.push(a); page.now(a)",
		"page.now({ get x() { throw 1; } })", "page.now(new Proxy({}, { get() { return page; }, ownKeys() { return ['a']; } }))",
		"page.now({ length: 1e9, __proto__: Array.prototype })", "const a = []; a.length = 4e9; page.now(a)",
		"page.now(Symbol('x'))", "let a = []; for (let i = 0; i < 90; i++) a = [a, a]; page.now(a)", "page.now(10n ** 400n)", "page.now(Promise.resolve())", "page.now(new Map([[1, 2]]))",
		"page.later(() => ({ get x() { throw 1; } }))", "page.later(() => ({ get then() { throw 1; } }))",
		"page.later(() => ({ get x() { for (;;); } }))", "Date = Map = Uint8Array = Array = 1; page.later(() => 1)",
		"Object.defineProperty(Object.prototype, 'event', { set() { throw 1; } }); page.on('x', () => {})",
		"page.now({ buffer: new ArrayBuffer(8), byteOffset: -5, byteLength: 1e18 })", "page.off('x', 1)",
		"page.now({ buffer: new ArrayBuffer(8) })", "page.now(Object.setPrototypeOf(/x/, null))",
		"page.on('x', new Proxy(() => {}, {}))", "page.waitForEvent('x', new Proxy({}, { ownKeys() { return ['timeout']; }, getOwnPropertyDescriptor() { return { enumerable: true, configurable: true }; } }))", "page.part.part.now()",
		"Object.setPrototypeOf({}, page).now()", "page.then", "String(page)", "JSON.stringify(page)", "page.later(parseInt)",
	} {
		f.Add(seed)
	}
	program := echoProgram(f)
	f.Fuzz(func(t *testing.T, text string) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		vm, err := js.NewVM(ctx, program, js.VMOptions{})
		if err != nil {
			return
		}
		run, _ := vm.Export("default")
		call, _ := goja.AssertFunction(run)
		b := New(vm, nil)
		b.Begin(echoSession{})
		begun := time.Now()
		stuck := time.AfterFunc(20*time.Second, func() { panic("stuck: " + text) })
		defer stuck.Stop()
		_, err = vm.Run(ctx, func() (goja.Value, error) {
			return call(goja.Undefined(), b.Object("page"), vm.Runtime().ToValue(text))
		})
		b.End(ctx)
		var broke *scripterr.PanicError
		if errors.As(err, &broke) || errors.Is(err, js.ErrStuck) {
			t.Fatalf("%s: %v", text, err)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Fatalf("%s took %v", text, took)
		}
	})
}

func echoProgram(f *testing.F) *program.Program {
	f.Helper()
	source := "export default function (page, text) { return new Function('page', 'return (async () => {' + text + '})()')(page); }"
	return jstest.Program(f, nil, "fuzz.js", source)
}
