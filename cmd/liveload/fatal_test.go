package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// fatal are iterations that would end the process of any other program in Go. Each is the body of an asynchronous function.
var fatal = []struct{ code, class, message string }{
	{`return new ArrayBuffer(2 ** 35);`, "script memory", "asked for 34 GB"},
	{`return new Float64Array(2 ** 40);`, "script memory", "asked for 8796 GB"},
	{`return Array(2 ** 32 - 1).fill(1);`, "script memory", "asked for 68 GB"},
	{`const a = []; a.length = 4e9; return a.map(() => 1);`, "script memory", "asked for 64 GB"},
	{`return Array.from({ length: 4e9 });`, "script memory", "asked for 64 GB"},
	{`return '0123456789'.repeat(5e6).split('');`, "script memory", "asked for 1600 MB"},
	{`let s = 'x'; for (;;) s += s;`, "script memory", "(--script-memory), and this one"},
	{"let s = 'x'; for (;;) s = `${s}${s}`;", "script memory", "(--script-memory), and this one"},
	{`const o = { s: 'x' }, add = (a, b) => a + b; for (;;) o.s = add(o.s, o.s);`, "script memory", "(--script-memory), and this one"},
	{`const all = []; for (;;) all.push(new Uint8Array(2e6));`, "script memory", "(--script-memory), and this one"},
	{`const all = [], text = '0123456789'.repeat(90_000); for (;;) all.push(text + all.length);`, "script memory", "(--script-memory), and this one"},
	{`return 'x'.repeat(2 ** 30);`, "script error", "RangeError: Invalid string length"},
	{`return 'x'.padStart(2 ** 33);`, "script error", "RangeError: Invalid string length"},
	{`return 'a'.repeat(1e5).replaceAll('a', 'b'.repeat(1e5));`, "script error", "RangeError: Invalid string length"},
	{`return 2n ** (2n ** 40n);`, "script error", "RangeError: Maximum BigInt size exceeded"},
	{`return 1n << (2n ** 40n);`, "script error", "RangeError: Maximum BigInt size exceeded"},
	{`return JSON.parse('['.repeat(5e6));`, "script error", "RangeError: JSON is nested too deep"},
	{`return eval('('.repeat(5e5) + '1' + ')'.repeat(5e5));`, "script error", "SyntaxError: the code is nested too deep"},
	{`return (0, eval)('1' + '+1'.repeat(3e6));`, "script error", "SyntaxError: the code is nested too deep"},
	{`return new Function('return ' + '['.repeat(1e6) + ']'.repeat(1e6))();`, "script error", "SyntaxError: the code is nested too deep"},
	{`return new RegExp('('.repeat(3e6) + ')'.repeat(3e6));`, "script error", "SyntaxError: Invalid regular expression"},
	{`let a = []; for (let i = 0; i < 20000; i++) a = [a]; return a.flat(Infinity);`, "script error", "RangeError: the array is nested too deep"},
	{`let s = '1'; for (let i = 0; i < 40; i++) s = '(a=' + s + ')=>1'; return eval(s);`, "script error", "SyntaxError: the code is nested too deep"},
	{`return eval('1 || '.repeat(60) + '1');`, "script error", "SyntaxError: the code is nested too deep"},
	{`return eval(Array.from({ length: 33000 }, (_, i) => 'l' + i + ':{').join('') + '}'.repeat(33000));`, "script error", "SyntaxError: the code is nested too deep"},
	{`const o = {}; Object.setPrototypeOf(o, new Proxy(o, {})); return o.x;`, "script error", "RangeError: the prototype of an object would be a Proxy"},
	{`let p = {}; for (;;) p = new Proxy(p, {});`, "script error", "RangeError: Proxies are nested too deep"},
	{`let f = () => 1; for (;;) Object.defineProperty(f = f.bind(), 'name', { value: '' });`, "script error", "RangeError: functions are bound too often"},
	{`const o = {}; Object.defineProperty(o, 'x', { get: Reflect.get.bind(null, o, 'x') }); return o.x;`, "script error", "RangeError: built-in functions call each other without end"},
	{`return JSON.parse('[' + '{},'.repeat(5e6) + '1]');`, "script memory", "(--script-memory)"},
	{`return new Array(1e5).fill('x'.repeat(1e4)).join('');`, "script error", "RangeError: Invalid string length"},
	{`const all = []; for (;;) all.push(await http.get(server + '/large'));`, "script memory", "(--script-memory), and this one asked for"},
	{`await http.get(server + '/endless');`, "http error", "the response is larger than 64 MB"},
	{`throw new Error('x'.repeat(2e7));`, "script error", "bytes cut"},
	{`const o = { toString() { return '' + o; } }; return '' + o;`, "script error", "RangeError: functions call each other without end"},
}

// TestFatalScripts runs scripts that take all memory, or all stack, beside a scenario whose requests the server counts: each ends
// its own iteration, with its place, and nothing else.
func TestFatalScripts(t *testing.T) {
	t.Parallel()
	var served atomic.Int64
	part := make([]byte, 4_000_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/large":
			for range 10 {
				_, _ = w.Write(part)
			}
		case "/endless":
			for err := error(nil); err == nil; {
				_, err = w.Write(part)
			}
		default:
			served.Add(1)
		}
	}))
	defer server.Close()
	folder := t.TempDir()
	var script strings.Builder
	fmt.Fprintf(&script, "import http from 'liveload/http'; const bodies = [], server = %q;\n", server.URL)
	for _, one := range fatal { // from line 2 on
		fmt.Fprintf(&script, "bodies.push(async () => { %s });\n", one.code)
	}
	fmt.Fprintf(&script, `bodies.push(() => {}); // whoever grew goes on
export const scenarios = {
  grows: { exec: 'grows', users: 1, iterations: %d, onFailure: 'continue' },
  counts: { exec: 'counts', users: 2, iterations: 300 },
};
export async function grows(user) { await bodies[user.iteration - 1](); }
export async function counts() { await http.get(server); }
`, len(fatal)+1)
	result := filepath.Join(folder, "result.json")
	if err := os.WriteFile(filepath.Join(folder, "fatal.js"), []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	peak := runLiveload(t, folder, 0, "fatal.js", "--script-memory", "300MB", "--max-failures", "off", "--result", result, "--summary-junit", "junit.xml", "--report", "report.md")
	most := int64(1500)
	if raced != nil { // whose own memory is as much again, and is never given back
		most *= 2
	}
	if t.Logf("liveload took %d MB", peak); peak > most {
		t.Errorf("that is more than %d MB", most)
	}
	for _, file := range []string{result, filepath.Join(folder, "junit.xml"), filepath.Join(folder, "report.md")} {
		if info, err := os.Stat(file); err != nil || info.Size() > 1<<20 {
			t.Errorf("%s: %v, or more than 1 MB", file, err)
		}
	}
	all := map[string]metrics.Result{}
	for _, one := range readResults(t, result) {
		all[one.Name] = one
	}
	for i, one := range fatal {
		failure := failureAt(all["grows"], fmt.Sprintf("fatal.js:%d:", i+2))
		if !strings.HasPrefix(failure, one.class+": ") || !strings.Contains(failure, one.message) {
			t.Errorf("%s: %q, not a failure %q with %q", one.code, failure, one.class, one.message)
		}
	}
	counted := all["counts"].Global.Counters[metrics.Iterations.Name].Aggregate
	if n := served.Load(); n != 300 || counted != n {
		t.Errorf("the server counted %d requests, and the Result %d iterations, not 300", n, counted)
	}
}

// failureAt is the class and the message of what failed at a place; "" when nothing did.
func failureAt(result metrics.Result, at string) string {
	for class, samples := range result.Global.FailureSamples {
		for _, f := range samples {
			if strings.Contains(f.ReasonInspect+strings.Join(f.Stacktrace, "\n"), at) {
				return class + ": " + f.ReasonInspect
			}
		}
	}
	return ""
}

// runLiveload runs liveload as a process of its own and returns the most memory that it has had, in MB.
func runLiveload(t *testing.T, folder string, code int, args ...string) (peak int64) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Args, cmd.Dir = append([]string{"liveload"}, args...), folder
	cmd.Env = append(os.Environ(), "LIVELOAD_CACHE="+filepath.Join(folder, ".cache"))
	out, _ := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != code {
		t.Fatalf("exit code %d, not %d:\n%.5000s", cmd.ProcessState.ExitCode(), code, out)
	}
	return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss / 1024
}
