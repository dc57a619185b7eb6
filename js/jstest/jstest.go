// Package jstest has what tests of scripts share: a script in a file, its VM, a call of its default function.
package jstest

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/program"
)

// A Module exports its keys with their values.
type Module map[string]any

// Names implements js.Module.
func (m Module) Names() []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	return names
}

// Exports implements js.Module.
func (m Module) Exports(*js.VM) (map[string]any, error) { return m, nil }

// Modules are what the scripts of Load and Run may import.
var Modules = js.Modules{"liveload": Module{"answer": 42, "env": 1}, "liveload/data": Module{"csv": 1}}

// Write puts files, given as "name", "content", ..., into a new folder and makes it the current one.
func Write(t testing.TB, files ...string) {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// Program writes files, of which the first is a script that may import modules, and bundles it.
func Program(t testing.TB, modules js.Modules, files ...string) *program.Program {
	t.Helper()
	Write(t, files...)
	p, err := bundle.Script(files[0], modules.Exports())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// VM makes a VM of a program.
func VM(t testing.TB, p *program.Program, modules js.Modules) *js.VM {
	t.Helper()
	vm, err := js.NewVM(t.Context(), p, js.VMOptions{Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	return vm
}

// Set makes a value a global of the script.
func Set(t testing.TB, vm *js.VM, name string, value any) {
	t.Helper()
	if err := vm.Runtime().Set(name, value); err != nil {
		t.Fatal(err)
	}
}

// Load makes a VM of the script in entry, as another node than the one that has bundled it would.
func Load(t testing.TB, entry string) *js.VM {
	t.Helper()
	p, err := bundle.Script(entry, Modules.Exports())
	if err != nil {
		t.Fatal(err)
	}
	if p, err = program.Load(p.Source()); err != nil {
		t.Fatal(err)
	}
	return VM(t, p, Modules)
}

// Body makes a VM whose default export is an async function with this body. The body begins in line 3 of s.ts.
func Body(t testing.TB, body string) *js.VM {
	t.Helper()
	Write(t, "s.ts", "import { answer } from 'liveload';\nexport default async function () {\n"+body+"\n}\n")
	return Load(t, "s.ts")
}

// Call calls the default function.
func Call(ctx context.Context, vm *js.VM) (goja.Value, error) {
	fn, _ := vm.Export("default")
	return vm.Call(ctx, fn)
}

// Run writes files, of which the first is a script, and calls its default function.
func Run(t testing.TB, files ...string) (goja.Value, error) {
	t.Helper()
	Write(t, files...)
	p, err := bundle.Script(files[0], Modules.Exports())
	if err != nil {
		return nil, err
	}
	vm, err := js.NewVM(t.Context(), p, js.VMOptions{Modules: Modules})
	if err != nil {
		return nil, err
	}
	return Call(t.Context(), vm)
}

// Heap returns how many bytes are in use after garbage collection.
func Heap() uint64 {
	runtime.GC()
	runtime.GC() // the first one may only have found what has a finalizer
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
