package sessiontest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

func clicks(selector string) operation {
	return func(ctx context.Context, u browserpool.Session) error { return u.Click(ctx, selector) }
}

func fills(selector, text string) operation {
	return func(ctx context.Context, u browserpool.Session) error { return u.Fill(ctx, selector, text) }
}

const button = `<button id=b>Buy</button>`

func testClick(t *testing.T, r *rig) {
	const got = "log.includes('click:b')"
	r.run(t, []step{
		{name: "hover", page: `<button id=b disabled>x</button>`, want: "document.querySelector('#b').matches(':hover')", do: on(browserpool.Session.Hover, "#b")},
		{name: "first of several", page: button + `<button id=c>`, do: clicks("button"), want: got},
		{name: "scrolled out", page: `<p style="height:3000px">` + button, do: clicks("#b"), want: got},
		{name: "in a scrolled box", page: `<div style="height:100px;overflow:auto"><p style="height:500px"></p>` + button + `</div>`, do: clicks("#b"), want: got},
		{name: "under a sticky bar", page: `<div id=bar style="position:sticky;top:0;height:60px;background:red;z-index:9">bar</div>` + button + `<p style="height:3000px"></p><script>scrollTo(0, 30)</script>`, do: clicks("#b"), want: got},
		{name: "wider than the window", page: `<button id=b style="width:5000px">x`, do: clicks("#b"), want: got},
		{name: "smooth scrolling", page: `<style>html{scroll-behavior:smooth}</style><p style="height:9000px">` + button, do: clicks("#b"), want: got},
		{name: "link over lines", page: `<div style="width:120px">aaaaaaaaaaa <a id=b href="#x">bbbb bbb bbbbbbb bbb</a></div>`, do: clicks("#b"), want: got},
		{name: "text in a button", page: `<button id=b><span id=s style="pointer-events:none">x</span></button>`, do: clicks("#s"), want: got},
		{name: "shown later", page: `<button id=b hidden>x</button><script>setTimeout(() => b.hidden = false, 150)</script>`, do: clicks("#b"), want: got},
		{name: "enabled later", page: `<button id=b disabled>x</button><script>setTimeout(() => b.disabled = false, 150)</script>`, do: clicks("#b"), want: got},
		{name: "uncovered later", page: button + `<div id=o style="position:fixed;inset:0"></div><script>setTimeout(() => o.remove(), 150)</script>`, do: clicks("#b"), want: got},
		{name: "style sheet later", page: button + `<style id=s>#b{display:none}</style><script>setTimeout(() => document.styleSheets[0].disabled = true, 150)</script>`, do: clicks("#b"), want: got},
		{name: "slides in", page: `<style>@keyframes k{from{translate:-500px}}#b{animation:k .3s linear}</style>` + button, do: clicks("#b"), want: got},
		{name: "transition", page: `<style>#b{transition:translate .3s;translate:0}#b.on{translate:300px}</style>` + button + `<script>requestAnimationFrame(() => requestAnimationFrame(() => b.className = 'on'))</script>`, do: clicks("#b"), want: got},
		{name: "pulses in place for ever", page: `<style>@keyframes k{50%{opacity:.5}}#b{animation:k .3s infinite}</style>` + button, do: clicks("#b"), want: got},
		{name: "replaced again and again", page: `<div id=d></div><script>setInterval(() => d.innerHTML = '<button id=b>x</button>', 50)</script>`, do: clicks("#b"), want: got},
		{name: "in a shadow root", page: `<div id=b></div><script>b.attachShadow({mode:'open'}).innerHTML = '<button class=inner>x</button>'</script>`, do: clicks(".inner"), want: got},
		{name: "of no box of its own", page: `<p style="height:3000px"></p><button id=b style="display:contents"><b id=i>Buy</b></button>`, do: clicks("#b"), want: "log.includes('click:i')"},
		{name: "through the boundary of a shadow root", page: `<div id=b class="x(y"><template shadowrootmode=open><p></p><button class=inner>x</button></template></div>`, want: got + " && count === '1 1 1 1 1 0 0'",
			do: func(ctx context.Context, u browserpool.Session) error {
				var counts []string
				for _, selector := range []string{
					"body #b button", "#b > button", "div > p + button", `[class="x(y"] p~.inner`, "#none a, #b > .inner:not(p > *)", "body > button", "#b + button",
				} {
					n, err := u.Count(ctx, selector)
					if err != nil {
						return err
					}
					counts = append(counts, fmt.Sprint(n))
				}
				if _, err := u.Evaluate(ctx, "(c) => { window.count = c; }", strings.Join(counts, " ")); err != nil {
					return err
				}
				return u.Click(ctx, "#b > .inner")
			}},
		{name: "by an escaped id beside a shadow root", page: `<div id=1st><div id=b><template shadowrootmode=open><button class=inner>x</button></template></div></div>`, do: clicks(`#\31 st .inner`), want: got},
		{name: "in a declared shadow root", page: `<div id=b><template shadowrootmode=open><button class=inner>x</button></template></div>`, do: clicks(".inner"), want: got},
		{name: "slotted", page: `<div id=h><template shadowrootmode=open><p><slot></slot></p></template>` + button + `</div>`, do: clicks("#b"), want: got},
		{name: "label of a hidden control", page: `<label id=b style="position:relative;display:block">x <input type=checkbox style="position:absolute;left:0;opacity:0;pointer-events:none"></label>`, do: clicks("input"), want: got},
		{name: "label beside", page: `<style>#c{position:absolute;left:10px;top:10px}#b{position:absolute;left:0;top:0;width:60px;height:60px}</style><input id=c type=checkbox><label id=b for=c>x</label>`, do: clicks("#c"), want: "c.checked"},
		{name: "beside frames", page: `<iframe srcdoc="<button id=b>no</button>" width=50 height=50></iframe>` + button, do: clicks("#b"), want: got},
		{name: "alert", page: `<button id=b onclick="alert(1)">x`, do: clicks("#b"), want: got},
		{name: "confirm", page: `<button id=b onclick="window.yes = confirm('sure?')">x`, do: clicks("#b"), want: "yes === false"},
		{name: "new tab", page: `<a id=b target=_blank href="{site}/target">x</a>`, do: clicks("#b"), want: got},
		{name: "hash", page: `<a id=b href="#there">x</a>`, do: clicks("#b"), want: "location.hash === '#there'"},

		{name: "near by id", page: `<button id=buy-now>x</button><p id=other>`, do: clicks("#buynow"), fail: `no element matches it; close to it: <button id="buy-now"> ("x"): timed out`},
		{name: "near by text", page: `<a href=x>Check out</a><a href=y>Help</a>`, do: clicks("#checkout"), fail: `close to it: <a> ("Check out"): timed out`},
		{name: "near by locator", page: `<button id=b>Buy now</button>`, do: clicks(`role=button[name="Buy mow"]`), fail: `no element matches it; close to it: <button id="b"> ("Buy now")`},
		{name: "nothing near", page: button, do: clicks("#subscription"), fail: `no element matches it: timed out`},

		{name: "missing", do: clicks("#b"), fail: `waited for "#b" to be reachable by the mouse, but no element matches it: timed out after `},
		{name: "invisible", page: `<button id=b style="visibility:hidden">x`, do: clicks("#b"), fail: "it is hidden"},
		{name: "of no size", page: `<div id=b></div>`, do: clicks("#b"), fail: "it is hidden"},
		{name: "disabled", page: `<button id=b disabled>x`, do: clicks("#b"), fail: `it is disabled: <button id="b">`},
		{name: "in a disabled button", page: `<button disabled><b id=b>x`, do: clicks("#b"), fail: "it is disabled"},
		{name: "aria-disabled", page: `<a id=b aria-disabled=true>x`, do: clicks("#b"), fail: "it is disabled"},
		{name: "moves for ever", page: `<style>@keyframes k{to{translate:500px}}#b{animation:k .4s infinite}</style>` + button, do: clicks("#b"), fail: "it moves"},
		{name: "outside", page: `<button id=b style="position:fixed;left:-500px">x`, do: clicks("#b"), fail: "it is outside of the window"},
		{name: "hover covered", page: button + `<div id=overlay style="position:fixed;inset:0"></div>`, do: on(browserpool.Session.Hover, "#b"), fail: "covered"},
	})
}

func testFill(t *testing.T, r *rig) {
	steps := []step{
		{name: "textarea", page: `<textarea id=f>old</textarea>`, do: fills("#f", "a\nb"), want: `f.value === 'a\nb' && log.includes('input:f')`},
		{name: "editable", page: `<div id=f contenteditable><b>old</b> text</div>`, do: fills("#f", "new"), want: `f.innerText === 'new'`},
		{name: "label", page: `<label id=l>x <input id=f></label>`, do: fills("#l", "new"), want: `f.value === 'new'`},
		{name: "empty", page: `<input id=f value=old>`, do: fills("#f", ""), want: `f.value === '' && log.includes('input:f')`},
		{name: "foreign text", page: `<input id=f>`, do: fills("#f", `日本 🎉 "'<\u2028`), want: `f.value.startsWith('日本 🎉 "\'<')`},
		{name: "in a shadow root", page: `<div id=h><template shadowrootmode=open><input></template></div>`, do: fills("input", "new"), want: `h.shadowRoot.querySelector('input').value === 'new'`},
		{name: "editable later", page: `<input id=f readonly><script>setTimeout(() => f.readOnly = false, 150)</script>`, do: fills("#f", "x"), want: `f.value === 'x'`},
		{name: "change on blur", page: `<input id=f>`, want: `log.includes('change:f')`, do: after(fills("#f", "new"), on(browserpool.Session.Blur, "#f"))},

		{name: "read-only", page: `<input id=f readonly>`, do: fills("#f", "x"), fail: `waited for "#f" to be editable, but it is read-only: <input id="f">`},
		{name: "disabled", page: `<input id=f disabled>`, do: fills("#f", "x"), fail: "it is disabled"},
		{name: "select", page: `<select id=f><option>a`, do: fills("#f", "x"), fail: "use selectOption"},
		{name: "hidden input", page: `<input type=hidden id=f>`, do: fills("#f", "x"), fail: "its type is hidden"},
		{name: "no number", page: `<input type=number id=f>`, do: fills("#f", "x"), fail: `does not take "x" as a number`},
		{name: "no date", page: `<input type=date id=f>`, do: fills("#f", "2024-13-45"), fail: `does not take "2024-13-45" as a date`},
	}
	for kind, value := range map[string]string{
		"text": "x", "email": "a@b.c", "password": "p", "search": "x", "tel": "1", "url": "http://x", "number": "1.5",
		"date": "2024-02-29", "time": "13:45", "datetime-local": "2024-02-29T13:45", "month": "2024-02", "week": "2024-W09", "color": "#a0b1c2", "range": "40",
	} {
		steps = append(steps, step{name: kind, page: `<input id=f type=` + kind + `>`, do: fills("#f", value),
			want: `f.value === '` + value + `' && log.some((e) => /^input!?:f$/.test(e))`})
	}
	r.run(t, steps)
}

func testKeys(t *testing.T, r *rig) {
	types := func(text string, delay time.Duration) operation {
		return func(ctx context.Context, u browserpool.Session) error {
			return u.Type(ctx, "#f", text, browserpool.Options{Delay: delay})
		}
	}
	press := func(selector string, keys ...string) operation {
		return func(ctx context.Context, u browserpool.Session) error {
			for _, key := range keys {
				if err := u.Press(ctx, selector, key); err != nil {
					return err
				}
			}
			return nil
		}
	}
	r.run(t, []step{
		{name: "type", page: `<input id=f value=a>`, do: types("bcd", 0), want: `f.value === 'bcda' && log.filter((e) => e === 'keydown:f').length === 3`},
		{name: "type slowly", page: `<input id=f>`, do: types("bcd", 30*time.Millisecond), want: `f.value === 'bcd'`},
		{name: "type stops with ctx", page: `<input id=f>`, do: func(ctx context.Context, u browserpool.Session) error {
			short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
			defer cancel()
			if err := u.Type(short, "#f", "aaaaaaaaaaaaaaaaaaaaaaaaa", browserpool.Options{Delay: 40 * time.Millisecond}); err == nil {
				return os.ErrInvalid
			}
			first, err := u.InputValue(ctx, "#f")
			Must(t, err, u.WaitForFunction(ctx, "() => new Promise((done) => setTimeout(done, 120, true))", nil))
			if second, _ := u.InputValue(ctx, "#f"); second != first {
				t.Errorf("typing went on: %q, then %q", first, second)
			}
			return err
		}},
		{name: "press", page: `<form onsubmit="return false"><input id=f></form>`, do: press("#f", "a", "Enter"), want: `f.value === 'a' && log.includes('submit:')`},
		{name: "select all", page: `<input id=f value=abc>`, do: press("#f", "Control+A", "x"), want: `f.value === 'x'`},
		{name: "tab", page: `<input id=f><input id=g>`, do: press("#f", "Tab"), want: `document.activeElement.id === 'g'`},
		{name: "body", do: press("body", "ArrowUp"), want: `log.includes('keydown:')`},
		{name: "press disabled", page: `<input id=f disabled>`, do: press("#f", "a"), fail: "it is disabled"},
		{name: "unknown key", page: `<input id=f>`, do: press("#f", "Nokey"), fail: `Unknown key: "Nokey"`},
	})
}

func testChoose(t *testing.T, r *rig) {
	check := func(selector string, want bool) operation {
		return func(ctx context.Context, u browserpool.Session) error {
			return u.SetChecked(ctx, selector, want)
		}
	}
	choose := func(selector string, values ...string) operation {
		return func(ctx context.Context, u browserpool.Session) error {
			return u.SelectOptions(ctx, selector, browserpool.Choices(values...))
		}
	}
	const one, many = `<select id=f><option value=a>Apple<option value=b> Bean <option disabled value=c>Corn</select>`,
		`<select id=f multiple><option value=a selected>Apple<option value=b>Bean<option value=c>Corn</select>`
	const chosen = "[...f.selectedOptions].map((o) => o.value).join() === "
	r.run(t, []step{
		{name: "check", page: `<input id=f type=checkbox>`, do: check("#f", true), want: `f.checked && log.includes('click:f') && log.includes('change:f')`},
		{name: "check ticked", page: `<input id=f type=checkbox checked>`, do: check("#f", true), want: `f.checked && !log.includes('click:f')`},
		{name: "radio", page: `<input id=f type=radio name=r><input id=g type=radio name=r checked>`, do: check("#f", true), want: `f.checked && !g.checked`},
		{name: "label", page: `<label id=l><input id=f type=checkbox>x</label>`, do: check("#l", true), want: `f.checked`},
		{name: "hidden behind a label", page: `<input id=f type=checkbox style="display:none"><label for=f>x</label>`, do: check("#f", true), want: `f.checked`},
		{name: "aria", page: `<div id=f role=checkbox aria-checked=false onclick="this.ariaChecked = true">x</div>`, do: check("#f", true), want: `f.ariaChecked === 'true'`},
		{name: "aria by the server", page: `<div id=f role=switch aria-checked=false onclick="setTimeout(() => { this.ariaChecked = true }, 200)">x</div>`, do: check("#f", true), want: `f.ariaChecked === 'true'`},
		{name: "by a selector that it leaves", page: `<input id=f type=checkbox>`, do: check("input:not(:checked)", true), want: `f.checked`},
		{name: "rendered anew, ticked", page: `<input id=f type=checkbox onclick="setTimeout(() => { this.outerHTML = '<input id=f type=checkbox checked>' })">`, do: check("#f", true), want: `f.checked`},
		{name: "box that leads elsewhere", page: `<input id=f type=checkbox onchange="location = '{site}/target'">`, do: after(check("#f", true), func(ctx context.Context, u browserpool.Session) error { return u.WaitForText(ctx, "#h", "target") })},
		{name: "box that submits its form", page: `<form action="{site}/slow"><input id=f type=checkbox name=q value=a onchange="form.submit()"></form>`, do: after(check("#f", true), func(ctx context.Context, u browserpool.Session) error { return u.WaitForText(ctx, "#h", "slow a") })},
		{name: "stays unticked", page: `<input id=f type=checkbox onclick="event.preventDefault()">`, do: check("#f", true), fail: `waited for "#f" to be ticked, but it is still unticked after it was clicked: <input id="f">`},
		{name: "stays unticked by locator", page: `<label>x <input id=f type=checkbox onclick="return false"></label>`, do: check("label:has-text('x')", true), fail: `to be ticked, but it is still unticked after it was clicked: <input id="f">`},
		{name: "stays ticked", page: `<input id=f type=checkbox checked onclick="return false">`, do: check("#f", false), fail: `waited for "#f" to be unticked, but it is still ticked after it was clicked`},
		{name: "radio stays unticked", page: `<input id=f type=radio name=r onclick="return false"><input type=radio name=r checked>`, do: check("#f", true), fail: `still unticked after it was clicked`},
		{name: "aria stays unticked", page: `<div id=f role=checkbox aria-checked=false>x</div>`, do: check("#f", true), fail: `still unticked after it was clicked: <div id="f">`},
		{name: "uncheck radio", page: `<input id=f type=radio checked>`, do: check("#f", false), fail: "is a radio button"},

		{name: "by value", page: one, do: choose("#f", "b"), want: chosen + "'b' && log.some((e) => e.startsWith('change'))"},
		{name: "by label", page: one, do: choose("#f", "Bean"), want: chosen + "'b'"},
		{name: "several", page: many, do: choose("#f", "b", "Corn"), want: chosen + "'b,c'"},
		{name: "none", page: many, do: choose("#f"), want: chosen + "''"},
		{name: "comes later", page: one + `<script>setTimeout(() => f.add(new Option('Date', 'd')), 150)</script>`, do: choose("#f", "d"), want: chosen + "'d'"},
		{name: "select that leads elsewhere", page: `<select id=f onchange="location = '{site}/target'"><option>a<option>b</select>`, do: after(choose("#f", "b"), func(ctx context.Context, u browserpool.Session) error { return u.WaitForText(ctx, "#h", "target") })},
		{name: "set back at once", page: `<select id=f onchange="this.value = 'a'"><option>a<option>b</select>`, do: choose("#f", "b"), fail: `<select id="f"> did not keep "b": the page has set it to "a"`},
		{name: "set back by a promise", page: `<select id=f multiple oninput="Promise.resolve().then(() => { this.value = '' })"><option>a<option>b</select>`, do: choose("#f", "b", "a"), fail: `did not keep "a", "b": the page has set it to none`},
		{name: "unknown option", page: one, do: choose("#f", "z"), fail: `it has no option "z"; it has "a", "b", "c"`},
		{name: "disabled option", page: one, do: choose("#f", "c"), fail: `its option "c" is disabled`},
		{name: "too many", page: one, do: choose("#f", "a", "b"), fail: "takes one option, not 2"},
	})
}

func testFiles(t *testing.T, r *rig) {
	file := filepath.Join(t.TempDir(), "a.txt")
	Must(t, os.WriteFile(file, []byte("hello"), 0o600))
	files := func(selector string, paths ...string) operation {
		return func(ctx context.Context, u browserpool.Session) error {
			return u.SetInputFiles(ctx, selector, browserpool.Files(paths...))
		}
	}
	r.run(t, []step{
		{name: "file", page: `<input id=f type=file>`, do: files("#f", file), want: "f.files[0].name === 'a.txt' && log.some((e) => e.startsWith('change'))"},
		{name: "files", page: `<input id=f type=file multiple>`, do: files("#f", file, file), want: "f.files.length === 2"},
		{name: "no file input", page: button, do: files("#b", file), fail: `<button id="b"> is not a file input`},
		{name: "label of a file input", page: `<label id=l><input id=f type=file></label>`, do: files("#l", file), want: "f.files.length === 1"},
		{name: "missing file", page: `<input id=f type=file>`, do: files("#f", "/nowhere/a"), fail: "/nowhere/a: no such file"},
		{name: "folder", page: `<input id=f type=file>`, do: files("#f", t.TempDir()), fail: "is a folder"},
	})
}
