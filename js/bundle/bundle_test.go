package bundle_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/scripterr"
)

// TestBundleErrors: what is wrong with a script, and the whole message that people see.
func TestBundleErrors(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"syntax", "let x = ;", `SyntaxError: Unexpected ";"
  at s.js:1:9
  1 | let x = ;
    |         ^
`},
		{"tabs line up", "function f() {\n\t\tconst ä = 1 1\n}", `SyntaxError: Expected ";" but found "1"
  at s.js:2:15
  2 | 		const ä = 1 1
    | 		            ^
`},
		{"a module that does not exist", "import { x } from 'liveload/dta'", `there is no module "liveload/dta"; did you mean "liveload/data"? (there are: liveload, liveload/data)
  at s.js:1:19
  1 | import { x } from 'liveload/dta'
    |                   ^
`},
		{"a name that does not exist", "import { answr } from 'liveload'; answr()", `no matching export in "liveload" for import "answr"; did you mean to import "answer" instead?
  at s.js:1:10
  1 | import { answr } from 'liveload'; answr()
    |          ^
`},
		{"a file that does not exist", "import x from './libb.js'", `there is no file "./libb.js"; did you mean "./lib.js"?
  at s.js:1:15
  1 | import x from './libb.js'
    |               ^
`},
		{"a package that does not exist", "import x from '@a/b/c'", `there is no package "@a/b/c": install it next to the script (npm install @a/b)
  at s.js:1:15
  1 | import x from '@a/b/c'
    |               ^
`},
		{"top-level await", "const x = await fetch()", `SyntaxError: await is not possible outside of a function: move it into config() or the default function
  at s.js:1:11
  1 | const x = await fetch()
    |           ^
`},
		{"a regular expression", "export const r = /a(/", `SyntaxError: Unterminated group
  at s.js:1:18
  1 | export const r = /a(/
    |                  ^
`},
		{"a Unicode class", "// \\p{Nope}\nexport const ok = [/\\p{Nope}/, /\\\\p{1}/u];\nexport class A { f(x = {a: /^[\\p{Nope}x]+$/u}) {} }", `SyntaxError: regular expression /^[\p{Nope}x]+$/u: invalid property name \p{Nope}
  at s.js:3:28
  3 | export class A { f(x = {a: /^[\p{Nope}x]+$/u}) {} }
    |                            ^
`},
		{"at the top level", "function f(o) { return o.x.y }\nf({})", `TypeError: Cannot read property 'y' of undefined
  at s.js:1:28
  1 | function f(o) { return o.x.y }
    |                            ^
  called from s.js:2:1
`},
		{"a file that is not UTF-8", "// ä\n//a/v\xda", `the file is not UTF-8 (byte 0xda): save it as UTF-8
  at s.js:2:6
  2 | //a/v�
    |      ^
`},
		{"all errors", "import './a'; import './b'", `there is no file "./a"
  at s.js:1:8
  1 | import './a'; import './b'
    |        ^

there is no file "./b"
  at s.js:1:22
  1 | import './a'; import './b'
    |                      ^
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			jstest.Write(t, "s.js", test.script, "lib.js", "export default 1")
			p, err := bundle.Script("s.js", jstest.Modules.Exports())
			if err == nil {
				_, err = js.NewVM(t.Context(), p, js.VMOptions{Modules: jstest.Modules})
			}
			var e *scripterr.Error
			if !errors.As(err, &e) || e.Pretty() != test.want {
				t.Fatalf("got\n%v\n%s\nwant\n%s", err, pretty(e), test.want)
			}
			if strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "s.js:") {
				t.Errorf("Error() = %q", err)
			}
		})
	}
}

func pretty(e *scripterr.Error) string {
	if e == nil {
		return "no *scripterr.Error"
	}
	return e.Pretty()
}

func TestMissingScript(t *testing.T) {
	jstest.Write(t, "shop.js", "", "x/y.js", "")
	tests := []struct{ entry, want string }{
		{"shp.js", `there is no script "shp.js"; did you mean "shop.js"?`},
		{"shop.ts", `there is no script "shop.ts"; did you mean "shop.js"?`},
		{"nothing/like/it.js", `there is no script "nothing/like/it.js"`},
		{"x", `"x" is a folder; name the script in it`},
	}
	for _, test := range tests {
		_, err := bundle.Script(test.entry, nil)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %v", test.entry, err)
		}
		if test.entry != "x" && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the error does not wrap fs.ErrNotExist", test.entry)
		}
	}
}

// TestPositions: names of files with blanks, outside of the current folder and in packages.
func TestPositions(t *testing.T) {
	jstest.Write(t,
		"load tests/my script.ts", "import { boom } from '../lib/b';\nimport p from 'pkg';\nexport const a = () => boom(1);\nexport const b = () => p();\n",
		"lib/b.ts", "type N = number;\nexport function boom(n: N): never {\n  throw new RangeError(`no ${n}`);\n}\n",
		"load tests/node_modules/pkg/package.json", `{"main": "index.js"}`,
		"load tests/node_modules/pkg/index.js", "module.exports = function () { undefined.x };",
	)
	absolute, err := filepath.Abs("load tests/my script.ts")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range []string{"load tests/my script.ts", absolute} {
		vm := jstest.Load(t, entry)
		for export, want := range map[string]string{
			"a": "lib/b.ts:3:9: RangeError: no 1",
			"b": "load tests/node_modules/pkg/index.js:1:42: TypeError: Cannot read property 'x' of undefined",
		} {
			fn, _ := vm.Export(export)
			if _, err := vm.Call(t.Context(), fn); err == nil || err.Error() != want {
				t.Errorf("%s: %v", export, err)
			}
		}
	}
	t.Chdir("lib")
	vm := jstest.Load(t, "../load tests/my script.ts")
	fn, _ := vm.Export("b")
	_, err = vm.Call(t.Context(), fn)
	var e *scripterr.Error
	if !errors.As(err, &e) || !filepath.IsAbs(e.File) || e.SourceLine == "" {
		t.Errorf("outside of the current folder: %#v", e)
	}
}

func FuzzBundle(f *testing.F) {
	for _, seed := range []string{"export default () => 1", "import x from './y'", "let x = ;", "import 'liveload/x'", "for await (const x of y) {}", "\x00\xff", "/a/v", "throw {}", "import 'a\u2028b'", "//a/v\xda", "export {} /*\xf0\x9f*/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, script string) {
		path := filepath.Join(t.TempDir(), "s.ts")
		if err := os.WriteFile(path, []byte(script), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := bundle.Script(path, jstest.Modules.Exports()); err != nil {
			var e *scripterr.Error
			if !errors.As(err, &e) || e.Message == "" || strings.Contains(err.Error(), "\n") {
				t.Fatalf("not a proper error: %q", err)
			}
			_ = e.Pretty()
		}
	})
}

// TestFiles: whoever has these files makes the same program of them.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"package.json":                     `{"name": "tests"}`,
		"checkout.js":                      `import { sleep } from 'liveload'; import p from './lib/price'; import rows from './rows.json'; import left from 'pad'; export default () => sleep(p, rows, left)`,
		"lib/price.ts":                     `export default 7`,
		"rows.json":                        `[1]`,
		"other.js":                         ``,
		"node_modules/pad/package.json":    `{"main": "dist/pad.js"}`,
		"node_modules/pad/dist/pad.js":     `module.exports = 1`,
		"node_modules/unused/package.json": `{}`,
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := bundle.Files(filepath.Join(dir, "checkout.js"), bundle.Modules{"liveload": {"sleep"}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range all {
		if name, ok := strings.CutPrefix(filepath.ToSlash(file), filepath.ToSlash(dir)+"/"); ok { // else of a folder around it
			names = append(names, name)
		}
	}
	if want := "checkout.js lib/price.ts node_modules/pad/dist/pad.js node_modules/pad/package.json package.json rows.json"; strings.Join(names, " ") != want {
		t.Errorf("Files = %q, want %s", names, want)
	}
	if _, err := bundle.Files(filepath.Join(dir, "none.js"), nil); err == nil || !strings.Contains(err.Error(), "there is no script") {
		t.Errorf("Files of no script: %v", err)
	}
}
