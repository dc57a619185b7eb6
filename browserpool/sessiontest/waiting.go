package sessiontest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/ordered"
)

func testWait(t *testing.T, r *rig) {
	state := func(selector, state string) operation {
		return func(ctx context.Context, u browserpool.Session) error { return u.WaitForSelector(ctx, selector, state) }
	}
	text := func(selector, text string) operation {
		return func(ctx context.Context, u browserpool.Session) error { return u.WaitForText(ctx, selector, text) }
	}
	address := func(pattern string) operation {
		return func(ctx context.Context, u browserpool.Session) error { return u.WaitForURL(ctx, pattern) }
	}
	function := func(fn string, arg any) operation {
		return func(ctx context.Context, u browserpool.Session) error { return u.WaitForFunction(ctx, fn, arg) }
	}
	const gone = `<p id=e>x</p><script>setTimeout(() => e.remove(), 100)</script>`
	const moved = `<script>setTimeout(() => history.pushState(0, '', '/orders/17?new=1#top'), 100)</script>`
	r.run(t, []step{
		{name: "attached", page: `<p id=e hidden>`, do: state("#e", "attached")},
		{name: "hidden", page: `<p id=e hidden>`, do: state("#e", "hidden")},
		{name: "hidden since missing", do: state("#e", "hidden")},
		{name: "detached later", page: gone, do: state("#e", "detached")},
		{name: "detached by locator", page: gone, do: state("text=x", "detached")},
		{name: "unknown state", do: state("#e", "gone"), fail: `unknown state "gone": use attached, detached, visible or hidden`},
		{name: "never hidden", page: `<p id=e>x`, do: state("#e", "hidden"), fail: `it is visible: <p id="e">`},
		{name: "never detached", page: `<p id=e>x`, do: state("#e", "detached"), fail: `it is there: <p id="e">`},
		{name: "never attached", do: state("#e", "attached"), fail: "no element matches it"},

		{name: "text over lines", page: "<p id=e>some\n   text", do: text("#e", "some text")},
		{name: "text with other blanks", page: "<p id=e>1\u00a0234,50\u202f€ net", do: text("#e", "1 234,50 € net")},
		{name: "other blanks in what is wanted", page: "<p id=e>1 234", do: text("#e", " 1\u00a0234\n")},
		{name: "text with places to break", page: "<p id=e>super\u00adcali\u200bfragil", do: text("#e", "supercalifragil")},
		{name: "text in a drawing", page: `<svg id=e><text y=20>some text</text></svg>`, do: text("#e", "some")},
		{name: "text later", page: `<p id=e>x</p><script>setTimeout(() => e.firstChild.data = 'later', 100)</script>`, do: text("#e", "later")},
		{name: "no text", page: `<p id=e>some  text`, do: text("#e", "more"), fail: `waited for "#e" to contain "more", but its text is "some text": timed out`},
		{name: "looks the same", page: "<p id=e>a\u200eb", do: text("#e", "ab"), fail: `waited for "#e" to contain "ab", but its text is "a\u{200e}b", which looks the same as "ab" and is not`},
		{name: "composed otherwise", page: "<p id=e>cafe\u0301", do: text("#e", "caf\u00e9"), fail: `its text is "cafe\u{301}", which looks the same as "caf\u{e9}" and is not`},
		{name: "with what does not show", page: "<p id=e>a\u2060b", do: text("#e", "c"), fail: `its text is "a\u{2060}b": timed out`},
		{name: "empty text", page: `<p id=e>`, do: text("#e", "more"), fail: `its text is empty`},

		{name: "glob", page: moved, do: address("**/orders/*")},
		{name: "path", page: moved, do: address("/orders/**")},
		{name: "regular expression", page: moved, do: address(`/orders\/\d+\?NEW=.*/i`)},
		{name: "other address", page: moved, do: address("**/carts/*"), fail: `waited for the address to match **/carts/*, but it is http`},
		{name: "bad expression", do: address(`/a(/`), fail: "Invalid regular expression"},
		{name: "bad glob", do: address(`**/{a`), fail: "open brace"},

		{name: "function", page: `<script>setTimeout(() => window.n = 3, 100)</script>`, do: function("(want) => window.n === want", int64(3))},
		{name: "async function", do: function("async () => 1", nil)},
		{name: "expression", page: `<script>setTimeout(() => window.n = 3, 100)</script>`, do: function("window.n", nil)},
		{name: "never true", do: function("() => 0", nil), fail: "waited for the function to give a truthy value: timed out after "},
		{name: "throws", do: function("() => { throw new Error('boom') }", nil), fail: "boom"},
		{name: "syntax error", do: function("() => {", nil), fail: "SyntaxError"},

		{name: "a LiveView whose socket is refused", page: `<div id=v data-phx-session=x></div><script>new WebSocket('ws://' + location.host + '/broken?token=x')</script>`,
			do: func(ctx context.Context, u browserpool.Session) error { return u.WaitForLiveView(ctx) }, fail: "/broken failed once: status 500"},
		{name: "no LiveView", do: func(ctx context.Context, u browserpool.Session) error { return u.WaitForLiveView(ctx) }, fail: "waited for every LiveView to be connected, but there is no LiveView on the page"},
		{name: "no LiveView at all", do: func(ctx context.Context, u browserpool.Session) error { return u.EnsureLiveView(ctx) }, fail: "waited for a LiveView on the page, but no element has data-phx-session"},
		{name: "loading", page: `<p id=e class=phx-click-loading>x</p><script>setTimeout(() => e.className = '', 100)</script>`, do: func(ctx context.Context, u browserpool.Session) error { return u.WaitForPhxLoading(ctx, "click", "#e") }},
		{name: "loading for ever", page: `<p id=e class=phx-keyup-loading>x`, do: func(ctx context.Context, u browserpool.Session) error { return u.WaitForPhxLoading(ctx, "keyup", "#e") }, fail: `waited for phx-keyup-loading to end on "#e", but it is still loading: <p id="e" class="phx-keyup-loading">`},
		{name: "unknown loading", do: func(ctx context.Context, u browserpool.Session) error { return u.WaitForPhxLoading(ctx, "tap", "#e") }, fail: `unknown kind of loading "tap"`},
	})
}

func testRead(t *testing.T, r *rig) {
	attribute := func(selector, name string, want ...string) operation {
		return reads(want, func(ctx context.Context, u browserpool.Session) ([]string, error) {
			got, ok, err := u.GetAttribute(ctx, selector, name)
			if !ok {
				return nil, err
			}
			return []string{got}, err
		})
	}
	secret := func(id string, want bool) func(context.Context, browserpool.Session) error {
		return func(ctx context.Context, u browserpool.Session) error {
			for kind, pattern := range selectors {
				got, err := u.IsSecret(ctx, fmt.Sprintf(pattern, id))
				if err != nil || got != want {
					return fmt.Errorf("%s: secret = %v, %v", kind, got, err)
				}
			}
			return nil
		}
	}
	// visible wants an answer, and that Playwright gives the same.
	visible := func(selector string, want bool) operation {
		return after(answers(browserpool.Session.IsVisible, selector, want), reads(any(want), func(ctx context.Context, u browserpool.Session) (any, error) {
			page, err := u.Object(ctx, "page")
			if err != nil {
				return nil, err
			}
			return page.Call(ctx, "isVisible", []any{selector})
		}))
	}
	counts := func(selector string, want int) operation {
		return reads(want, func(ctx context.Context, u browserpool.Session) (int, error) { return u.Count(ctx, selector) })
	}
	const mixed = `<p id=e title="">a <b hidden>b</b> c</p>`
	r.run(t, []step{
		{name: "innerHTML", page: mixed, do: answers(browserpool.Session.InnerHTML, "#e", `a <b hidden="">b</b> c`)},
		{name: "innerText", page: mixed, do: answers(browserpool.Session.InnerText, "#e", "a c")},
		{name: "textContent", page: mixed, do: answers(browserpool.Session.TextContent, "#e", "a b c")},
		{name: "value of a select", page: `<select id=e><option value=a><option value=b selected>`, do: answers(browserpool.Session.InputValue, "#e", "b")},
		{name: "value of a label", page: `<label id=e><textarea>x</textarea></label>`, do: answers(browserpool.Session.InputValue, "#e", "x")},
		{name: "empty attribute", page: mixed, do: attribute("#e", "title", "")},
		{name: "no attribute", page: mixed, do: attribute("#e", "lang")},
		{name: "visible", page: mixed, do: visible("#e", true)},
		{name: "not visible", page: mixed, do: visible("#e b", false)},
		{name: "missing is not visible", page: mixed, do: visible("#x", false)},
		{name: "contents", page: `<p id=e style="display:contents"><b>x</b></p>`, do: visible("#e", true)},
		{name: "contents that are text", page: `<p id=e style="display:contents">x</p>`, do: visible("#e", true)},
		{name: "contents within contents", page: `<p id=e style="display:contents"><b style="display:contents">x</b></p>`, do: visible("#e", true)},
		{name: "contents that are hidden", page: `<p id=e style="display:contents"><b hidden>x</b> <i></i><!-- x --></p>`, do: visible("#e", false)},
		{name: "contents of what is hidden", page: `<div hidden><p id=e style="display:contents">x</p></div>`, do: visible("#e", false)},
		{name: "transparent is visible", page: `<p id=e style="opacity:0">x</p>`, do: visible("#e", true)},
		{name: "collapsed is not", page: `<p id=e style="visibility:collapse">x</p>`, do: visible("#e", false)},
		{name: "shown in what is not", page: `<div style="visibility:hidden"><p id=e style="visibility:visible">x</p></div>`, do: visible("#e", true)},
		{name: "in content that is skipped", page: `<div style="content-visibility:hidden"><p id=e>x</p></div>`, do: visible("#e", false)},
		{name: "in closed details", page: `<details><summary>x</summary><p id=e>x</p></details>`, do: visible("#e", false)},
		{name: "of no height", page: `<p id=e style="height:0;overflow:hidden">x</p>`, do: visible("#e", false)},
		{name: "visible by locator", page: mixed, do: visible("xpath=//p", true)},
		{name: "checked", page: `<input id=e type=checkbox checked>`, do: answers(browserpool.Session.IsChecked, "#e", true)},
		{name: "count", page: `<i></i><i></i>`, do: counts("i", 2)},
		{name: "count none", do: counts("i", 0)},
		{name: "count by locator", page: `<i></i><i></i>`, do: counts("xpath=//i", 2)},
		{name: "count with a bad selector", do: counts("##", 0), fail: `the selector "##" is not valid: Unexpected token "#"`},
		{name: "password", page: box(`<input id=e type=password disabled>`), do: secret("e", true)},
		{name: "password that shows", page: box(`<input id=e autocomplete=current-password>`), do: secret("e", true)},
		{name: "label of a password", page: box(`<label id=e for=p>x</label><input id=p type=password>`), do: secret("e", true)},
		{name: "form with a password", page: box(`<form id=e><input type=password></form>`), do: secret("e", true)},
		{name: "password with the keyboard", page: box(`<i id=e>x</i><input id=p type=password autofocus>`), do: secret("e", true)},
		{name: "missing may be secret", page: box(``), do: secret("e", true)},
		{name: "not secret", page: box(field), do: secret("e", false)},
		{name: "content", page: `<p id=e>é`, do: func(ctx context.Context, u browserpool.Session) error {
			html, err := u.PageContent(ctx)
			if err == nil && (!strings.HasPrefix(html, "<!DOCTYPE html>\n<html>") || !strings.Contains(html, `<p id="e">é`)) {
				t.Error(html)
			}
			return err
		}},
		{name: "title", page: `<title>a &amp; b</title>`, do: reads("a & b", func(ctx context.Context, u browserpool.Session) (string, error) { return u.Title(ctx) })},
		{name: "about:blank", page: "about:blank", do: reads("about:blank", func(ctx context.Context, u browserpool.Session) (string, error) { return u.URL(ctx) })},
		{name: "screenshot", page: button, do: func(ctx context.Context, u browserpool.Session) error {
			png, err := u.Screenshot(ctx)
			if err == nil && !strings.HasPrefix(string(png), "\x89PNG") {
				t.Errorf("no PNG: %.20q", png)
			}
			return err
		}},
	})
}

func testEvaluate(t *testing.T, r *rig) {
	gives := func(fn string, arg, want any) step {
		return step{name: fn, do: reads(want, func(ctx context.Context, u browserpool.Session) (any, error) {
			value, err := u.Evaluate(ctx, fn, arg)
			return ordered.Maps(value), err
		})}
	}
	writes := func(fn string, arg any, want string) step {
		return step{name: fn, do: reads(want, func(ctx context.Context, u browserpool.Session) (string, error) {
			value, err := u.Evaluate(ctx, fn, arg)
			if err != nil {
				return "", err
			}
			return ordered.Text(value)
		})}
	}
	refuses := func(fn, why string) step {
		return step{name: fn, fail: why, do: func(ctx context.Context, u browserpool.Session) error { _, err := u.Evaluate(ctx, fn, nil); return err }}
	}
	object := map[string]any{"a": []any{1.0, "x", nil, true}}
	keepsOrder, err := ordered.Parse([]byte(`{"z":[null,[],{}],"a":{"c":"<&>","b":null},"__proto__":0}`))
	Must(t, err)
	r.run(t, []step{
		gives("1 + 1", nil, 2.0),
		gives("() => 1.5", nil, 1.5),
		gives("() => undefined", nil, nil),
		gives("() => null", nil, nil),
		gives("() => 'é🎉'", nil, "é🎉"),
		gives("() => 2 ** 53", nil, 9007199254740992.0),
		gives("() => [1e20, 2 ** 64, -1e300]", nil, []any{1e20, 18446744073709551616.0, -1e300}),
		writes("() => ({ z: 1, a: [{ y: 1, b: null, u: undefined, f() {} }], 10: 'ten', 9: { toJSON: () => ({ d: 1, c: 2 }) } })", nil,
			`{"9":{"d":1,"c":2},"10":"ten","z":1,"a":[{"y":1,"b":null}]}`),
		writes("(x) => ({ keys: Object.keys(x), same: x, text: JSON.stringify(x) })", keepsOrder,
			`{"keys":["z","a","__proto__"],"same":{"z":[null,[],{}],"a":{"c":"<&>","b":null},"__proto__":0},`+
				`"text":"{\"z\":[null,[],{}],\"a\":{\"c\":\"<&>\",\"b\":null},\"__proto__\":0}"}`),
		gives("const a = 1; a + 1", nil, 2.0),
		gives("[0, 1]", nil, []any{0.0, 1.0}),
		gives("(x) => x", []any{1.0, "x"}, []any{1.0, "x"}),
		gives("() => [typeof pack, typeof unpack, typeof args, typeof code].join()", nil, "undefined,undefined,undefined,undefined"),
		gives("() => Infinity", nil, math.Inf(1)),
		gives("() => ({a: [1, 'x', null, true]})", nil, object),
		gives("(x) => x", map[string]any{"a": []any{int64(1), "x", nil, true}}, object),
		gives("(x) => x + 1", int64(41), 42.0),
		gives("(x) => typeof x", nil, "undefined"),
		gives("(x) => x.length", []string{"a", "b"}, 2.0),
		gives("(x) => x.a", struct {
			A int `json:"a"`
		}{7}, 7.0),
		gives("async (x) => { await null; return x }", "y", "y"),
		gives("function () { return 3 }", nil, 3.0),
		gives("async function named() { return 3 }", nil, 3.0),
		gives("() => new Promise((done) => setTimeout(done, 20, 'late'))", nil, "late"),
		gives("() => new Date(0)", nil, "1970-01-01T00:00:00.000Z"),
		gives("() => 2n ** 70n", nil, "1180591620717411303424"),
		gives("() => new Uint8Array([1, 2])", nil, []any{1.0, 2.0}),
		gives("() => new Float64Array([1.5])", nil, []any{1.5}),
		gives("() => new Map([[1, 2]])", nil, map[string]any{}),
		gives("() => document.body", nil, "ref: <Node>"),
		gives("() => new Error('e').message", nil, "e"),
		refuses("() => { const o = {}; o.o = o; return o }", "a value that contains itself"),
		refuses("() => /x/", "cannot be carried out of the page"),
		refuses("() => { throw new Error('boom') }", "boom"),
		refuses("() => { throw 'text' }", "text"),
		refuses("async () => { throw new TypeError('boom') }", "boom"),
		refuses("() => {", "SyntaxError"),
		refuses("() => new Promise(() => {})", "waited for the function to return: timed out after "),
		refuses("() => { location.reload(); return new Promise(() => {}) }", "the page was left"),
	})
}

// testCancel: a cancelled operation returns the cause, and the session goes on.
func testCancel(t *testing.T, r *rig) {
	t.Parallel()
	u, s := r.user(t), NewSite(t)
	Must(t, Moved(u.Navigate(Within(t, patience), s.Page(button))))
	why := errors.New("enough")
	for name, do := range map[string]operation{
		"Evaluate": func(ctx context.Context, u browserpool.Session) error {
			_, err := u.Evaluate(ctx, "new Promise(() => {})", nil)
			return err
		},
		"CSS":        clicks("#nothing"),
		"text=":      clicks("text=nothing"),
		"WaitForURL": func(ctx context.Context, u browserpool.Session) error { return u.WaitForURL(ctx, "/nowhere") },
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(50*time.Millisecond, func() { cancel(why) })
		if err := do(ctx, u); err != why {
			t.Errorf("%s: error = %v", name, err)
		}
		if v, err := u.Evaluate(Within(t, patience), "1", nil); v != 1.0 || err != nil {
			t.Errorf("after %s: %v, %v", name, v, err)
		}
	}
}

// testSelectors: one that cannot be read is named, with the mistake, for every engine.
func testSelectors(t *testing.T, r *rig) {
	var steps []step
	for selector, mistake := range map[string]string{
		"##": `Unexpected token "#"`, "nope=1": `Unknown engine "nope"`, "//a[": "is not a valid XPath expression",
		"role=button[nam=x]": `Unknown attribute "nam"`, "text=/a(/": "Invalid regular expression", "p >> ##": `Unexpected token "#"`,
		"button:nope": "'button:nope' is not a valid selector", "p:has-text(": `Unexpected token ""`, "": `Unexpected token ""`,
	} {
		steps = append(steps, step{name: selector, page: button, do: clicks(selector), fail: fmt.Sprintf("the selector %q is not valid: ", selector)})
		steps = append(steps, step{name: selector + " counted", page: button, fail: mistake, do: func(ctx context.Context, u browserpool.Session) error {
			_, err := u.Count(ctx, selector)
			return err
		}})
	}
	r.run(t, steps)
}
