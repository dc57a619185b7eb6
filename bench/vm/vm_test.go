// Package vm measures what VMs of scripts with real npm packages cost: go test -bench . ./bench/vm
package vm

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/jstest"
)

// vms is how many there are of each script at once.
const vms = 200

var packages = []string{"ramda@0.32.0", "date-fns@4.1.0", "zod@4.1.12", "@faker-js/faker@10.1.0", "lodash@4.17.21"}

// scripts import a package as its documentation says; want is what their default function returns.
var scripts = []struct{ name, code, want string }{
	{"small", `export default () => [1, 2].map((n) => n * 2).join()`, "2,4"},
	{"ramda", `import * as R from 'ramda'; export default () => R.pipe(R.filter((n) => n > 1), R.map(R.add(1)), R.sum)([1, 2, 3])`, "7"},
	{"date-fns", `import { addDays, format } from 'date-fns'; export default () => format(addDays(new Date(2026, 0, 31), 1), 'yyyy-MM-dd')`, "2026-02-01"},
	{"zod", `import { z } from 'zod'; const User = z.object({ name: z.string(), age: z.number().min(18) });
		export default () => User.parse({ name: 'Jane', age: 30 }).name + User.safeParse({ age: 1 }).error.issues.length`, "Jane2"},
	{"faker", `import { faker } from '@faker-js/faker/locale/en'; export default () => { faker.seed(1); return faker.person.fullName().split(' ').length > 1 }`, "true"},
	{"lodash", `import _ from 'lodash'; export default () => _.chain([3, 1, 2]).sortBy().map((n) => n * 2).value().join()`, "2,4,6"},
}

func BenchmarkVM(b *testing.B) {
	folder := b.TempDir()
	install := exec.CommandContext(b.Context(), "npm", append([]string{"install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder}, packages...)...)
	if out, err := install.CombinedOutput(); err != nil {
		b.Fatalf("npm install: %v\n%s", err, out)
	}
	for _, script := range scripts {
		b.Run(script.name, func(b *testing.B) {
			path := filepath.Join(folder, "script.js")
			if err := os.WriteFile(path, []byte(script.code), 0o644); err != nil {
				b.Fatal(err)
			}
			program, err := bundle.Script(path, nil)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				before, began := jstest.Heap(), time.Now()
				all := make([]*js.VM, vms)
				for i := range all {
					if all[i], err = js.NewVM(b.Context(), program, js.VMOptions{}); err != nil {
						b.Fatal(err)
					}
				}
				took := time.Since(began)
				for _, vm := range all {
					check(b, vm, script.want)
				}
				b.ReportMetric(float64(jstest.Heap()-before)/vms, "bytes/VM")
				b.ReportMetric(float64(took.Microseconds())/vms, "us/VM")
				runtime.KeepAlive(all)
			}
		})
	}
}

func check(b *testing.B, vm *js.VM, want string) {
	b.Helper()
	fn, _ := vm.Export("default")
	got, err := vm.Call(b.Context(), fn)
	if err != nil {
		b.Fatal(err)
	}
	if got.String() != want {
		b.Fatalf("the script gave %v, not %s", got, want)
	}
}
