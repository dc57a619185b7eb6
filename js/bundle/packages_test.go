package bundle_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/bundle"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/scripterr"
)

// TestBrowserBuilds: of packages the scenario takes what they make for browsers, by field, by map and by condition.
func TestBrowserBuilds(t *testing.T) {
	got, err := jstest.Run(t, "s.mjs", `
import field from 'field'; import map from 'map'; import exports from 'exports'; import module from 'module-only'; import crypto from 'crypto'
export default () => [field, map, exports, module, crypto, typeof self, global === globalThis].join()`,
		"node_modules/field/package.json", `{"browser": "b.js", "module": "m.js", "main": "n.js"}`,
		"node_modules/field/b.js", "export default 'field'",
		"node_modules/field/n.js", "throw 'the build for Node'",
		"node_modules/map/package.json", `{"main": "n.js", "browser": {"./n.js": "./b.js", "fs": false}}`,
		"node_modules/map/b.js", "module.exports = Object.keys(require('fs')).length + ' map'",
		"node_modules/exports/package.json", `{"exports": {"node": "./n.js", "browser": "./b.js", "default": "./n.js"}}`,
		"node_modules/exports/b.js", "export default 'exports'",
		"node_modules/module-only/package.json", `{"module": "m.js", "main": "n.js"}`,
		"node_modules/module-only/m.js", "export default 'module'",
		"node_modules/crypto/package.json", `{"main": "n.js"}`,
		"node_modules/crypto/n.js", "module.exports = 'installed'",
	)
	if want := "field,0 map,exports,module,installed,object,true"; err != nil || got.String() != want {
		t.Errorf("got %v, %v; want %s", got, err, want)
	}
}

// TestNodeModules: a module of Node.js can be imported, and says what to use instead when it is used.
func TestNodeModules(t *testing.T) {
	const absent = " is a part of Node.js, in which scenarios do not run; "
	const noEvents = "events" + absent + "use a package such as mitt, or npm install events"
	for code, want := range map[string]string{
		"readFileSync('x')":                        "fs.readFileSync" + absent + "use open of 'liveload' at the top level, or csv and json of 'liveload/data'",
		"fs.promises.readFile('')":                 "fs.promises.readFile" + absent + "use open of 'liveload' at the top level, or csv and json of 'liveload/data'",
		"createHash('md5')":                        "crypto.createHash" + absent + "use the global crypto, or a package without Node.js such as @noble/hashes",
		"new Emitter()":                            noEvents,
		"new (class extends Emitter {})()":         noEvents,
		"Emitter.call({})":                         noEvents,
		"Object.create(Emitter.prototype).on('x')": "events.on" + absent + "use a package such as mitt, or npm install events",
		"new Readable()":                           "stream.Readable" + absent + "use open of 'liveload', which reads the whole file, or 'liveload/http'",
		"os.EOL + 'x'":                             "os.EOL" + absent + "use env of 'liveload', and current of 'liveload/execution'",
		"[...os.cpus]":                             "os.cpus" + absent + "use env of 'liveload', and current of 'liveload/execution'",
		"require('util').promisify(1)":             "util.promisify" + absent + "use structuredClone, TextEncoder, or npm install util",
		"sleep(1)":                                 "timers/promises.sleep" + absent + "use the global setTimeout, or sleep of 'liveload'",
		"require('vm').runInThisContext('1')":      "vm.runInThisContext" + absent + "nothing replaces it",
		"(await import('net')).connect(1)":         "net.connect" + absent + "use 'liveload/http'",
		"[typeof fs.x, typeof require('vm'), {} instanceof Readable, Emitter.y = 1]": "",
	} {
		t.Run(code, func(t *testing.T) {
			_, err := jstest.Run(t, "s.mjs", `import fs, { readFileSync } from 'node:fs'; import { createHash } from 'crypto'; import Emitter from 'events'
import { Readable } from 'stream'; import { sleep } from 'timers/promises'; import os from 'node:os'; export class A extends Emitter {}
export default async () => { await (`+code+`) }`)
			var e *scripterr.Error
			if want == "" {
				if err != nil {
					t.Error(err)
				}
			} else if !errors.As(err, &e) || e.Message != want || e.File != "s.mjs" || e.Line != 3 {
				t.Errorf("got %v, want %s in line 3", err, want)
			}
		})
	}
}

// TestOtherPackages: tools that do not run here are named with what there is instead, and never with how to install them.
func TestOtherPackages(t *testing.T) {
	for name, want := range map[string]string{
		"k6":               `"k6" does not run in a scenario: sleep and check are in 'liveload', requests in 'liveload/http', metrics in 'liveload/metrics'`,
		"k6/http":          `"k6/http" does not run in a scenario: sleep and check are in 'liveload', requests in 'liveload/http', metrics in 'liveload/metrics'`,
		"k6/browser":       `"k6/browser" does not run in a scenario: every user has a browser: user.navigate opens a page, and Playwright's page is user.page`,
		"@playwright/test": `"@playwright/test" does not run in a scenario: the default function gets the user, whose page is Playwright's: user.page; check is in 'liveload'`,
		"playwright-core":  `"playwright-core" does not run in a scenario: Playwright's page, context and browser are user.page, user.context and user.browser`,
		"puppeteer":        `"puppeteer" does not run in a scenario: the operations of the user, such as user.click, or Playwright's page, user.page`,
		"test":             `there is no package "test": install it next to the script (npm install test)`,
		"./cat.png":        `cat.png cannot be imported: user.setInputFiles uploads it by its name, and open(name, 'b') of 'liveload' reads its bytes`,
		"./a.wasm":         `a.wasm is WebAssembly, which scenarios do not run: look for a package in JavaScript`,
		"./a.node":         `a.node is a program for Node.js, in which scenarios do not run: look for a package in JavaScript`,
		"./a.csv":          `a.csv cannot be imported: read it with csv(name) of 'liveload/data'`,
		"./a.html":         `a.html cannot be imported: read its text with open(name) of 'liveload'`,
		"./a.vue":          `a.vue cannot be imported: it is made for a page, and scenarios run outside of pages`,
		"pkg":              `cat.png cannot be imported: user.setInputFiles uploads it by its name, and open(name, 'b') of 'liveload' reads its bytes`,
	} {
		_, err := jstest.Run(t, "s.ts", "import x from '"+name+"'; export default () => x", "cat.png", "", "a.wasm", "", "a.node", "", "a.csv", "", "a.html", "", "a.vue", "",
			"node_modules/@playwright/test/index.js", "throw 'it runs'", "node_modules/pkg/index.js", "require('../../cat.png')")
		var e *scripterr.Error
		if !errors.As(err, &e) || e.Message != want || e.Line != 1 || e.Name != "" {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
	if _, err := jstest.Run(t, "s.ts", "import type { Page } from '@playwright/test'; import { Locator } from 'playwright-core'; export default (p: Page | Locator) => 1"); err != nil {
		t.Errorf("types alone: %v", err)
	}
}

// TestFilesThatAreNoCode: texts and JSON are their content, style sheets nothing, of which the author is told once.
func TestFilesThatAreNoCode(t *testing.T) {
	jstest.Write(t, "s.js", `import text from './a.txt'; import data from './a.json'; import './a.css'; import './a.css'; import styles, { button } from './lib/b.module.scss';
export default () => text + data.x + JSON.stringify(styles) + button`,
		"a.txt", "tea\n", "a.json", `{"x": 1}`, "a.css", "broken {", "lib/b.module.scss", "@use 'x';")
	p, err := bundle.Script("s.js", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(p.Notes, "\n"), "style sheets that a script imports are ignored: a.css, lib/b.module.scss"; got != want {
		t.Errorf("notes = %q, want %q", got, want)
	}
	if got, err := jstest.Call(t.Context(), jstest.Load(t, "s.js")); err != nil || got.String() != "tea\n1{}undefined" {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestNamesOfElsewhere: the error of a name that Node.js or a page has says what there is instead.
func TestNamesOfElsewhere(t *testing.T) {
	for code, want := range map[string]string{
		"Buffer.from('x')":              "Buffer is not defined: it is a part of Node.js, in which scenarios do not run; use Uint8Array and TextEncoder",
		"process.env.X":                 "process is not defined: it is a part of Node.js, in which scenarios do not run; use env of 'liveload'",
		"document.title":                "document is not defined: it is the page's; use user.evaluate",
		"fetch('/')":                    "fetch is not defined: use 'liveload/http', or fetch in the page, with user.evaluate",
		"window = 1":                    "window is not defined; declare it: let window = 1",
		"typeof process + typeof fetch": "",
	} {
		_, err := jstest.Call(t.Context(), jstest.Body(t, code))
		var e *scripterr.Error
		if want == "" && err == nil {
			continue
		}
		if !errors.As(err, &e) || e.Message != want {
			t.Errorf("%s: got %v, want %s", code, err, want)
		}
	}
}
