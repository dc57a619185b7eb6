package liveload

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/program"
)

// A fuzzed script gets this long; what it takes beyond is a fault when it is more than outlived.
const (
	fuzzTime = 50 * time.Millisecond
	outlived = time.Second
)

// runText runs a script that is no file, with modules and a fake session, and returns how long it took and
// its error.
func runText(t *testing.T, code string, timeout time.Duration) (took time.Duration, err error) {
	t.Helper()
	src := program.Source{Name: "fuzz.js", Code: code, Map: `{"version":3,"sources":[],"names":[],"mappings":""}`}
	program, err := program.Load(src)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	vm, err := js.NewVM(ctx, program, js.VMOptions{Modules: modules(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, err
	}
	keep := func(string, int, int, []byte) (string, error) { return "p.png", nil }
	u, err := NewUser(vm, Options{ID: 1, Config: map[string]any{"a": []any{1.0}}, Keep: keep})
	if err != nil {
		return 0, err
	}
	defer u.Close()
	fake := newFake()
	fake.answer = func(ctx context.Context, call string) (any, error) {
		switch {
		case strings.Contains(call, "hang"):
			<-ctx.Done()
			return nil, context.Cause(ctx)
		case strings.Contains(call, "bad"):
			return nil, &browserpool.PageError{Message: "bad"}
		}
		return nil, nil
	}
	began := time.Now()
	_, err = u.RunIteration(ctx, fake, 1)
	took = time.Since(began)
	if vm.GivenUp() { // the next script should not have to share the machine with it
		<-vm.Returned()
	}
	return took, err
}

// checkFuzzed wants no panic, also none that became an error, and an end in time.
func checkFuzzed(t *testing.T, code string, timeout time.Duration) {
	t.Helper()
	took, err := runText(t, code, timeout)
	if took-timeout > outlived { // or is it the machine?
		took, err = runText(t, code, timeout)
		if over := took - timeout; over > outlived {
			t.Errorf("ended %v after its time\n%s", over, code)
		}
	}
	var named interface{ FailureClass() string }
	if errors.As(err, &named) && named.FailureClass() == "panic" || errors.Is(err, js.ErrStuck) {
		t.Errorf("%v\n%s", err, code)
	}
	if err != nil && (err.Error() == "" || strings.Contains(err.Error(), "map[")) {
		t.Errorf("error %q\n%s", err, code)
	}
}

// checkWritten wants in addition that the script is one.
func checkWritten(t *testing.T, code string, timeout time.Duration) {
	t.Helper()
	if _, err := program.Load(program.Source{Name: "fuzz.js", Code: code, Map: "{}"}); err != nil {
		t.Fatalf("%v\n%s", err, code)
	}
	checkFuzzed(t, code, timeout)
}

// odd are values that a script may give where something else is wanted.
var odd = strings.Split(`undefined|null|0|-1|1.5|NaN|Infinity|1e300|""|"#a"|"#hang"|"#bad"|"\ud800"|"5ms"|"1h"|true|[]|[1,"a",null]|new Array(9)|{}|`+
	`{timeout:1}|{timeout:"2ms",as:"k"}|{as:v=>({v})}|{as(){throw 1}}|{as:()=>null}|{state:"hidden"}|{delay:1}|{timeout:{}}|{get timeout(){throw 2}}|{__proto__:null,timeout:3}|`+
	`()=>"#a"|async()=>"#b"|()=>{throw new Error("x")}|u=>u.click("#a")|u=>u|user|Symbol("s")|10n|/x+/g|new Date(0)|new Date(NaN)|new Map([[1,2]])|new Error("e")|`+
	`new Proxy({},{get(){throw 3}})|new Proxy([],{})|new Proxy(()=>1,{})|(()=>{const o={};o.o=o;return o})()|{toString(){throw 4}}|{valueOf(){return 7}}|{toJSON(){throw 5}}|`+
	`{then(r){r("#t")}}|{then(){}}|{get then(){throw 6}}|Promise.resolve("#p")|Promise.reject(7)|new Uint8Array(3)|new ArrayBuffer(2)|user.click|class{}|function*(){}|`+
	`globalThis|config|Object.create(null)|new String("#s")|user.assigns|new URL("http://a/")|arguments`, "|")

// others are calls that are no operations.
var others = strings.Split(`check|group|sleep|log|env.toString|open|structuredClone|setTimeout|setInterval|queueMicrotask|atob|btoa|new URL|new URLSearchParams|`+
	`new TextDecoder().decode|new TextEncoder().encode|crypto.getRandomValues|console.log|console.error|clearTimeout|AbortSignal.timeout|AbortSignal.any|AbortSignal.abort|performance.now|`+
	`Object.assign(user,{}).then|user.constructor|user.click.call|user.click("#a").then|user.click("#a").catch|user.click("#a").finally`, "|")

// A chooser takes decisions from bytes; when there are none left, the first choice.
type chooser struct{ bytes []byte }

func (c *chooser) below(n int) int {
	if len(c.bytes) == 0 {
		return 0
	}
	b := int(c.bytes[0])
	c.bytes = c.bytes[1:]
	return b % n
}

func (c *chooser) from(list []string) string { return list[c.below(len(list))] }

func (c *chooser) args() string {
	var args []string
	for range c.below(4) {
		args = append(args, c.from(odd))
	}
	return strings.Join(args, ", ")
}

// script writes a scenario of calls with odd arguments.
func (c *chooser) script() string {
	var body strings.Builder
	for n := 1 + c.below(5); n > 0 && len(c.bytes) > 0; n-- {
		target := "user"
		for range 1 + c.below(2) {
			name := operations()[c.below(len(operations()))].name
			target = fmt.Sprintf("%s.%s(%s)", target, name, c.args())
		}
		if c.below(3) == 0 {
			target = fmt.Sprintf("%s(%s)", c.from(others), c.args())
		}
		fmt.Fprintf(&body, c.from([]string{
			"await %s;\n", "try { await %s } catch (e) { console.log(e, String(e)) }\n", "%s;\n", "user.assigns = %s;\n", "throw await %s;\n", "user.fail(%s);\n",
		}), target)
	}
	return "const { check, group, sleep, log, env, open } = require('liveload');\nexports.default = async function (user, config) {\n" + body.String() + "};\n"
}

// FuzzArguments gives operations and functions whatever a script can make.
func FuzzArguments(f *testing.F) {
	for i := range byte(200) {
		f.Add([]byte{2, i, i * 7, 1, i * 3, i, i + 1, 0, i * 11, 2, i, i * 5, i * 13, 1, i * 17, i, 3, i * 19})
	}
	f.Fuzz(func(t *testing.T, decisions []byte) {
		c := chooser{decisions}
		checkWritten(t, c.script(), fuzzTime)
	})
}

// slowToLoad are regular expressions of which goja's second engine compiles each dot for 20 ms, when the script is
// loaded: hundreds of them are no fault of ours, but the fuzzer ends after ten seconds of one input.
var slowToLoad = regexp.MustCompile(`/[^\n]*(\.|\\[DSWP])[^\n]*/[a-z]*i`)

// FuzzScript runs whatever text is a script.
func FuzzScript(f *testing.F) {
	for _, body := range []string{"await user.click('#a')", "for (;;) {}", "user.assigns = user", "throw user", "return user.click", "await Promise.all([user.click('#hang'), 1])",
		"class A extends user.constructor {} new A().click('#a')", "Object.setPrototypeOf(user, null); user.click", "delete user.assigns; user.assigns.x.y", "await (async function* () { yield* user })().next()",
		"Promise.prototype.then = null; await user.click('#a')", "Array.prototype.map = () => 1; await user.fill('#a', 'b')", "JSON = 0; user.fill('0')", "Object = 0; await user.evaluate(() => 1)", "Array = 0; console.log(new Map())", "Error = 0; user.click()", "Promise = 0; user.click('#a')", "JSON.stringify = 1; await user.fill({}, 'b')",
		"Object.defineProperty(Object.prototype, 'then', { get() { throw 1 } }); await user.click('#a')", "globalThis.Error = null; await user.click('')", "Symbol.iterator = 1; user.step('a', [])"} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 2000 || strings.Contains(body, "repeat") || strings.Contains(body, "pad") {
			return // huge texts: they take all the memory
		}
		if slowToLoad.MatchString(body) {
			return
		}
		checkFuzzed(t, "const { sleep, check, group } = require('liveload'); exports.default = async function (user, config) {\n"+body+"\n};\n", fuzzTime)
	})
}
