package js

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// observed is all that can be seen of a program: what it logs, what it exports, what its default
// function gives when it is called twice, and its errors with their places.
func observed(program *Program) string {
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	random := 0.0
	vm, err := NewVM(ctx, program, VMOptions{Modules: testModules, Logger: logger, Random: func() float64 {
		random += 0.318
		return random - float64(int(random))
	}})
	if err != nil {
		return out.String() + shown("top level", nil, err)
	}
	fmt.Fprintln(&out, "exports", vm.exports.Keys())
	for range 2 {
		fn, ok := vm.Export("default")
		if !ok {
			break
		}
		v, err := vm.Call(ctx, fn)
		var plain any
		if err == nil {
			plain, err = vm.Plain(v)
		}
		out.WriteString(shown("call", plain, err))
	}
	return out.String()
}

func shown(what string, value any, err error) string {
	if err != nil {
		var script *Error
		if errors.As(err, &script) {
			return fmt.Sprintf("%s: %s\n%s%s\n", what, script, script.Pretty(), strings.Join(script.StackLines(), "\n"))
		}
		return fmt.Sprintf("%s: %T %s\n", what, err, err)
	}
	text, err := json.Marshal(value)
	return fmt.Sprintf("%s: %s %v\n", what, text, err)
}

// bothWays bundles s.js, or the first of files, and observes it with and without lazy functions.
func bothWays(t *testing.T, entry string) (lazily, eagerly string, program *Program) {
	t.Helper()
	program = bundleLazily(t, entry)
	eager, err := loadAs(program.Source(), (*Program).compileEagerly)
	if err != nil {
		t.Fatal(err)
	}
	return observed(program), observed(eager), program
}

// bundleLazily bundles a script and compiles it lazily if that is possible, also when it does not pay.
func bundleLazily(t testing.TB, entry string) *Program {
	t.Helper()
	program, err := Bundle(entry, BundleOptions{Modules: testModules})
	if err != nil {
		t.Fatal(err)
	}
	lazy, err := loadAs(program.Source(), func(p *Program, parsed *ast.Program) error {
		return p.compileIf(parsed, func(*lifter) bool { return true })
	})
	if err != nil {
		t.Fatal(err)
	}
	return lazy
}

// TestLazyVMsShareNothing: each VM makes functions and classes of its own.
func TestLazyVMsShareNothing(t *testing.T) {
	write(t, "s.js", "let n = 0;\nclass A {\n  add() { return ++n }\n}\nclass B extends A {}\nexport default () => [new B().add(), B.seen, B.seen = true]\n")
	program := bundleLazily(t, "s.js")
	if program.lazy["B"] == nil || program.lazy["A"] == nil {
		t.Fatal("the classes are not lazy")
	}
	for range 2 {
		vm := newVM(t, program)
		if got := shownCall(t, vm); got != `[1,null,true]` {
			t.Errorf("the first call in a VM gave %s", got)
		}
		if got := shownCall(t, vm); got != `[2,true,true]` {
			t.Errorf("the second call in a VM gave %s", got)
		}
	}
}

// TestLazyMadeWhileInterrupted interrupts exactly while a class is made: its making reads a class that Go
// interrupts at.
func TestLazyMadeWhileInterrupted(t *testing.T) {
	write(t, "s.js", "class A {}\nclass B extends A {}\nexport default () => {\n  try { return B.name } catch { return 'caught' } finally { A.kept = 1 }\n};\n")
	program := bundleLazily(t, "s.js")
	vm := newVM(t, program)
	fn, _ := vm.Export("default")
	ctx, cancel := context.WithCancelCause(t.Context())
	web := &interrupting{webGlobals: webGlobals{vm: vm, made: map[string]goja.Value{}}, name: "A", cancel: cancel}
	if err := vm.rt.GlobalObject().SetPrototype(vm.rt.NewDynamicObject(web)); err != nil {
		t.Fatal(err)
	}
	_, err := vm.Call(ctx, fn)
	var interrupted *InterruptError
	if !errors.As(err, &interrupted) || !strings.Contains(err.Error(), "was running") || !vm.Broken() {
		t.Errorf("got %v, broken %v", err, vm.Broken())
	}
}

// interrupting interrupts the VM when name is read.
type interrupting struct {
	webGlobals
	name   string
	cancel context.CancelCauseFunc
}

func (i *interrupting) Get(name string) goja.Value {
	if name == i.name {
		i.cancel(errors.New("enough"))
		i.vm.rt.Interrupt("at once") // a cancelled context interrupts too, but only soon
	}
	return i.webGlobals.Get(name)
}

func newVM(t *testing.T, program *Program) *VM {
	t.Helper()
	vm, err := NewVM(t.Context(), program, VMOptions{Modules: testModules})
	if err != nil {
		t.Fatal(err)
	}
	return vm
}

func shownCall(t *testing.T, vm *VM) string {
	t.Helper()
	v, err := call(t.Context(), vm)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := vm.Plain(v)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(plain)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
