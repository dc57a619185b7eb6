package sessiontest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// onAim calls a function of the page with what was just aimed at: an aim looks for a shadow root in it.
const onAim = `<script>
	const { get: shadowRoot } = Object.getOwnPropertyDescriptor(Element.prototype, 'shadowRoot');
	const onAim = (then) => Object.defineProperty(Element.prototype, 'shadowRoot', { get() { then(this); return shadowRoot.call(this); } });
</script>`

// moving moves what is on the page right after it was aimed at, a few times, so that a decoy stands
// where the press goes.
const moving = onAim + `<style>button{display:block;height:40px;width:200px}</style><div id=above></div>
<button id=decoy style="display:none">no</button><button id=b>yes</button>
<script>
	let moves = 3;
	onAim((hit) => {
		if (hit !== b || moves-- <= 0) return;
		const { left, top } = b.getBoundingClientRect();
		above.style.height = above.offsetHeight ? '0' : '60px';
		decoy.style.cssText = 'position:absolute;left:' + left + 'px;top:' + top + 'px';
	});
</script>`

// testPressOfAMovingPage wants every press on what it was meant for, however the page moves in between.
func testPressOfAMovingPage(t *testing.T, r *rig) {
	const once = "log.filter((e) => e === 'click:b').length === 1 && !log.includes('click:decoy')"
	r.run(t, []step{
		{name: "click", page: moving, do: clicks("#b"), want: once + " && moves < 0"},
		{name: "hover", page: strings.Replace(moving, "moves = 3", "moves = 2", 1), do: on(browserpool.Session.Hover, "#b"), want: "b.matches(':hover') && moves < 0"},
		{name: "double click", page: moving, do: on(browserpool.Session.DblClick, "#b"), want: "log.filter((e) => e === 'dblclick:b').length === 1 && !log.includes('click:decoy')"},
		{name: "drag", page: strings.NewReplacer("<button id=b>", "<button id=b draggable=true>", "<button id=decoy", "<button draggable=true id=decoy").Replace(moving) +
			`<p id=t style="height:50px" ondragover="event.preventDefault()">here</p><script>addEventListener('dragstart', (e) => log.push('drag:' + e.target.id), true)</script>`,
			do:   func(ctx context.Context, u browserpool.Session) error { return u.DragAndDrop(ctx, "#b", "#t") },
			want: "log.includes('drop:t') && log.filter((e) => e.startsWith('drag:')).join() === 'drag:b' && moves < 0"},
		{name: "drag by its own listeners", page: button + `<p id=t>here</p><script>
			b.onpointerdown = () => { window.taken = true; };
			document.onpointerup = (e) => { if (window.taken) window.dropped = e.target.id; };</script>`,
			do:   func(ctx context.Context, u browserpool.Session) error { return u.DragAndDrop(ctx, "#b", "#t") },
			want: "dropped === 't'"},
		{name: "drag for ever", page: moving + `<script>moves = 1e9</script>`, fail: "timed out after",
			do: func(ctx context.Context, u browserpool.Session) error { return u.DragAndDrop(ctx, "#b", "#above") }},
		{name: "for ever", page: moving + `<script>moves = 1e9</script>`, do: clicks("#b"), fail: `timed out after`},
		{name: "keys after a press that never hit", page: moving + `<script>moves = 1e9</script>`, want: "log.includes('click:b')", do: func(ctx context.Context, u browserpool.Session) error {
			short, cancel := context.WithTimeout(ctx, 400*time.Millisecond)
			defer cancel()
			if err := u.Click(short, "#b"); err == nil {
				return errors.New("the press hit")
			}
			return u.Press(ctx, "#b", "Enter")
		}},
		{name: "rendered anew", page: onAim + button + `<script>
			onAim((hit) => { if (hit === b && !window.anew) { window.anew = true; b.outerHTML = b.outerHTML; } });</script>`, do: clicks("#b"), want: "window.anew && log.filter((e) => e === 'click:b').length === 1"},
		{name: "moved while it is down", page: moving + `<script>
			moves = -1;
			b.addEventListener('pointerup', () => log.push('up:b'), true);
			addEventListener('mousedown', () => { // after all that the page does itself
				if (!window.once) { window.once = true; document.querySelector('#above').style.height = '60px'; }
			});</script>`, do: clicks("#b"), want: "log.filter((e) => e === 'click:b').length === 1 && !log.includes('click:')"},
		{name: "gone on mouse down", page: button + `<script>b.onmousedown = () => { window.was = (window.was || 0) + 1; b.style.marginTop = '300px'; }</script>`, do: clicks("#b"), want: "was === 1"},
		{name: "a press by coordinates is left alone", page: button + `<button id=c>x</button>`, want: "log.includes('click:c')", do: func(ctx context.Context, u browserpool.Session) error {
			if err := u.Click(ctx, "#b"); err != nil {
				return err
			}
			// Playwright's own click does not announce its target to the page.
			page, err := u.Object(ctx, "page")
			if err != nil {
				return err
			}
			_, err = page.Call(ctx, "click", []any{"#c"})
			return err
		}},
		{name: "a page that was written anew", page: button, want: "window.written === 2", do: func(ctx context.Context, u browserpool.Session) error {
			write := `() => { document.open(); document.write('<button id=w onclick="window.written = (window.written || 0) + 1">x</button>'); document.close(); }`
			if _, err := u.Evaluate(ctx, write, nil); err != nil {
				return err
			}
			return errors.Join(u.Click(ctx, "#w"), u.Click(ctx, "#w"))
		}},
		{name: "two at once", page: `<style>button{display:block;height:40px;width:200px}</style>` + button + `<button id=c>x</button>`, do: func(ctx context.Context, u browserpool.Session) error {
			errs := make(chan error, 2)
			for _, selector := range []string{"#b", "#c"} {
				go func() { errs <- u.Click(ctx, selector) }()
			}
			return errors.Join(<-errs, <-errs)
		}, want: "log.filter((e) => e.startsWith('click:')).sort().join() === 'click:b,click:c'"},
		{name: "a frame comes in between", page: onAim + button + `<iframe id=f style="display:none;position:fixed;inset:0;width:100%;height:100%"></iframe><script>
			onAim((hit) => { if (hit === b) f.style.display = 'block'; });</script>`, do: clicks("#b"), fail: `it is covered by <iframe id="f">`},
		{name: "into a frame", page: `<iframe id=f srcdoc="<script>onclick = () => { parent.hit = true; }</script>" width=200 height=200></iframe>`, do: clicks("#f"), want: "window.hit === true"},
	})
}
