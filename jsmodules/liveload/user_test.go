package liveload

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/statuses"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func modules() js.Modules {
	return js.Modules{"liveload": NewModule(map[string]string{"HOST": "app"})}
}

// newUser makes a user of a script; name decides the language.
func newUser(t testing.TB, name, script string, opts Options) *User {
	t.Helper()
	return userOf(t, bundled(t, name, script), opts)
}

func bundled(t testing.TB, name, script string) *program.Program {
	t.Helper()
	return jstest.Program(t, modules(), name, script)
}

func userOf(t testing.TB, program *program.Program, opts Options) *User {
	t.Helper()
	vm := jstest.VM(t, program, modules())
	u, err := NewUser(vm, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(u.Close)
	return u
}

// iterate wraps body into a scenario.
func iterate(body string) string {
	return "import { sleep, env } from 'liveload';\nexport default async function (user, config) {\n" + body + "\n}\n"
}

// answers are replies by the beginning of a call.
func answers(replies map[string]any) func(context.Context, string) (any, error) {
	return func(_ context.Context, call string) (any, error) {
		longest := ""
		for prefix := range replies {
			if strings.HasPrefix(call, prefix) && len(prefix) > len(longest) {
				longest = prefix
			}
		}
		reply := replies[longest]
		if err, ok := reply.(error); ok {
			return nil, err
		}
		return reply, nil
	}
}

// TestIteration: a body, the calls that the session gets, and the error.
func TestIteration(t *testing.T) {
	replies := answers(map[string]any{
		"Click #bad":             &browserpool.PageError{Message: "no such element"},
		"SelectOptions #bad":     &browserpool.PageError{Message: "no such element"},
		"Fill #user-password":    &browserpool.PageError{Message: "no such element"},
		"Fill #bad":              &browserpool.PageError{Message: "no such element"},
		"Type #bad-p":            &browserpool.PageError{Message: "no such element"},
		"IsSecret #bad-p":        true,
		"IsSecret #bad-q":        &browserpool.PageError{Message: "no answer"},
		"TextContent #name":      "Ann",
		"GetAttribute #p id":     "7",
		"Count li":               3,
		"IsVisible #x":           true,
		"Evaluate () => [1, {":   []any{1.0, map[string]any{"a": "b"}},
		"Evaluate document.cook": nil,
		"Navigate http://down":   503,
		"InnerText #late":        &browserpool.StatusError{Status: 503, URL: "http://app/buy", Later: true},
		"GoBack":                 404,
	})
	tests := []struct{ name, body, calls, err string }{
		{name: "a chain runs in order", body: `await user.navigate('http://a').waitForLiveView().click('#x')`,
			calls: "Navigate http://a; WaitForLiveView; Click #x"},
		{name: "a navigation gives where it has led to", body: `const r = await user.navigate('http://a'); await user.click(JSON.stringify(r)).reload({ as: 'again' }).click(u => u.assigns.again.url)`,
			calls: `Navigate http://a; Click {"ok":true,"status":200,"url":"http://fake/moved"}; Reload; Click http://fake/moved`},
		{name: "a server that is down", body: `await user.navigate('http://down').click('#a')`, calls: "Navigate http://down",
			err: `operation 1: navigate("http://down") on http://app/page: http://fake/moved answered with status 503 Service Unavailable: { allowStatus: 503 } or the option acceptStatus lets it pass`},
		{name: "an error that is allowed", body: `const r = await user.navigate('http://down', { allowStatus: [404, '5xx'] }); await user.click([r.status, r.ok].join())`,
			calls: "Navigate http://down; Click 503,false"},
		{name: "another error than the one that is allowed", body: `await user.navigate('http://down', { allowStatus: 404 })`, calls: "Navigate http://down",
			err: "answered with status 503 Service Unavailable"},
		{name: "an error that the scenario accepts", body: `const r = await user.goBack(); await user.click(r.status + '')`, calls: "GoBack; Click 404"},
		{name: "an error that the scenario accepts, but not here", body: `await user.goBack({ allowStatus: false })`, calls: "GoBack", err: "answered with status 404 Not Found"},
		{name: "a status that does not exist", body: `await user.navigate('http://a', { allowStatus: '5XX' })`,
			err: `option allowStatus has "5XX", which is no status: use true for every error, a status such as 404 or '5xx', or a list of them`},
		{name: "a click that led to a server that is down", body: `await user.click('#buy').innerText('#late')`, calls: "Click #buy; InnerText #late",
			err: `operation 2: innerText("#late") on http://app/page: the page that came, http://app/buy, answered with status 503 Service Unavailable: the option acceptStatus lets it pass`},
		{name: "await after await", body: `await user.click('#a'); await user.click('#b')`, calls: "Click #a; Click #b"},
		{name: "await gives the last value", body: `await user.press('#k', await user.click('#a').textContent('#name'))`,
			calls: "Click #a; TextContent #name; Press #k Ann"},
		{name: "nobody waits", body: `user.click('#a').click('#b')`, calls: "Click #a; Click #b"},
		{name: "then and finally", body: `await user.textContent('#name').then(v => user.click(v)).finally(() => user.click('#f'))`,
			calls: "TextContent #name; Click Ann; Click #f"},
		{name: "an error skips the rest of the chain", body: `await user.click('#bad').click('#a')`,
			calls: "Click #bad", err: `:3:12: operation 1: click("#bad") on http://app/page: no such element`},
		{name: "an error that is caught is over", body: `await user.click('#bad').catch(e => user.fill('#e', e.name)); await user.click('#a')`,
			calls: "Click #bad; Fill #e OperationError; Click #a"},
		{name: "an error that nobody waits for", body: `await user.click('#a'); user.click('#bad')`,
			calls: "Click #a; Click #bad", err: `operation 2: click("#bad")`},
		{name: "rethrown with a cause", body: `try { await user.click('#bad') } catch (e) { throw new Error('cart', { cause: e }) }`,
			calls: "Click #bad", err: "Error: cart"},
		{name: "arguments from the user", body: `await user.assign('n', '#z').click(u => u.assigns.n).fill(async u => '#q', u => u.id)`,
			calls: "Click #z; Fill #q 4"},
		{name: "arguments are resolved when the operation runs",
			body:  `await user.textContent('#name', { as: 'who' }).click(u => '#' + u.assigns.who)`,
			calls: "TextContent #name; Click #Ann"},
		{name: "as a function that gives a key", body: `await user.count('li', { as: n => 'rows' + n }).click(u => Object.keys(u.assigns).join())`,
			calls: "Count li; Click rows3"},
		{name: "as a function that gives an object",
			body:  `await user.getAttribute('#p', 'id', { as: v => ({ id: Number(v), seen: true }) }).click(u => JSON.stringify(u.assigns))`,
			calls: `GetAttribute #p id; Click {"id":7,"seen":true}`},
		{name: "as an async function",
			body:  `await user.getAttribute('#p', 'id', { as: async v => { await sleep(1); return { id: v } } }).click(u => u.assigns.id); await user.count('li', { as: async () => 'n' }).click(u => '#' + u.assigns.n)`,
			calls: "GetAttribute #p id; Click 7; Count li; Click #3"},
		{name: "as an async function that gives something else", body: `await user.count('li', { as: async () => 3 })`, calls: "Count li",
			err: "the function given as must return a key or an object to merge, not 3"},
		{name: "as something else", body: `await user.count('li', { as: () => 3 })`, calls: "Count li",
			err: "count(\"li\"): the function given as must return a key or an object to merge, not 3"},
		{name: "as a number", body: `await user.count('li', { as: 3 })`, err: "as must be a key or a function, not 3"},
		{name: "an attribute that is not there", body: `await user.click(String(await user.getAttribute('#p', 'class')))`,
			calls: "GetAttribute #p class; Click null"},
		{name: "values are ordinary objects", body: `const v = await user.evaluate(() => [1, { a: 'b' }]); await user.click(v.map(x => x.a ?? x).join())`,
			calls: "Evaluate () => [1, { a: \"b\" }] <nil>; Click 1,b"},
		{name: "a misspelt operation", body: `await user.clik('#a')`, err: "TypeError: Object has no member 'clik': did you mean click?"},
		{name: "a misspelt operation of a chain", body: `await user.click('#a').waitForLiveview()`, calls: "Click #a", err: "did you mean waitForLiveView?"},
		{name: "an operation of another promise", body: `await user.click('#a').then(() => 1).click('#b')`, calls: "Click #a",
			err: "Object has no member 'click': click is an operation of the user and of a chain; then() and async functions give plain promises: await them, then call user.click"},
		{name: "a global of Node.js", body: `await fetch('http://app')`, err: "fetch is not defined: use 'liveload/http'"},
		{name: "a global of k6", body: `console.log(__VU)`, err: "__VU is not defined: it is user.id"},
		{name: "an operation by Playwright's name", body: `await user.goto('http://a')`, err: "Object has no member 'goto': use navigate"},
		{name: "a method of the page", body: `await user.getByRole('button').click()`, err: "'getByRole': Playwright's getByRole is a method of user.page"},
		{name: "another thing misspelt", body: `({}).frobnicate()`, err: "has no member 'frobnicate'"},
		{name: "a list and an object in an error", body: `await user.selectMultipleOptions('#bad', ['a', 2])`,
			calls: `SelectOptions #bad [{"any":"a"},{"any":"2"}]`, err: `selectMultipleOptions("#bad", ["a","2"]) on`},
		{name: "a password by the name of its field", body: `await user.fill('#user-password', 'hunter2')`,
			calls: "Fill #user-password hunter2", err: `fill("#user-password", 7 hidden characters) on`},
		{name: "a password by the type of its field", body: `await user.type('#bad-p', 'hunter2')`,
			calls: "Type #bad-p hunter2; IsSecret #bad-p", err: `type("#bad-p", 7 hidden characters) on`},
		{name: "a password when the page does not answer", body: `await user.fill('#bad-q', 'hunter2')`,
			calls: "Fill #bad-q hunter2; IsSecret #bad-q", err: `fill("#bad-q", 7 hidden characters) on`},
		{name: "no password", body: `await user.fill('#bad', 'Ann')`,
			calls: "Fill #bad Ann; IsSecret #bad", err: `fill("#bad", "Ann") on`},
		{name: "functions for the page keep their parentheses",
			body:  `for (const fn of [() => ({}), n => (n), () => ((1, 2)), () => (1) + (2), async (a = () => (1)) => ({ a })]) await user.evaluate(fn)`,
			calls: "Evaluate () => ({}) <nil>; Evaluate (n) => n <nil>; Evaluate () => (1, 2) <nil>; Evaluate () => 1 + 2 <nil>; Evaluate async (a = () => 1) => ({ a }) <nil>"},
		{name: "true and false", body: `if (await user.isVisible('#x') && !await user.isChecked('#x')) await user.click('#y')`,
			calls: "IsVisible #x; IsChecked #x; Click #y"},
		{name: "what a user is cannot be changed", body: `user.id = 5`, err: "TypeError: user.id cannot be changed"},
		{name: "assigns are an object", body: `user.assigns = { n: '#n' }; await user.click(user.assigns.n); user.assigns = null`,
			calls: "Click #n", err: "TypeError: user.assigns must be an object"},
		{name: "a script may put something on its user", body: `user.mine = '#m'; await user.click(user.mine + Object.keys(user)); delete user.mine; await user.click('#' + user.mine)`,
			calls: "Click #mid,iteration,node,scenario,assigns,mine; Click #undefined"},
		{name: "the stack of an error has the script's places", body: `const e = await user.click('#bad').catch(e => e); await user.fill('#e', e.stack.replace(e.message, '…').replace(/\(.*\//, '('))`,
			calls: "Click #bad; Fill #e OperationError: …\n    at default (shop.js:3:22)"},
		{name: "an operation as a function", body: `const { click } = user; await click('#a'); await Promise.resolve('#b').then(user.click); await user.click.call(user, '#c')`,
			calls: "Click #a; Click #b; Click #c"},
		{name: "a chain is a promise", body: `if (!(user.click('#a') instanceof Promise)) throw new Error()`, calls: "Click #a"},
		{name: "nobody waits for what follows a promised argument", body: `user.fill('#a', Promise.resolve('b')).click('#c')`, calls: "Fill #a b; Click #c"},
		{name: "nobody waits for what follows a thought", body: `user.think(1).click('#c')`, calls: "Click #c"},
		{name: "nobody waits for what follows a step", body: `user.step('s', async () => { await sleep(1) }).click('#c')`, calls: "Click #c"},
		{name: "nobody waits for what follows a promised assign", body: `user.assign('n', 1); user.updateAssign('n', async n => n + 1).click(u => '#' + u.assigns.n)`, calls: "Click #2"},
		{name: "a promised argument that fails", body: `await user.click(Promise.reject(new Error('no selector')))`, err: "Error: no selector"},
		{name: "updateAssign", body: `await user.assign('n', 1).updateAssign('n', n => n + 1).click(u => '#' + u.assigns.n)`, calls: "Click #2"},
		{name: "updateAssign without the assign", body: `await user.updateAssign('n', n => n)`, err: `updateAssign("n"): there is no assign "n"`},
		{name: "clearAssign and resetAssigns", body: `user.assign('a', 1); user.assign('b', 2); user.clearAssign('a'); await user.click(Object.keys(user.assigns).join()); user.resetAssigns(); await user.click('#' + Object.keys(user.assigns).length)`,
			calls: "Click b; Click #0"},
		{name: "fail skips what comes", body: `await user.fail('no stock').click('#a'); await user.assign('k', 1); await user.click('#b')`,
			err: "the scenario failed: no stock"},
		{name: "fail with an object", body: `user.fail({ code: 7 })`, err: `the scenario failed: {"code":7}`},
		{name: "fail with an error", body: `user.fail(new Error('no stock'))`, err: "the scenario failed: Error: no stock"},
		{name: "fail counts once", body: `user.fail('first'); user.fail('second'); user.halt(); throw new Error('third')`, err: "failed: first"},
		{name: "state", body: `const a = [user.halted, user.failed]; user.fail('x'); await user.assign('s', [...a, user.halted, user.failed].join()); console.log(user.assigns)`, err: "failed: x"},
		{name: "halt then fail", body: `await user.click('#a').halt().click('#b'); user.fail('x'); throw new Error('y')`, calls: "Click #a"},
		{name: "identity", body: `await user.click([user.id, user.iteration, user.node, user.scenario].join())`, calls: "Click 4,1,n1,shop"},
		{name: "config is read-only", body: `config.items.push(1)`, err: "TypeError: cannot set config.items["},
		{name: "config is read-only, also what it lacks", body: `config.more = 1`, err: "cannot set config.more: config is read-only and shared by all users"},
		{name: "config", body: `await user.navigate(config.baseURL)`, calls: "Navigate http://cfg"},
		{name: "env", body: `await user.click(env.HOST + ',' + env.NONE + ',' + Object.keys(env))`, calls: "Click app,undefined,HOST"},
		{name: "a wrong selector", body: `await user.click(undefined)`, err: `click(undefined): selector must be a text that is not empty, not undefined`},
		{name: "a hole in a list", body: `await user.setInputFiles('#file', ['s', , 'l'])`, err: `item 1 is missing`},
		{name: "a wrong kind", body: `await user.waitForPhxLoading('clik', '#a')`, err: "kind must be one of click, submit"},
		{name: "a wrong option", body: `await user.click('#a', { timeot: 3 })`, err: "option timeot does not exist: there is timeout"},
		{name: "an option that cannot be a number", body: `await user.click('#a', { timeout: Symbol('x') })`, err: "option timeout must be milliseconds"},
		{name: "options that are undefined are not given", body: `await user.waitForSelector('#a', { state: undefined, timeout: undefined }).type('#t', 'x', { delay: undefined }).count('li', { as: undefined })`,
			calls: "WaitForSelector #a ; Type #t x; Count li"},
		{name: "an option of Playwright's", body: `await user.click('#a', { hasText: 'x' })`, err: `option hasText does not exist: there is timeout, clickCount, button, delay, force, modifiers, noWaitAfter, position, trial, strict; the calls of user.page take Playwright's`},
		{name: "options in the place of the argument", body: `await user.evaluate(() => 1, { as: 'one' })`, err: "options are the third argument: evaluate(fn, undefined, { as })"},
		{name: "an argument that looks like options", body: `await user.evaluate(({ timeout }) => timeout, { timeout: 5 })`,
			calls: "Evaluate ({ timeout }) => timeout {\"timeout\":5}"},
		{name: "an error that is returned", body: `await user.click('#a'); return { error: 'sold out' }`, calls: "Click #a", err: "the scenario failed: sold out"},
		{name: "an Error that is returned", body: `return { error: new TypeError('broken') }`, err: "the scenario failed: TypeError: broken"},
		{name: "other values that are returned", body: `return [{ error: null }, ['error'], { errors: 1 }, { error: undefined }, 'error'][Math.floor(Math.random() * 5)]`},
		{name: "an error that is caught", body: `try { await user.click('#bad') } catch {}`, calls: "Click #bad"},
		{name: "a URL", body: `const u = new URL('x y', 'http://a/b/'); u.searchParams.set('q', '*'); await user.navigate(u).waitForURL(u).navigate(() => u)`,
			calls: "Navigate http://a/b/x%20y?q=*; WaitForURL /^http://a/b/x%20y\\?q=\\*$/; Navigate http://a/b/x%20y?q=*"},
		{name: "no address", body: `await user.navigate({ url: 'http://a/' })`, err: "url must be a text that is not empty, not an object"},
		{name: "a regular expression for a text", body: `await user.waitForText('#a', /b+/i)`, err: `waitForText("#a", /b+/i): text must be a text, not /b+/i`},
		{name: "a BigInt for a text", body: `await user.fill('#a', 10n)`, err: "text must be a text, not 10n"},
		{name: "a password with a mistake beside it", body: `await user.fill('#a', 'hunter2', { timeot: 3 })`, err: `fill("#a", 7 hidden characters, {"timeot":3}): option timeot`},
		{name: "options of a step", body: `await user.step('s', () => user.click('#a'), { timeout: 3 })`, err: `step("s", a function): step takes (name, fn), not 3 arguments`},
		{name: "halt as a callback", body: `[1].forEach(user.halt)`},
		{name: "too many arguments", body: `await user.reload({}, 1)`, err: "reload takes (options), not 2 arguments"},
		{name: "numbers as text", body: `await user.fill('#n', 12).type('#t', 'x', { delay: '20ms' }).selectMultipleOptions('#s', ['a', 2]).selectOption('#s', 'b')`,
			calls: `Fill #n 12; Type #t x {"Delay":20000000}; SelectOptions #s [{"any":"a"},{"any":"2"}]; SelectOptions #s [{"any":"b"}]`},
		{name: "patterns", body: `await user.waitForURL(/cart\/\d+/i).waitForURL('**/x')`, calls: `WaitForURL /cart\/\d+/i; WaitForURL **/x`},
		{name: "state of a selector", body: `await user.waitForSelector('#a', { state: 'hidden' }).waitForSelector('#b')`,
			calls: "WaitForSelector #a hidden; WaitForSelector #b "},
		{name: "a bound function has no text", body: `await user.evaluate((() => 1).bind(null))`, err: "has no text to send to the page"},
		{name: "files that are not there", body: `await user.setInputFiles('#f', 'none.png')`, err: `there is no file "none.png" next to the script`},
		{name: "a bad sleep", body: `await sleep('long')`, err: "sleep: the duration must be milliseconds"},
		{name: "a bad timeout", body: `user.setTimeout('x')`, err: `setTimeout("x"): timeout must be milliseconds`},
		{name: "a function of the script fails", body: `await user.click(u => u.nope.x)`, err: ":3:30: TypeError: Cannot read property 'x' of undefined"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := newFake()
			fake.answer = replies
			u := newUser(t, "shop.js", iterate(test.body), Options{
				ID: 4, Node: "n1", Scenario: "shop",
				Config:       map[string]any{"baseURL": "http://cfg", "items": []any{1.0}},
				AcceptStatus: statuses.Set{"404"},
			})
			_, err := u.RunIteration(t.Context(), fake, 1)
			if got := fake.log(); got != test.calls {
				t.Errorf("calls\n got %s\nwant %s", got, test.calls)
			}
			checkError(t, err, test.err)
		})
	}
}

func checkError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error %v", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error\n got %v\nwant %s", err, want)
	}
}

func TestClasses(t *testing.T) {
	slow := func(ctx context.Context, call string) (any, error) {
		switch call {
		case "Click #slow":
			<-ctx.Done()
			return nil, &browserpool.WaitError{Waiting: `"#slow" to be visible`, Cause: context.Cause(ctx)}
		case "Navigate http://down":
			return 503, nil
		case "Click #lost":
			return nil, browserpool.ErrLost
		case "Click #early":
			return nil, browserpool.ErrNoNavigation
		case "Click #panic":
			panic("oh")
		}
		return nil, &browserpool.PageError{Message: "nope"}
	}
	tests := []struct{ body, class string }{
		{`await user.click('#slow', { timeout: 5 })`, "click timeout"},
		{`user.setTimeout('5ms'); await user.click('#slow')`, "click timeout"},
		{`user.setTimeout('1ms'); const t = performance.now(); user.click('#slow', { timeout: 0 }).catch(() => user.fail('timed out')); await sleep(50); throw new TypeError('x')`, "script error"},
		{`try { await user.click('#slow', { timeout: 5 }) } catch (e) { throw e }`, "click timeout"},
		{`try { await user.click('#slow', { timeout: 5 }) } catch (e) { throw new TypeError('x', { cause: e }) }`, "click timeout"},
		{`await user.navigate('x')`, "navigate error"},
		{`await user.navigate('http://down')`, "http 503"},
		{`await user.click('#lost')`, "browser lost"},
		{`await user.click('#early')`, "no navigation"},
		{`await user.click('')`, "click error"},
		{`await user.click('#panic')`, "panic"},
		{`null.x`, "script error"},
		{`throw 'text'`, "script error"},
		{`user.fail('out of stock: ' + 'x'.repeat(99))`, "fail: out of stock: " + strings.Repeat("x", 26)},
	}
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			fake := newFake()
			fake.answer = slow
			_, err := newUser(t, "a.js", iterate(test.body), Options{}).RunIteration(t.Context(), fake, 1)
			var named interface{ FailureClass() string }
			if !errors.As(err, &named) || named.FailureClass() != test.class {
				t.Fatalf("error %v\nwant class %s", err, test.class)
			}
		})
	}
}

func TestIterationsKeepAssignsAndSteps(t *testing.T) {
	fake := newFake()
	fake.answer = answers(map[string]any{"Click #stop": errors.New("stop")})
	u := newUser(t, "a.js", iterate(`
		user.assign('n', (user.assigns.n ?? 0) + 1);
		if (user.assigns.n === 2) user.fail('second');
		if (user.assigns.n === 4) user.halt();
		await user.click(user.assigns.n === 3 ? '#stop' : '#go');`), Options{})
	want := []struct {
		halted bool
		err    string
	}{{}, {err: "second"}, {err: `operation 2: click("#stop")`}, {halted: true}}
	for i, w := range want {
		halted, err := u.RunIteration(t.Context(), fake, i+1)
		if halted != w.halted {
			t.Errorf("iteration %d: halted %v", i+1, halted)
		}
		checkError(t, err, w.err)
	}
	if got := fake.log(); got != "Click #go; Click #stop" {
		t.Errorf("calls %s", got)
	}
}

func TestInputFilesAreBesideTheScript(t *testing.T) {
	fake := newFake()
	u := newUser(t, "shop.js", iterate(`await user.setInputFiles('#f', 'shop.js')`), Options{})
	_, err := u.RunIteration(t.Context(), fake, 1)
	path := strings.TrimSuffix(strings.TrimPrefix(fake.log(), "SetInputFiles #f "), `  ""`)
	if err != nil || !filepath.IsAbs(path) || filepath.Base(path) != "shop.js" {
		t.Fatalf("%v, %s", err, fake.log())
	}
}

func TestSessionMayChange(t *testing.T) {
	u := newUser(t, "a.js", iterate(`await user.click('#a')`), Options{})
	for i := range 2 {
		fake := newFake()
		if _, err := u.RunIteration(t.Context(), fake, i+1); err != nil || fake.log() != "Click #a" {
			t.Fatalf("iteration %d: %v, %s", i+1, err, fake.log())
		}
	}
}

func TestIterationEndsWithItsContext(t *testing.T) {
	stop := errors.New("stopped from outside")
	bodies := []string{
		`await user.click('#hang')`,
		`user.click('#hang')`,
		`for (;;) {}`,
		`await new Promise(() => {})`,
		`for (;;) try { await user.click('#hang') } catch {}`,
		`user.halt(); for (;;) await user.click('#a')`,
		`await sleep('1h')`,
		`await Promise.all([user.click('#hang'), user.click('#hang')])`,
	}
	for _, body := range bodies {
		t.Run(body, func(t *testing.T) {
			u := newUser(t, "a.js", iterate("if (user.iteration === 2) return user.click(user.assigns.kept);\nuser.assign('kept', '#kept');\n"+body), Options{})
			fake := newFake()
			fake.answer = func(ctx context.Context, call string) (any, error) {
				if call == "Click #hang" {
					<-ctx.Done()
					return nil, context.Cause(ctx)
				}
				return nil, nil
			}
			ctx, cancel := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, stop)
			defer cancel()
			if _, err := u.RunIteration(ctx, fake, 1); !errors.Is(err, stop) {
				t.Fatalf("error %v", err)
			}
			again := newFake()
			halted, err := u.RunIteration(t.Context(), again, 2)
			if err != nil || !halted && again.log() != "Click #kept" {
				t.Fatalf("the next iteration: %v, %s", err, again.log())
			}
		})
	}
}

func TestParallelOperations(t *testing.T) {
	fake := newFake()
	both := make(chan struct{})
	fake.answer = func(_ context.Context, call string) (any, error) {
		if call == "Click #a" {
			<-both // comes back only when the other one has started
		} else {
			close(both)
		}
		return nil, nil
	}
	u := newUser(t, "a.js", iterate(`await Promise.all([user.click('#a'), user.waitForText('#t', 'x')])`), Options{})
	if _, err := u.RunIteration(t.Context(), fake, 1); err != nil {
		t.Fatal(err)
	}
}

func TestOperationDuration(t *testing.T) {
	recorder := metrics.NewRecorder("n", time.Now(), metrics.NewRegistry())
	u := newUser(t, "a.js", iterate(`await user.click('#a').assign('k', 1).fill('#b', 'x')`), Options{Recorder: recorder.Scope("s")})
	fake := newFake()
	fake.answer = answers(map[string]any{"Fill": errors.New("x")})
	if _, err := u.RunIteration(t.Context(), fake, 1); err == nil {
		t.Fatal("no error")
	}
	got := map[string]int64{}
	for _, one := range recorder.Snapshot(time.Now()).Series {
		if one.Metric == metrics.ActionDuration.Name || one.Metric == metrics.ActionFailureTime.Name {
			got[one.Metric+" "+metricstest.Values(one.Labels)] = one.Sketch.Count()
		}
	}
	if len(got) != 2 || got["action_duration_us click"] != 1 || got["action_failure_duration_us fill"] != 1 {
		t.Fatalf("operations %v, want one click and one fill that failed", got)
	}
}

// TestPageFunctions: what is sent to the page is what the author wrote, without types and without
// helpers that only the script has.
func TestPageFunctions(t *testing.T) {
	const script = `
type Row = { id: number };
const name = 'outer';
class Cart { total = 1 }
export default async function (user: any) {
  const helper = (x: number): number => x;
  await user.evaluate(function count(sel: string) {
    const named = (el: Element) => el?.id ?? 'none';
    class Local { x = 1; static y = 2; #z = 3; }
    async function inner() { for (const e of document.querySelectorAll(sel)) named(e as Element); }
    return inner();
  }, '.row');
  await user.waitForFunction(async (n: number) => { const { a, ...rest } = { a: n, b: 2 ** 3 }; return rest; }, { n: 1 });
  await user.evaluate('document.title');
  helper(new Cart().total); name;
}`
	fake := newFake()
	u := newUser(t, "page.ts", script, Options{})
	if _, err := u.RunIteration(t.Context(), fake, 1); err != nil {
		t.Fatal(err)
	}
	got := fake.log()
	for _, want := range []string{
		"Evaluate function count(sel) {", "const named = (el) => el?.id ?? \"none\";", "class Local {", "#z = 3",
		"async function inner()", "} .row; ", "WaitForFunction async (n) => {", "{ a, ...rest }", "{\"n\":1}; Evaluate document.title <nil>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	for _, helper := range []string{"__name", "__publicField", "__async", "__spread", "import_"} {
		if strings.Contains(got, helper) {
			t.Errorf("%s is in\n%s", helper, got)
		}
	}
}

func TestConfig(t *testing.T) {
	tests := []struct {
		script, want, err string
	}{
		{script: `export function config(o) { return { url: o.url ?? 'x', n: [1, null] } }`, want: `{"url":"here","n":[1,null]}`},
		{script: `import { sleep } from 'liveload'; export async function config(o) { await sleep(1); return o.url }`, want: "here"},
		{script: `export default () => {}`, want: `map[url:here]`},
		{script: `export function config() {}`, want: "<nil>"},
		{script: `export const config = 3`, err: "config must be a function"},
		{script: `export function config() { throw new Error('no database') }`, err: "no database"},
		{script: `export function config() { const a = {}; a.a = a; return a }`, err: "contains itself"},
		{script: `export function config() { return { b: 1, a: { d: 1, u: undefined, c: null }, 10: 0, 9: 0 } }`, want: `{"9":0,"10":0,"b":1,"a":{"d":1,"c":null}}`},
		{script: `export function config() { return { api: { 'log in': () => 1 } } }`, err: "config.api['log in'] is a function, which would still see"},
		{script: `class Shop { constructor() { this.x = 1 } buy() {} } export function config() { return [{ shop: new Shop() }] }`, err: "config[0].shop is an object of the class Shop, whose methods would be lost"},
		{script: `export function config() { return { at: new Map([['x', [Promise.resolve()]]]) } }`, err: "[...config.at][0][1][0] is a promise: await it first"},
		{script: `export function config() { return { failed: new TypeError('x') } }`, err: "config.failed is an object of the class TypeError"},
		{script: `export function config() { return { s: Symbol('x') } }`, err: "config.s is a symbol"},
	}
	for _, test := range tests {
		program := jstest.Program(t, modules(), "c.js", test.script)
		got, err := RunConfig(t.Context(), program, js.VMOptions{Modules: modules()}, map[string]string{"url": "here"})
		checkError(t, err, test.err)
		if test.err == "" && fmt.Sprint(got) != test.want {
			t.Errorf("%s\n got %v\nwant %s", test.script, got, test.want)
		}
	}
}
