package liveload

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/js/jstest"
)

// TestOddScripts: what scripts may do, though few will, neither breaks us nor passes for something else.
func TestOddScripts(t *testing.T) {
	tests := []struct{ name, body, calls, err string }{
		{name: "a symbol is no key", body: `await user.assign(Symbol('x'), 1)`, err: "key must be a text"},
		{name: "a symbol is no name of a step", body: `await user.step(Symbol('x'), () => 1)`, err: "name must be a text"},
		{name: "a symbol is no name of a throttle", body: `await user.throttle(Symbol('x'))`, err: "name must be a text"},
		{name: "as a symbol", body: `await user.count('li', { as: Symbol('q') })`, err: "not a symbol"},
		{name: "as a function that gives a symbol", body: `await user.count('li', { as: () => Symbol('q') })`, calls: "Count li", err: "not a symbol"},
		{name: "as a BigInt", body: `await user.count('li', { as: 3n })`, err: "not 3n"},
		{name: "what every object has is no assign", body: `await user.updateAssign('toString', f => f)`, err: `there is no assign "toString"`},
		{name: "nobody waits for an assign that comes late",
			body:  `user.assign('n', 1); user.updateAssign('n', async n => { await sleep(20); return n + 1 }).click(u => '#' + u.assigns.n)`,
			calls: "Click #2"},
		{name: "an operation as the method of something else",
			body:  `for (const it of [null, 3, new Proxy({}, {}), Promise.resolve(1), Object.create(user)]) await user.click.call(it, '#a')`,
			calls: "Click #a; Click #a; Click #a; Click #a; Click #a"},
		{name: "a prototype that throws", body: `user.click.call(new Proxy({}, { getPrototypeOf() { throw new Error('evil') } }), '#a')`, err: "Error: evil"},
		{name: "a then that throws", body: `await user.click({ get then() { throw new Error('evil') } })`, err: "Error: evil"},
		{name: "an as that throws", body: `await user.count('li', { get as() { throw new Error('evil') } })`, err: "Error: evil"},
		{name: "assigns that throw", body: `user.assigns = new Proxy({}, { set() { throw new Error('evil') } }); await user.assign('a', 1)`, err: "Error: evil"},
		{name: "another Promise",
			body: `const P = Promise;
				globalThis.Promise = class { constructor(f) { this.p = new P(f) } static resolve(v) { return new this(r => r(v)) } then(a, b) { return new this.constructor(r => r(this.p.then(a, b))) } };
				Promise.all = v => P.all(v);
				try { await user.click('#a').click(P.resolve('#b')).step('s', u => u.click('#c')).count('li', { as: 'n' }) } finally { globalThis.Promise = P }`,
			calls: "Click #a; Click #b; Click #c; Count li"},
		{name: "another then",
			body: `const { then } = Promise.prototype;
				Promise.prototype.then = function (a, b) { const p = then.call(this, a, b); return { then: (c, d) => then.call(p, c, d) } };
				try { await user.click('#a').click('#b') } finally { Promise.prototype.then = then }`,
			calls: "Click #a; Click #b"},
		{name: "another Promise.all", body: `const { all } = Promise; Promise.all = () => ({}); try { await user.assign(Promise.resolve('a'), 1) } finally { Promise.all = all }`, err: "TypeError"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := newFake()
			fake.answer = answers(map[string]any{"Count li": 3})
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, err := newUser(t, "shop.js", iterate(test.body), Options{}).RunIteration(ctx, fake, 1)
			if got := fake.log(); got != test.calls {
				t.Errorf("calls\n got %s\nwant %s", got, test.calls)
			}
			checkError(t, err, test.err)
		})
	}
}

// TestThenableOfTheScript: the function of a script may give anything that has a then, as for await.
func TestThenableOfTheScript(t *testing.T) {
	fake := newFake()
	u := newUser(t, "a.js", `export default user => ({ then(resolve, reject) { user.click('#a').then(() => reject(new Error('out of stock'))) } })`, Options{})
	_, err := u.RunIteration(t.Context(), fake, 1)
	checkError(t, err, "Error: out of stock")
	if got := fake.log(); got != "Click #a" {
		t.Errorf("calls %s", got)
	}
}

// TestPromiseOfAnEarlierIteration: what settles after its iteration is not missing in the next one, which would
// never end.
func TestPromiseOfAnEarlierIteration(t *testing.T) {
	for _, waiting := range []string{`user.click(gate)`, `user.step('s', () => gate)`, `user.assign('n', 1); user.updateAssign('n', () => gate)`} {
		t.Run(waiting, func(t *testing.T) {
			program := bundled(t, "a.js", `let open; const gate = new Promise(resolve => { open = resolve });
				export default async function (user) {
					if (user.iteration === 1) { `+waiting+`; throw new Error('too early') }
					open('#a');
					await user.click('#b');
				}`)
			synctest.Test(t, func(t *testing.T) {
				vm := jstest.VM(t, program, modules())
				u, err := NewUser(vm, Options{})
				if err != nil {
					t.Fatal(err)
				}
				_, err = u.RunIteration(t.Context(), newFake(), 1)
				checkError(t, err, "too early")
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_, err = u.RunIteration(ctx, newFake(), 2)
				checkError(t, err, "")
			})
		})
	}
}
