package telemetry_test

import (
	"net/http"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// TestFloodIsBounded: a page that gets more than can be handed over keeps a bounded part of it, and
// every frame is either recorded or counted as dropped.
func TestFloodIsBounded(t *testing.T) {
	const frames = 60_000
	u := site(t, map[string]http.HandlerFunc{"/ws": echo})
	v := visit(t)
	v.open(u + "/")
	v.eval(`([url, frames]) => {
		const socket = new WebSocket(url);
		for (let n = 0; n < frames; n++) socket.dispatchEvent(new MessageEvent('message', { data: 'x' }));
	}`, []any{"ws" + u[len("http"):] + "/ws", frames})
	v.leave()
	recorded := int64(0)
	for _, n := range v.recorded.Labels(scenario, metrics.WebSocketFrameReceivedBytes) {
		recorded += n
	}
	dropped := v.recorded.Count(scenario, metrics.SamplesDropped, "too many in the page")
	const others = 20 // more samples than the page has of other metrics
	if all := recorded + dropped; all < frames || all > frames+others || recorded == 0 || dropped < others {
		t.Errorf("%d frames recorded and %d samples dropped, want %d frames together and some of both", recorded, dropped, frames)
	}
}

// TestSamplesBeforeUnload: what a document measures just before it goes arrives. Only a window that closes itself
// loses what it has not handed over: its driver listens no more.
func TestSamplesBeforeUnload(t *testing.T) {
	const navigate = `window.dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } }))`
	for _, tt := range []struct{ name, js string }{
		{"the page is left", navigate + `; location.href = '/next'; await new Promise(() => {})`},
		{"the page navigates while it is left", `addEventListener('pagehide', () => ` + navigate + `); ` + navigate},
		{"a frame is removed", `const f = document.createElement('iframe'); f.src = '/next'; document.body.append(f); await new Promise((r) => { f.onload = r }); f.contentWindow.dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } })); f.remove()`},
		{"a window closes itself", `const w = open('/next'); await new Promise((r) => { w.onload = r }); w.dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } })); await new Promise((r) => setTimeout(r, 600)); w.close()`},
		{"a window stays open", `const w = open('/next'); await new Promise((r) => { w.onload = r }); w.dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } }))`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := site(t, map[string]http.HandlerFunc{"/next": html("<p>next</p>")})
			v := visit(t)
			v.open(u + "/")
			_, _ = v.Evaluate(v.ctx, "async () => { "+tt.js+" }", nil) // the page may go under it
			v.open(u + "/next")
			v.leave()
			if n := v.recorded.Count(scenario, metrics.LiveViewNavigations, "patch"); n != 1 {
				t.Errorf("navigations = %d, want 1", n)
			}
		})
	}
}
