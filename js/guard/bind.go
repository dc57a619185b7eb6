package guard

import (
	"reflect"
	"runtime"
	"sync"
	"weak"

	"github.com/dop251/goja"
)

// A native is a function in Go.
type native = func(goja.FunctionCall) goja.Value

// bind binds functions that are bound already not more often than deepest. A built-in function that is bound counts how often it is
// within itself: as a getter or as valueOf it may read what it is.
func (g *guards) bind(original native, call goja.FunctionCall) goja.Value {
	times := 1 + g.bound(call.This)
	for _, argument := range call.Arguments { // call and apply are bound to functions
		times += g.bound(argument)
	}
	if times > deepest {
		g.throw("RangeError", "functions are bound too often")
	}
	call.This = g.counted(call.This)
	made := original(call)
	if o, ok := made.(*goja.Object); ok && times > 1 {
		g.times.set(o, times)
	}
	return made
}

// bound is how many bound functions are behind one another in a value.
func (g *guards) bound(v goja.Value) int {
	if _, code := codeOf(v); code == 0 || code != known().bound {
		return 0
	}
	return max(1, g.times.get(v.(*goja.Object)))
}

// counted is a built-in function that may be within itself not more often than deepestCalls; any other value as it is.
func (g *guards) counted(v goja.Value) goja.Value {
	original, code := codeOf(v)
	if code == 0 || code == known().bound || known().scripts[code] {
		return v
	}
	fn := v.(*goja.Object)
	if _, constructs := goja.AssertConstructor(fn); !constructs {
		return g.replacement(fn, func(call goja.FunctionCall) goja.Value { return g.once(original, call) })
	}
	for _, name := range []string{"String", "Number", "BigInt"} { // which call what an object has of toString and valueOf
		if fn.SameAs(g.rt.Get(name)) {
			return g.rt.ToValue(g.rt.NewProxy(fn, &goja.ProxyTrapConfig{Apply: func(_ *goja.Object, this goja.Value, arguments []goja.Value) goja.Value {
				return g.once(original, goja.FunctionCall{This: this, Arguments: arguments})
			}}))
		}
	}
	return v
}

// deepestCalls is as many as there may be of functions of scripts, which end such a recursion first.
const deepestCalls = 5000

// once calls a built-in function, and counts how many of these calls are within one another.
func (g *guards) once(original native, call goja.FunctionCall) goja.Value {
	if g.within >= deepestCalls {
		g.throw("RangeError", "built-in functions call each other without end")
	}
	g.within++
	defer func() { g.within-- }()
	return original(call)
}

var nativeType = reflect.TypeFor[native]()

// codeOf is a function as Go calls it, and where its code is; 0 for what is no function.
func codeOf(v goja.Value) (native, uintptr) {
	o, ok := v.(*goja.Object)
	if !ok || o.ExportType() != nativeType {
		return nil, 0
	}
	fn, ok := o.Export().(native)
	if !ok || fn == nil {
		return nil, 0
	}
	return fn, reflect.ValueOf(fn).Pointer()
}

// codes are those by which functions of scripts are known, and bound ones.
type codes struct {
	scripts map[uintptr]bool
	bound   uintptr
}

var known = sync.OnceValue(func() codes {
	rt := goja.New()
	c := codes{scripts: map[uintptr]bool{}}
	for _, text := range []string{
		"(function () {})", "(() => {})", "({ m() {} }).m", "(function* () {})", "({ *m() {} }).m", "(async function () {})", "(async () => {})", "({ async m() {} }).m",
	} {
		_, code := codeOf(made(rt, text))
		c.scripts[code] = true
	}
	_, c.bound = codeOf(made(rt, "(() => {}).bind()"))
	return c
})

func made(rt *goja.Runtime, text string) goja.Value {
	v, err := rt.RunString(text)
	if err != nil {
		panic(err) // a mistake in this file
	}
	return v
}

// counts are numbers of objects, for as long as these exist. Garbage collection may call it on any goroutine, and keeps it for that:
// it must not lead to the objects, nor to their VM.
type counts struct {
	mu sync.Mutex
	of map[weak.Pointer[goja.Object]]int
}

func (c *counts) get(o *goja.Object) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of[weak.Make(o)]
}

func (c *counts) set(o *goja.Object, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[weak.Pointer[goja.Object]]int{}
	}
	c.of[weak.Make(o)] = n
	runtime.AddCleanup(o, c.forget, weak.Make(o))
}

func (c *counts) forget(o weak.Pointer[goja.Object]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.of, o)
}
