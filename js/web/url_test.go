package web_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/jstest"
)

var update = flag.Bool("update", false, "have Node.js write the golden files")

// platformTests reads a file of the URL tests of the Web Platform Tests, which the module of the parser carries.
func platformTests(t *testing.T, name string) string {
	t.Helper()
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/nlnwa/whatwg-url").Output()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// runTests runs a body that gets the tests as all, and returns how many it did and what was wrong.
func runTests(t *testing.T, tests, body string, atLeast int64) {
	t.Helper()
	vm := jstest.Body(t, "let n = 0; const wrong = [], all = JSON.parse(tests);\n"+body+"\nreturn [n, wrong.join('\\n')];")
	jstest.Set(t, vm, "tests", tests)
	v, err := jstest.Call(t.Context(), vm)
	if err != nil {
		t.Fatal(err)
	}
	found := v.Export().([]any)
	if n := found[0].(int64); n < atLeast {
		t.Errorf("only %d tests", n)
	}
	if wrong := found[1].(string); wrong != "" {
		t.Error(wrong)
	}
}

func TestURLPassesThePlatformTests(t *testing.T) {
	runTests(t, platformTests(t, "urltestdata.json"), `
		for (const { input, base, failure, relativeTo, ...parts } of all) {
			if (input === undefined) continue;
			n++;
			const at = JSON.stringify(input) + ' at ' + base;
			if (URL.canParse(input, base ?? undefined) === Boolean(failure)) { wrong.push(at + ': canParse is ' + !failure); continue }
			if (failure) continue;
			const url = new URL(input, base ?? undefined);
			for (const [name, want] of Object.entries(parts)) {
				if (name === 'comment') continue;
				const got = name === 'searchParams' ? String(url.searchParams) : url[name];
				if (got !== want) wrong.push(at + ': ' + name + ' is ' + got + ', want ' + want);
			}
			if (new URL(url.href).href !== url.href) wrong.push(at + ' is another address when it is read again');
		}`, 800)
}

func TestSettersOfURLPassThePlatformTests(t *testing.T) {
	runTests(t, platformTests(t, "setters_tests.json"), `
		for (const [name, tests] of Object.entries(all)) {
			if (name === 'comment') continue;
			for (const { href, new_value, expected } of tests) {
				n++;
				const url = new URL(href), params = url.searchParams;
				let thrown;
				try { url[name] = new_value } catch (e) { thrown = e }
				for (const [part, want] of Object.entries(expected)) {
					if (url[part] !== want) wrong.push(href + ' with ' + name + ' ' + new_value + ': ' + part + ' is ' + url[part] + ', want ' + want + (thrown ? ': ' + thrown : ''));
				}
				if (String(params) !== String(new URLSearchParams(url.search))) wrong.push(href + ' with ' + name + ' ' + new_value + ': its searchParams are ' + params);
			}
		}`, 240)
}

func TestHostsPassThePlatformTests(t *testing.T) {
	runTests(t, platformTests(t, "toascii.json"), `
		for (const { input, output } of all) {
			if (input === undefined) continue;
			n++;
			const got = URL.parse('https://' + encodeURIComponent(input) + '/x')?.host ?? null;
			if (got !== output && !(output === null && input === '')) wrong.push(JSON.stringify(input) + ': ' + got + ', want ' + output);
		}`, 30)
}

// TestURLAndNodeAgree: each line of testdata/url.js gives what it gives in Node.js, as testdata/url.golden has it.
func TestURLAndNodeAgree(t *testing.T) {
	source, err := os.ReadFile("testdata/url.js")
	if err != nil {
		t.Fatal(err)
	}
	golden, err := filepath.Abs("testdata/url.golden")
	if err != nil {
		t.Fatal(err)
	}
	lines := "const lines = " + string(source) + ".trim().split('\\n').filter((line) => !line.startsWith('//'));\n" +
		"const given = lines.map((line) => { let v; try { v = eval(line.includes('return ') ? '(() => {' + line + '})()' : line) } catch (e) { v = e.name } return line + '\\n  ' + JSON.stringify(v) }).join('\\n') + '\\n';\n"
	if *update {
		out, err := exec.Command("node", "-e", lines+"process.stdout.write(given)").Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jstest.Call(t.Context(), jstest.Body(t, lines+"return given;"))
	if err != nil {
		t.Fatal(err)
	}
	if got := v.String(); got != string(want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
