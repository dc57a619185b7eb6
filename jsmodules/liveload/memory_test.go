package liveload

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/liveload/liveload/js"
)

// bigScript is a scenario that bundles as much as
// the number of helper functions says; 700 make 200 kB.
func bigScript(helpers int) string {
	var b strings.Builder
	b.WriteString("import { sleep } from 'liveload';\n")
	for i := range helpers {
		fmt.Fprintf(&b, `
function helper%[1]d(input, options = {}) {
  const { depth = %[1]d, label = 'helper number %[1]d' } = options;
  const rows = input.map((row, index) => ({ ...row, index, label }));
  if (rows.length > depth) return rows.slice(0, depth);
  return rows.filter(row => row.label !== 'nothing that matters');
}
`, i)
	}
	b.WriteString("export default async function (user) { await user.click('#a').click('#b'); await sleep(0); return [")
	for i := range helpers {
		fmt.Fprintf(&b, "helper%d,", i)
	}
	b.WriteString("] }\n")
	return b.String()
}

// TestMemoryPerUser holds what a user costs beside its browser: VM and user object. goja makes every
// top-level function anew in each VM (some 650 bytes), so a script pays for the functions that it
// bundles, used or not.
func TestMemoryPerUser(t *testing.T) {
	for _, test := range []struct{ helpers, most int }{{0, 130 << 10}, {100, 200 << 10}, {700, 650 << 10}} {
		each, size := bytesPerUser(t, bigScript(test.helpers))
		t.Logf("%d bytes per user for a script of %d bytes with %d functions", each, size, test.helpers)
		if each > test.most {
			t.Errorf("a user costs %d bytes, more than %d", each, test.most)
		}
	}
}

func bytesPerUser(t *testing.T, script string) (each, scriptSize int) {
	path := filepath.Join(t.TempDir(), "big.js")
	if err := os.WriteFile(path, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	program, err := js.Bundle(path, js.BundleOptions{Modules: modules()})
	if err != nil {
		t.Fatal(err)
	}
	const users = 100
	fake := newFake()
	all := make([]*User, 0, users)
	before := heap()
	for range users {
		vm, err := js.NewVM(t.Context(), program, js.VMOptions{Modules: modules()})
		if err != nil {
			t.Fatal(err)
		}
		u, err := NewUser(vm, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.RunIteration(t.Context(), fake, 1); err != nil {
			t.Fatal(err)
		}
		all = append(all, u)
	}
	each = int(heap()-before) / users
	runtime.KeepAlive(all)
	return each, len(program.Source().Code)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
