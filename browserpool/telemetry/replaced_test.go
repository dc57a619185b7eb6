package telemetry_test

import (
	"net/http"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
)

// TestPagesThatReplaceFunctions: what a page puts in place of the browser's functions, before any script of its own has
// run, hurts neither operations nor telemetry.
func TestPagesThatReplaceFunctions(t *testing.T) {
	const broken = `new PerformanceObserver(() => { document.documentElement.lang = 'reported' }).observe({ type: 'first-input', buffered: true });
		const broken = () => { throw new Error('the page has broken it') };
		const breakAll = (target, ...names) => { for (const name of names) Object.defineProperty(target, name, { value: broken, configurable: true, writable: true }) };`
	for _, tt := range []struct{ name, js string }{
		{"Promise", `window.Promise = class { constructor() { broken() } }`},
		{"JSON", `window.JSON = { parse: broken, stringify: broken }`},
		{"functions of JSON", `breakAll(JSON, 'parse', 'stringify')`},
		{"performance", `Object.defineProperty(window, 'performance', { value: { now: () => NaN } })`},
		{"functions of performance", `breakAll(performance, 'now', 'getEntriesByType'); breakAll(Performance.prototype, 'now', 'getEntriesByType')`},
		{"timers", `breakAll(window, 'setTimeout', 'clearTimeout', 'requestAnimationFrame', 'queueMicrotask')`},
		{"observers", `breakAll(window, 'MutationObserver', 'PerformanceObserver'); breakAll(MutationObserver.prototype || {}, 'observe', 'disconnect')`},
		{"functions of observers", `breakAll(MutationObserver.prototype, 'observe', 'disconnect'); breakAll(PerformanceObserver.prototype, 'observe', 'takeRecords')`},
		{"collections", `breakAll(window, 'Map', 'Set', 'WeakMap')`},
		{"functions of collections", `for (const one of [Map, Set, WeakMap]) breakAll(one.prototype, 'get', 'set', 'has', 'add', 'delete', 'forEach', 'values', 'keys', 'clear')`},
		{"Math, Object, Error, Event", `breakAll(Math, 'min', 'max', 'round', 'floor'); breakAll(Object, 'assign', 'keys', 'defineProperty'); breakAll(window, 'Error', 'Event', 'URL', 'Reflect', 'Proxy')`},
		{"elementFromPoint", `breakAll(Document.prototype, 'elementFromPoint'); breakAll(document, 'elementFromPoint')`},
		{"where elements are", `breakAll(Element.prototype, 'getBoundingClientRect', 'getClientRects', 'scrollIntoView', 'checkVisibility')`},
		{"finding elements", `breakAll(Document.prototype, 'querySelector', 'querySelectorAll', 'getAnimations', 'getElementById', 'createRange'); breakAll(Element.prototype, 'querySelector', 'querySelectorAll', 'matches', 'closest')`},
		{"attributes and listeners", `breakAll(Element.prototype, 'getAttribute', 'hasAttribute'); breakAll(EventTarget.prototype, 'addEventListener', 'dispatchEvent'); breakAll(Node.prototype, 'contains')`},
		{"editing", `breakAll(Document.prototype, 'execCommand')`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := operate(t, broken+tt.js)
			if err := v.WaitForSelector(v.ctx, "html[lang=reported]", "attached"); err != nil { // the browser has measured the press
				t.Error(err)
			}
			v.open(v.url + "/")
			v.leave()
			for _, m := range []*metrics.Metric{metrics.WebVitalTTFB, metrics.WebVitalFCP, metrics.WebVitalINP, metrics.DocumentLoad} {
				if n := v.recorded.Labels(scenario, m)["/page"]; n != 1 {
					t.Errorf("%s = %d, want 1", m.Name, n)
				}
			}
			if n := v.recorded.Labels(scenario, metrics.HTTPRequestDuration)["document"]; n != 2 {
				t.Errorf("%d documents, want 2", n)
			}
			if lost := v.recorded.Labels(scenario, metrics.SamplesDropped); len(lost) != 0 {
				t.Errorf("dropped samples: %v", lost)
			}
		})
	}
}

// An operator is a visitor who has done everything on a page.
type operator struct {
	*visitor
	url string // of the page's site
}

// operate does what users do, on a page that begins with a script.
func operate(t *testing.T, script string) operator {
	t.Helper()
	u := site(t, map[string]http.HandlerFunc{"/page": html(`<script>` + script + `</script>
		<button id=press onclick="said.textContent = 'pressed'">press</button> <p id=said></p>
		<input id=field> <select id=choice><option>a<option>b</select> <input id=box type=checkbox>
		<div id=host><template shadowrootmode=open><p class=inner>in the shadow</p></template></div>`)})
	v := visit(t)
	v.open(u + "/page")
	for _, done := range []struct {
		what string
		err  error
	}{
		{"click", v.Click(v.ctx, "#press")},
		{"waitForText", v.WaitForText(v.ctx, "#said", "pressed")},
		{"fill", v.Fill(v.ctx, "#field", "typed")},
		{"check", v.SetChecked(v.ctx, "#box", true)},
		{"hover", v.Hover(v.ctx, "#press")},
		{"waitForHidden", v.WaitForSelector(v.ctx, "#nothing", "hidden")},
		{"waitForText in a shadow root", v.WaitForText(v.ctx, "#host .inner", "in the shadow")},
	} {
		if done.err != nil {
			t.Errorf("%s: %v", done.what, done.err)
		}
	}
	if err := v.SelectOptions(v.ctx, "#choice", browserpool.Choices("b")); err != nil {
		t.Errorf("selectOptions: %v", err)
	}
	if text, err := v.InputValue(v.ctx, "#field"); text != "typed" || err != nil {
		t.Errorf("inputValue = %q, %v", text, err)
	}
	if ok, err := v.IsVisible(v.ctx, "#press"); !ok || err != nil {
		t.Errorf("isVisible = %v, %v", ok, err)
	}
	return operator{v, u}
}

// TestPagesThatReplaceEverything: operations need no function that a page can reach, not even those that the language itself calls.
func TestPagesThatReplaceEverything(t *testing.T) {
	v := operate(t, everything)
	if err := v.WaitForSelector(v.ctx, "html[title]", "attached"); err != nil { // not everything was replaced
		t.Error(err)
	}
	v.leave()
}

// everything replaces all functions of all objects that a script reaches by their names, and of the iterators. Its own steps need none of them.
const everything = `{
	const { ownKeys, getOwnPropertyDescriptor, defineProperty, getPrototypeOf } = Reflect;
	const { Error } = window;
	const broken = function () { throw new Error('the page has broken it') };
	const iterators = [[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator](), ''.matchAll(/x/g), (function* () {})(), (async function* () {})()];
	const owners = [window];
	for (const key of ownKeys(window)) {
		const { value } = getOwnPropertyDescriptor(window, key);
		if (!value || key === 'document' || value === window) continue;
		if (typeof value === 'function' || typeof value === 'object') owners.push(value);
		if (value.prototype) owners.push(value.prototype);
	}
	for (const one of iterators) owners.push(getPrototypeOf(one), getPrototypeOf(getPrototypeOf(one)));
	owners.push(getPrototypeOf(Int8Array), getPrototypeOf(Int8Array).prototype, getPrototypeOf(async () => {}), performance, navigator, document);
	const all = [];
	for (const owner of owners) for (const key of ownKeys(owner)) {
		const found = getOwnPropertyDescriptor(owner, key);
		if (typeof found.value === 'function' && found.configurable) all.push({ owner, key });
	}
	for (let i = 0; i < all.length; i++) defineProperty(all[i].owner, all[i].key, { value: broken, configurable: true, writable: true });
	document.documentElement.title = all.length;
}`
