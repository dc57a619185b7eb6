package liveload

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/jstest"
)

// scriptOf is a scenario that has, and calls, a number of functions such as npm packages have.
func scriptOf(functions int) string {
	var b, calls strings.Builder
	b.WriteString("import { sleep } from 'liveload';\n")
	for i := range functions {
		fmt.Fprintf(&b, `function helper%[1]d(input, options = {}) {
  const { depth = %[1]d, label = 'helper number %[1]d' } = options;
  const rows = input.map((row, index) => ({ ...row, index, label }));
  if (rows.length > depth) return rows.slice(0, depth);
  return rows.filter(row => row.label !== 'nothing that matters');
}
`, i)
		fmt.Fprintf(&calls, "helper%d([{}]);", i)
	}
	b.WriteString("export default async function (user) { await user.click('#a').click('#b'); await sleep(0);" + calls.String() + "}\n")
	return b.String()
}

// TestMemoryPerUser bounds what a user costs beside its browser: VM and user object.
func TestMemoryPerUser(t *testing.T) {
	for _, test := range []struct{ functions, most int }{{0, 48 << 10}, {100, 160 << 10}} {
		each := bytesPerUser(t, scriptOf(test.functions), 50)
		t.Logf("%d bytes per user for a script with %d functions", each, test.functions)
		if each > test.most {
			t.Errorf("a user costs %d bytes, more than %d", each, test.most)
		}
	}
}

func bytesPerUser(t *testing.T, script string, users int) int {
	t.Helper()
	program := jstest.Program(t, modules(), "big.js", script)
	fake := newFake()
	all := make([]*User, 0, users)
	before := jstest.Heap()
	for range users {
		vm := jstest.VM(t, program, modules())
		u, err := NewUser(vm, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.RunIteration(t.Context(), fake, 1); err != nil {
			t.Fatal(err)
		}
		all = append(all, u)
	}
	each := int(jstest.Heap()-before) / users
	runtime.KeepAlive(all)
	return each
}
