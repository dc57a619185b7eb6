package sessiontest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool"
)

// frameHosts are those of the documents in frames: the one of the page, whose address has a number, and another one, which
// the browser keeps in a process of its own.
var frameHosts = map[string]string{"frame": "127.0.0.1", "frame of another origin": "localhost"}

const enter = " >> internal:control=enter-frame >> "

// Framed serves a document in a frame of a page, out of sight at first, and returns the page's address.
func (s *Site) framed(host, html string) string {
	inner := strings.Replace(s.Page(html), "127.0.0.1", host, 1)
	return s.Page(`<p style="height:2000px">above</p><iframe id=inner src="` + inner + `" width=700 height=500 style="border:7px solid;padding:11px;margin:13px"></iframe>`)
}

// checkInFrame wants an operation to do in a frame what it does in the page.
func checkInFrame(t *testing.T, u browserpool.Session, op elementOperation, site *Site, host string) {
	Must(t, Moved(u.Navigate(Within(t, patience), site.framed(host, box(op.html)))), op.do(Within(t, patience), u, "#inner"+enter+"#e"))
	if op.want == "" {
		return
	}
	if got, err := evaluateInFrame(Within(t, patience), u, op.want); err != nil || got != true {
		log, _ := evaluateInFrame(Within(t, patience), u, "log.join(' ')")
		t.Errorf("%s = %v, %v; events: %v", op.want, got, err, log)
	}
}

// evaluateInFrame has Playwright evaluate an expression in the only frame of the page.
func evaluateInFrame(ctx context.Context, u browserpool.Session, expression string) (any, error) {
	page, err := u.Object(ctx, "page")
	if err != nil {
		return nil, err
	}
	frames, err := page.Call(ctx, "frames", nil)
	if err != nil {
		return nil, err
	}
	all, _ := frames.([]any)
	if len(all) != 2 {
		return nil, fmt.Errorf("the page has %d frames", len(all)-1)
	}
	return all[1].(browserpool.Object).Call(ctx, "evaluate", []any{expression})
}

// testFrames: what is in frames is said to be there, and found where the selector enters them.
func testFrames(t *testing.T, r *rig) {
	const (
		pay      = `<button id=pay>Pay</button>`
		src      = `<iframe name=bank srcdoc='` + pay + `' width=300 height=100></iframe>`
		liveView = `<div data-phx-session=x id=v class=%s>x</div>`
		foreign  = `<iframe src="{foreign}" width=300 height=100></iframe>`
	)
	site := NewSite(t)
	withForeign := func(html, inner string) string {
		return strings.ReplaceAll(html, "{foreign}", strings.Replace(site.Page(inner), "127.0.0.1", "localhost", 1))
	}
	frame := func(class string) string { return `<iframe srcdoc='` + fmt.Sprintf(liveView, class) + `'></iframe>` }
	connected := func(ctx context.Context, u browserpool.Session) error { return u.WaitForLiveView(ctx) }
	drag := func(ctx context.Context, u browserpool.Session) error {
		return u.DragAndDrop(ctx, "iframe"+enter+"#drag", "iframe"+enter+"#drop")
	}
	counts := func(selector string, want int) operation {
		return reads(want, func(ctx context.Context, u browserpool.Session) (int, error) { return u.Count(ctx, selector) })
	}
	r.run(t, []step{
		{name: "missing, but in a frame", page: src, do: clicks("#pay"),
			fail: `no element matches it; it is in a frame: "iframe[name=\"bank\"] >> internal:control=enter-frame >> #pay": timed out`},
		{name: "missing, by locator", page: src, do: clicks("text=Pay"),
			fail: `it was not looked for in the frame of the page: "iframe[name=\"bank\"] >> internal:control=enter-frame >> text=Pay" would`},
		{name: "missing, with frames of other origins", page: withForeign(foreign+foreign, pay), do: clicks("#pay"),
			fail: `it was not looked for in the 2 frames of the page: "iframe, frame >> nth=0 >> internal:control=enter-frame >> #pay" would`},
		{name: "as the message says", page: withForeign(foreign+foreign, pay), do: clicks("iframe, frame >> nth=0" + enter + "#pay")},
		{name: "missing in the frame", page: src, do: clicks("iframe" + enter + "#pya"), fail: `no element matches it; close to it: <button id="pay"> ("Pay"): timed out`},
		{name: "no frame", page: pay, do: clicks("#bank" + enter + "#pay"), fail: `waited for "#bank >> internal:control=enter-frame >> #pay" to be reachable by the mouse, but there is no such frame: timed out`},
		{name: "frame later", page: `<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', "` + strings.ReplaceAll(src, `'`, `\'`) + `"), 200)</script>`, do: clicks("iframe" + enter + "#pay"), want: "frames[0].document.activeElement.id === 'pay'"},
		{name: "no frame, none counted", page: pay, do: counts("#bank"+enter+"#pay", 0)},
		{name: "counted", page: src, do: counts("iframe"+enter+"button", 1)},
		{name: "frame of a frame", page: `<iframe srcdoc="<p style='height:900px'></p><iframe srcdoc='<button id=pay onclick=top.paid=true>Pay</button>' width=200 height=90></iframe>" width=300 height=200></iframe>`,
			do: clicks("iframe" + enter + "iframe" + enter + "#pay"), want: "window.paid === true"},
		{name: "scaled frame", page: `<iframe style="transform:scale(.5)" srcdoc="<p style='height:150px'></p><button id=pay onclick=top.paid=true>Pay</button>" width=600 height=400></iframe>`,
			do: clicks("iframe" + enter + "#pay"), want: "window.paid === true"},
		{name: "covered frame", page: src + `<div id=over style="position:fixed;inset:0"></div>`, do: clicks("iframe" + enter + "#pay"), fail: `its frame is covered by <div id="over">`},
		{name: "covered frame of another origin", page: withForeign(foreign, pay) + `<div id=over style="position:fixed;inset:0"></div>`, do: clicks("iframe" + enter + "#pay"), fail: `its frame is covered by <div id="over">`},
		{name: "drag in a frame", page: `<iframe srcdoc="` + strings.ReplaceAll(box(""), `"`, `'`) + `<script>ondrop = () => { top.dropped = true }</script>" width=400 height=300></iframe>`, do: drag, want: "window.dropped === true"},
		{name: "no frame, but a button", page: pay, do: clicks("button" + enter + "#pay"), fail: "<iframe> was expected"},

		{name: "LiveView in a frame", page: frame("phx-connected"), do: connected},
		{name: "LiveView in a frame, later", page: frame("x") + `<script>setTimeout(() => { frames[0].v.className = 'phx-connected' }, 200)</script>`, do: connected},
		{name: "LiveView in a frame, never", page: fmt.Sprintf(liveView, "phx-connected") + frame("x"), do: connected, fail: `not connected: <div id="v" class="x">`},
		{name: "LiveView there at all", page: frame("x"), do: func(ctx context.Context, u browserpool.Session) error { return u.EnsureLiveView(ctx) }},
		{name: "no LiveView that can be seen", page: withForeign(foreign, fmt.Sprintf(liveView, "phx-connected")), do: connected,
			fail: "there is no LiveView on the page, and its frames of other origins cannot be looked into"},
		{name: "file in a frame", page: `<iframe srcdoc='<input type=file id=f>'></iframe>`, do: func(ctx context.Context, u browserpool.Session) error {
			if err := u.SetInputFiles(ctx, "iframe"+enter+"#f", browserpool.Files("/etc/hostname")); err != nil {
				return err
			}
			return errors.Join(u.SetInputFiles(ctx, "iframe"+enter+"#f", nil), u.SetInputFiles(ctx, "iframe"+enter+"#f", browserpool.Files("/etc/hostname")))
		}, want: "frames[0].f.files.length === 1"},
	})
}
