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

// bigScript is a scenario that bundles as many helpers as helpers says (functions, arrow functions and
// classes, as npm packages have them; 700 make 200 kB) and calls some of them.
func bigScript(helpers, called int) string {
	var b strings.Builder
	b.WriteString("import { sleep } from 'liveload';\n")
	for i := range helpers {
		body := fmt.Sprintf(`{
  const { depth = %[1]d, label = 'helper number %[1]d' } = options;
  const rows = input.map((row, index) => ({ ...row, index, label }));
  if (rows.length > depth) return rows.slice(0, depth);
  return rows.filter(row => row.label !== 'nothing that matters');
}
`, i)
		switch i % 3 {
		case 0:
			fmt.Fprintf(&b, "function helper%d(input, options = {}) %s", i, body)
		case 1:
			fmt.Fprintf(&b, "const helper%d = (input, options = {}) => %s", i, body)
		case 2:
			fmt.Fprintf(&b, "class Helper%[1]d { static of(input, options = {}) %[2]s}\nconst helper%[1]d = (input) => Helper%[1]d.of(input);\n", i, body)
		}
	}
	use := func(n int, what string) {
		for i := range n {
			fmt.Fprintf(&b, what, i)
		}
	}
	b.WriteString("export default async function (user) { await user.click('#a').click('#b'); await sleep(0); if (user.id < 0) return [")
	use(helpers, "helper%d,")
	b.WriteString("];")
	use(called, "helper%d([{}]);")
	b.WriteString("}\n")
	return b.String()
}

// TestMemoryPerUser holds what a user costs beside its browser: VM and user object. A user pays for the
// functions of its script that it has called.
func TestMemoryPerUser(t *testing.T) {
	for _, test := range []struct{ helpers, called, most int }{
		{0, 0, 48 << 10}, {100, 100, 220 << 10}, {700, 0, 48 << 10},
	} {
		each, size := bytesPerUser(t, bigScript(test.helpers, test.called), 50)
		t.Logf("%d bytes per user for a script of %d bytes with %d helpers, of which it calls %d", each, size, test.helpers, test.called)
		if each > test.most {
			t.Errorf("a user costs %d bytes, more than %d", each, test.most)
		}
	}
}

// TestThousandUsers: a thousand users of a script of 200 kB take less than 150 MB in all.
func TestThousandUsers(t *testing.T) {
	const users, most = 1000, 150 << 20
	each, size := bytesPerUser(t, bigScript(700, 35), users)
	t.Logf("%d MB for %d users of a script of %d bytes", each*users>>20, users, size)
	if each*users > most || size < 200<<10 {
		t.Errorf("%d users of a script of %d bytes take %d bytes, more than %d", users, size, each*users, most)
	}
}

func bytesPerUser(t *testing.T, script string, users int) (each, scriptSize int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "big.js")
	if err := os.WriteFile(path, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	program, err := js.Bundle(path, js.BundleOptions{Modules: modules()})
	if err != nil {
		t.Fatal(err)
	}
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
