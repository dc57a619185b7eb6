package sessiontest

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

type opts = browserpool.Options

// with makes an operation of a method that takes a selector, with options.
func with(method elementMethod, selector string, o opts) operation {
	return func(ctx context.Context, u browserpool.Session) error { return method(u, ctx, selector, o) }
}

const (
	byID    = `xpath=//*[@id="b"]` // found by Playwright
	overlay = `<div id=o style="position:fixed;inset:0"></div>`
	pair    = `<button id=b>x</button><button id=c>x</button>`
)

// testOptions: each option does what it does in Playwright.
func testOptions(t *testing.T, r *rig) {
	click, dblclick, hover := browserpool.Session.Click, browserpool.Session.DblClick, browserpool.Session.Hover
	at := func(x, y float64) *browserpool.Point { return &browserpool.Point{X: x, Y: y} }
	const (
		area   = `<div id=b style="width:200px;height:100px;border:10px solid;margin:30px" onclick="window.at = [event.offsetX, event.offsetY].join()" onmousemove="window.over = [event.offsetX, event.offsetY].join()">x</div>`
		keys   = `<button id=b onclick="window.keys = [event.altKey, event.ctrlKey, event.metaKey, event.shiftKey].map(Number).join('')" ondblclick="this.onclick(event)">x</button>`
		timed  = `<button id=b onmousedown="window.from = performance.now()" onmouseup="window.ups = (window.ups || 0) + 1; window.took = performance.now() - from">x</button>`
		clicks = `<button id=b onmousedown="(window.details ||= []).push(event.detail)">x</button>`
		once   = "log.filter((e) => e === 'click:b').length === 1"
		none   = "!log.some((e) => e.startsWith('click'))"
	)
	const long, short = 10 * time.Second, 80 * time.Millisecond
	fill := func(selector, text string, o opts) operation {
		return func(ctx context.Context, u browserpool.Session) error { return u.Fill(ctx, selector, text, o) }
	}
	tick := func(selector string, o opts) operation {
		return func(ctx context.Context, u browserpool.Session) error { return u.SetChecked(ctx, selector, true, o) }
	}
	choose := func(o opts, choices ...browserpool.Choice) operation {
		return func(ctx context.Context, u browserpool.Session) error { return u.SelectOptions(ctx, "#b", choices, o) }
	}
	drag := func(o opts) operation {
		return func(ctx context.Context, u browserpool.Session) error { return u.DragAndDrop(ctx, "#b", "#t", o) }
	}
	hold := func(ctx context.Context, u browserpool.Session) error {
		ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		if err := u.Click(ctx, "#b", opts{Delay: long}); !errors.Is(err, context.DeadlineExceeded) {
			return errors.New("the click was not cut off")
		}
		return u.WaitForFunction(Within(t, patience), "() => window.ups === 1", nil)
	}
	const dragged = `<p id=b style="width:200px;height:100px;background:red" onpointerdown="window.from = [event.offsetX, event.offsetY].join()">from</p>
		<p id=t style="width:200px;height:100px;background:blue" onpointerup="window.to = [event.offsetX, event.offsetY].join()">to</p>
		<script>window.moves = 0; onpointermove = (e) => { if (window.from) moves++; }</script>`
	const chosen = "[...b.selectedOptions].map((o) => o.index).join() === "
	const list = `<select id=b multiple><option value=a>Apple<option value=b>Bean  stalk<option value=c>Corn</select>`
	text := func(s string) *string { return &s }
	number := func(n int) *int { return &n }
	r.run(t, []step{
		{name: "position", page: area, do: with(click, "#b", opts{Position: at(20, 30)}), want: "at === '20,30'"},
		{name: "position by locator", page: area, do: with(click, byID, opts{Position: at(20, 30)}), want: "at === '20,30'"},
		{name: "position out of sight", page: `<p style="height:3000px"></p>` + area, do: with(click, "#b", opts{Position: at(20, 30)}), want: "at === '20,30'"},
		{name: "position far within", page: `<div id=b style="width:5000px;height:5000px" onclick="window.at = [event.offsetX, event.offsetY].join()">x</div>`, do: with(click, "#b", opts{Position: at(4000, 4500)}), want: "at === '4000,4500'"},
		{name: "position of a double click", page: area, do: with(dblclick, "#b", opts{Position: at(5, 6)}), want: "at === '5,6' && log.includes('dblclick:b')"},
		{name: "position of the mouse", page: area, do: with(hover, "#b", opts{Position: at(7, 8)}), want: "over === '7,8'"},
		{name: "position covered", page: area + `<div id=o style="position:absolute;left:0;top:0;width:100px;height:90px"></div>`, do: with(click, "#b", opts{Position: at(3, 3)}), fail: `it is covered by <div id="o">`},
		{name: "position beside what covers", page: area + `<div id=o style="position:absolute;left:0;top:0;width:100px;height:90px"></div>`, do: with(click, "#b", opts{Position: at(150, 80)}), want: "at === '150,80'"},

		{name: "right button", page: `<button id=b oncontextmenu="window.menu = event.button; return false">x`, do: with(click, "#b", opts{Button: "right"}), want: "menu === 2 && " + none},
		{name: "middle button", page: `<button id=b onauxclick="window.aux = event.button">x`, do: with(click, byID, opts{Button: "middle"}), want: "aux === 1"},
		{name: "right button of a page that moves", page: moving + `<script>oncontextmenu = (e) => { log.push('menu:' + e.target.id); e.preventDefault() }</script>`, do: with(click, "#b", opts{Button: "right"}), want: "log.filter((e) => e.startsWith('menu')).join() === 'menu:b'"},
		{name: "modifiers", page: keys, do: with(click, "#b", opts{Modifiers: []string{"Alt", "Shift"}}), want: "keys === '1001' && log.filter((e) => e.startsWith('keydown')).length === 2"},
		{name: "shortcut key", page: keys, do: with(click, byID, opts{Modifiers: []string{"ControlOrMeta"}}), want: "keys === '0100' || keys === '0010'"},
		{name: "modifiers of a double click", page: keys, do: with(dblclick, "#b", opts{Modifiers: []string{"Meta"}}), want: "keys === '0010'"},
		{name: "modifiers are let go", page: keys, do: after(with(click, "#b", opts{Modifiers: []string{"Control", "Meta"}}), with(click, "#b", opts{})), want: "keys === '0000'"},
		{name: "modifiers of the mouse", page: `<button id=b onmousemove="window.shift ||= event.shiftKey">x`, do: with(hover, "#b", opts{Modifiers: []string{"Shift"}}), want: "shift === true"},
		{name: "three clicks", page: clicks, do: with(click, "#b", opts{Clicks: 3}), want: "details.join() === '1,2,3'"},
		{name: "delay", page: timed, do: with(click, "#b", opts{Delay: short}), want: "took >= 79"},
		{name: "delay of a double click", page: timed, do: with(dblclick, byID, opts{Delay: short}), want: "took >= 79 && ups === 2"},
		{name: "delay cut off", page: timed, do: hold, want: "ups === 1"},
		{name: "delay of a key", page: `<input id=b onkeydown="window.from = performance.now()" onkeyup="window.took = performance.now() - from">`, want: "took >= 79 && b.value === 'x'",
			do: func(ctx context.Context, u browserpool.Session) error {
				return u.Press(ctx, "#b", "x", opts{Delay: short})
			}},

		{name: "force on what is covered", page: button + overlay, do: with(click, "#b", opts{Force: true}), want: "log.includes('click:o')"},
		{name: "force on what moves", page: `<style>@keyframes k{to{translate:9px}}#b{width:300px;animation:k .4s infinite}</style>` + button, do: with(click, "#b", opts{Force: true}), want: once},
		{name: "force on what is hidden", page: `<button id=b hidden>x`, do: with(click, "#b", opts{Force: true}), fail: `it is hidden: <button id="b">`},
		{name: "force, later", page: `<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<button id=b>x</button>'), 150)</script>`, do: with(click, "#b", opts{Force: true}), want: once},
		{name: "force after a press that never hit", page: moving + `<script>moves = 1e9</script>`, want: "log.includes('click:other')", do: func(ctx context.Context, u browserpool.Session) error {
			soon, cancel := context.WithTimeout(ctx, 400*time.Millisecond)
			defer cancel()
			if err := u.Click(soon, "#b"); err == nil {
				return errors.New("the press hit")
			}
			if _, err := u.Evaluate(ctx, `() => { document.body.insertAdjacentHTML('beforeend', '<button id=other style="position:fixed;right:0;top:0">x</button>') }`, nil); err != nil {
				return err
			}
			return u.Click(ctx, "#other", opts{Force: true})
		}},
		{name: "force a tick", page: `<input id=b type=checkbox>` + `<div id=o style="position:fixed;inset:0" onclick="b.click()"></div>`, do: tick("#b", opts{Force: true}), want: "b.checked"},
		{name: "force into what is disabled", page: `<input id=b disabled value=old>`, do: fill("#b", "new", opts{Force: true}), want: "b.value === 'new'"},
		{name: "force into what is hidden", page: `<input id=b hidden value=old><input id=c autofocus>`, do: fill(byID, "new", opts{Force: true}), want: "b.value === 'new' && c.value === ''"},
		{name: "force to empty", page: `<input id=b hidden value=old>`, do: with(browserpool.Session.Clear, "#b", opts{Force: true}), want: "b.value === ''"},

		{name: "trial", page: button, do: with(click, "#b", opts{Trial: true}), want: none},
		{name: "trial of what is covered", page: button + overlay, do: with(click, byID, opts{Trial: true}), fail: `it is covered by <div id="o">`},
		{name: "trial of a tick", page: `<input id=b type=checkbox>`, do: tick("#b", opts{Trial: true}), want: "!b.checked && " + none},
		{name: "trial of a hover", page: area, do: with(hover, "#b", opts{Trial: true}), want: "window.over === undefined"},
		{name: "trial of a drag", page: dragged, do: drag(opts{Trial: true}), want: "window.from === undefined"},

		{name: "strict", page: pair, do: with(click, "button", opts{Strict: true}), fail: `"button" matches 2 elements, and strict allows one: <button id="b">, <button id="c">`},
		{name: "strict by locator", page: pair, do: with(click, "text=x", opts{Strict: true}), fail: `"text=x" matches 2 elements, and strict allows one`},
		{name: "strict with one", page: pair, do: with(click, "#b", opts{Strict: true}), want: once},
		{name: "strict reading", page: pair, fail: "strict allows one", do: func(ctx context.Context, u browserpool.Session) error {
			_, err := u.InnerText(ctx, "button", opts{Strict: true})
			return err
		}},
		{name: "strict waiting", page: pair, fail: "strict allows one", do: func(ctx context.Context, u browserpool.Session) error {
			return u.WaitForSelector(ctx, "button", "visible", opts{Strict: true})
		}},

		{name: "drag from and to", page: dragged, do: drag(opts{Position: at(10, 20), Target: at(150, 30)}), want: "from === '10,20' && to === '150,30' && moves === 1"},
		{name: "drag in steps", page: dragged, do: drag(opts{Steps: 5}), want: "moves === 5"},

		{name: "by index", page: list, do: choose(opts{}, browserpool.Choice{Index: number(2)}), want: chosen + "'2'"},
		{name: "by label alone", page: list, do: choose(opts{}, browserpool.Choice{Label: text("Bean stalk")}), want: chosen + "'1'"},
		{name: "by value alone", page: list, do: choose(opts{}, browserpool.Choice{Value: text("a")}, browserpool.Choice{Index: number(1)}), want: chosen + "'0,1'"},
		{name: "by label and value", page: list, do: choose(opts{}, browserpool.Choice{Value: text("a"), Label: text("Apple")}), want: chosen + "'0'"},
		{name: "a value is no label", page: list, do: choose(opts{}, browserpool.Choice{Label: text("a")}), fail: `it has no option {"label":"a"}; it has "a", "b", "c"`},
		{name: "label and value of two", page: list, do: choose(opts{}, browserpool.Choice{Value: text("a"), Label: text("Corn")}), fail: "it has no option"},
		{name: "force on a select that sets itself back", page: `<select id=b onchange="window.got = this.value; this.value = ''"><option value="">Add…<option value=a>A</select>`, do: choose(opts{Force: true}, browserpool.Choices("a")...), want: "got === 'a'"},
	})
}

// touch is the context of a device with a touch screen.
var touch = map[string]any{"hasTouch": true}

// testTap: taps are those of a finger, on devices that can be touched.
func testTap(t *testing.T, r *rig) {
	t.Parallel()
	u, _ := Open(t, r.engine, browserpool.SessionOptions{Context: touch})
	site, ctx := NewSite(t), Within(t, patience)
	const page = `<button id=b style="width:100px;height:60px;border:0" ontouchstart="window.touched = (window.touched || 0) + 1"
		onclick="window.tapped = [event.offsetX, event.offsetY, event.shiftKey, event.pointerType].join()">x</button>`
	Must(t, Moved(u.Navigate(ctx, site.Page(page))), u.Tap(ctx, "#b", opts{Trial: true}))
	wantTrue(t, u, "window.touched === undefined")
	Must(t, u.Tap(ctx, byID, opts{Position: &browserpool.Point{X: 11, Y: 12}, Modifiers: []string{"Shift"}}))
	Must(t, u.WaitForFunction(ctx, "() => window.tapped === '11,12,true,touch' && window.touched === 1", nil))
	Must(t, Moved(u.Navigate(ctx, site.Page(moving))), u.Tap(ctx, "#b"))
	Must(t, u.WaitForFunction(ctx, "() => log.filter((e) => e.startsWith('click:')).join() === 'click:b'", nil))
	mouse := r.user(t)
	Must(t, Moved(mouse.Navigate(ctx, site.Page(page))))
	checkError(t, mouse.Tap(ctx, "#b"), "the page has no touch screen: set hasTouch")
}

// testContents: files that are only content.
func testContents(t *testing.T, r *rig) {
	files := func(files ...browserpool.File) operation {
		return func(ctx context.Context, u browserpool.Session) error { return u.SetInputFiles(ctx, "#f", files) }
	}
	const input = `<input id=f type=file multiple onchange="Promise.all([...f.files].map(async (x) => [x.name, x.type, x.size, await x.text()].join(' '))).then((all) => { window.got = all.join(); })">`
	got := func(want string) operation {
		return func(ctx context.Context, u browserpool.Session) error {
			return u.WaitForFunction(ctx, "(want) => window.got === want", want)
		}
	}
	csv := browserpool.File{Name: "a.csv", Type: "text/csv", Content: []byte("é,1\n")}
	r.run(t, []step{
		{name: "one", page: input, do: after(files(csv), got("a.csv text/csv 5 é,1\n")), want: "log.includes('change!:f')"},
		{name: "two", page: input, do: after(files(csv, browserpool.File{Name: "empty", Content: nil}), got("a.csv text/csv 5 é,1\n,empty  0 "))},
		{name: "one too many", page: `<input id=f type=file>`, do: files(csv, csv), fail: "takes one file, not 2"},
		{name: "mixed", page: input, do: files(csv, browserpool.File{Path: "/etc/hostname"}), fail: `/etc/hostname is on disk and "a.csv" is not: give all in one way`},
		{name: "too large", page: input, do: files(browserpool.File{Name: "a", Content: make([]byte, 50<<20+1)}), fail: "more than 52428800 bytes: write them to files"},
	})
}

// testMoves: what navigations wait for and send, and the other waits with options.
func testMoves(t *testing.T, r *rig) {
	t.Parallel()
	u, site, ctx := r.user(t), NewSite(t), Within(t, patience)
	site.HandleFunc("/referer", func(w http.ResponseWriter, r *http.Request) { HTML("<p id=p>"+r.Referer())(w, r) })
	endless := site.Page(`<p id=p>x</p><img src="/never">`)
	until := func(state string) browserpool.NavigateOptions { return browserpool.NavigateOptions{WaitUntil: state} }
	Must(t, Moved(u.Navigate(ctx, endless, until("domcontentloaded"))))
	wantTrue(t, u, "document.readyState === 'interactive'")
	Must(t, Moved(u.Reload(ctx, until("commit"))), u.WaitForSelector(ctx, "#p", ""), u.WaitForURL(ctx, "**", until("domcontentloaded")))
	short, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	if _, err := u.Navigate(short, endless); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a page that never loads: %v", err)
	}
	short, cancel = context.WithTimeout(ctx, soon)
	defer cancel()
	if err := u.WaitForURL(short, "**", until("load")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the address of a page that never loads: %v", err)
	}
	Must(t, Moved(u.Navigate(ctx, site.URL+"/referer", browserpool.NavigateOptions{Referer: "http://from.example/"})), u.WaitForText(ctx, "#p", "http://from.example/"))
	quiet := site.Page(`<script>onload = () => setTimeout(() => fetch('/slow').then(() => { window.done = true; }), 100)</script>`)
	Must(t, Moved(u.Navigate(ctx, quiet, until("networkidle"))))
	wantTrue(t, u, "window.done === true")
	Must(t, u.WaitForFunction(ctx, "() => (window.calls = (window.calls || 0) + 1) === 3", nil, opts{Polling: 20 * time.Millisecond}))
	wantTrue(t, u, "window.calls === 3")
}

// testScreenshot: which part of the page is drawn, and how.
func testScreenshot(t *testing.T, r *rig) {
	t.Parallel()
	u, site, ctx := r.user(t), NewSite(t), Within(t, patience)
	Must(t, Moved(u.Navigate(ctx, site.Page(`<body style="margin:0"><div id=b style="width:50px;height:2000px;background:#00f"></div>`))))
	draw := func(o browserpool.ScreenshotOptions) image.Image {
		content, err := u.Screenshot(ctx, o)
		Must(t, err)
		picture, err := png.Decode(bytes.NewReader(content))
		Must(t, err)
		return picture
	}
	part := browserpool.Rect{X: 1, Y: 2, Width: 3, Height: 4}
	if whole := draw(browserpool.ScreenshotOptions{FullPage: true, Animations: "disabled", Caret: "initial", Scale: "css"}); whole.Bounds().Dy() != 2000 {
		t.Errorf("the whole page is %v", whole.Bounds())
	}
	for color, o := range map[color.RGBA]browserpool.ScreenshotOptions{
		{B: 255, A: 255}: {Clip: &part},
		{R: 255, A: 255}: {Clip: &part, Mask: []string{"#b"}, MaskColor: "#f00"},
		{G: 255, A: 255}: {Clip: &part, Style: "#b { background: #0f0 !important }"},
		{}:               {Clip: &part, Style: "#b { visibility: hidden }", OmitBackground: true},
	} {
		drawn := draw(o)
		r, g, b, a := drawn.At(1, 1).RGBA()
		if got := (image.Point{3, 4}); drawn.Bounds().Size() != got || uint8(r) != color.R || uint8(g) != color.G || uint8(b) != color.B || uint8(a) != color.A {
			t.Errorf("%+v: %v of color %d, %d, %d, %d", o, drawn.Bounds(), uint8(r), uint8(g), uint8(b), uint8(a))
		}
	}
}
