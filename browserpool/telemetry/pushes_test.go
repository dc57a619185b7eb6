package telemetry_test

import (
	"encoding/base64"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// phoenixToken signs nothing, but has its payload as Phoenix writes it: Erlang's external term format, in which the
// module is an atom after the atom view.
func phoenixToken(module string) string {
	atom := func(name string) string { return "w" + string([]byte{byte(len(name))}) + name }
	term := "\x83h\x02a\x05t\x00\x00\x00\x02" + atom("view") + atom("Elixir."+module) + atom("root_view") + atom("Elixir.Other")
	return "SFMyNTY." + base64.RawURLEncoding.EncodeToString([]byte(term)) + ".c2ln"
}

// TestPushes: diffs that no event asked for count by view, and last until the DOM is patched, if they change it.
func TestPushes(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{"/ws": echo, "/room/7": html(
		`<div id=phx-1 data-phx-session="` + phoenixToken("ShopWeb.ChatLive") + `"></div><div id=phx-2 data-phx-session="eyJhIjoxfQ.c2ln"></div><div id=row-7></div>`)})
	v := visit(t)
	v.open(u + "/room/7")
	v.eval(`(url) => {
		const socket = new WebSocket(url);
		const push = (view, diff, patch) => {
			socket.dispatchEvent(new MessageEvent('message', { data: '["4",null,"lv:' + view + '","diff",' + diff + ']' }));
			if (patch) document.dispatchEvent(new Event('phx:update'));
		};
		push('phx-1', '{"0":"é"}', true);
		push('phx-1', '{"c":{"1":{"0":"x"}},"e":[["shout",{}]]}', true);
		push('phx-1', '{"e":[["shout",{}]]}', true); // events alone patch nothing
		push('phx-1', '{"t":"a new title"}', true);
		push('phx-2', '{"0":"x"}', false); // its view is gone before
		socket.dispatchEvent(new MessageEvent('message', { data: '["4",null,"lv:phx-2","phx_close",{}]' }));
		push('row-7', '{"0":"x"}', true);
	}`, "ws"+u[len("http"):]+"/ws")
	v.leave()
	const page = "/room/:id"
	labels := func(view string) metrics.Labels { return metrics.LiveViewPushes.With(view, page) }
	want := map[metrics.Labels]int64{labels("ShopWeb.ChatLive"): 4, labels("root"): 1, labels("row-#"): 1}
	if got := v.recorded.Sets(scenario, metrics.LiveViewPushes); !maps.Equal(got, want) {
		t.Errorf("pushes = %v, want %v", got, want)
	}
	want = map[metrics.Labels]int64{labels("ShopWeb.ChatLive"): 10 + 40 + 20 + 19, labels("root"): 9, labels("row-#"): 9}
	if got := v.recorded.Sets(scenario, metrics.LiveViewPushBytes); !maps.Equal(got, want) {
		t.Errorf("bytes of pushes = %v, want %v", got, want)
	}
	want = map[metrics.Labels]int64{labels("ShopWeb.ChatLive"): 2, labels("row-#"): 1}
	if got := v.recorded.Sets(scenario, metrics.LiveViewPushPatchDuration); !maps.Equal(got, want) {
		t.Errorf("patches = %v, want %v", got, want)
	}
	if lost := v.recorded.Labels(scenario, metrics.SamplesDropped); len(lost) != 0 {
		t.Errorf("dropped samples: %v", lost)
	}
}

// TestPatchesOfALostSocket: what was to be patched when a socket closed is not what a view shows that joins again.
func TestPatchesOfALostSocket(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{"/ws": echo, "/room/7": html(connected)})
	v := visit(t)
	v.open(u + "/room/7")
	v.eval(`async () => {
		await opened;
		say("lv:a", "phx_join", { url: location.href });
		const hears = (message) => socket.dispatchEvent(new MessageEvent("message", { data: message }));
		hears('["1",null,"lv:a","diff",{"0":"patched"}]');
		document.dispatchEvent(new Event("phx:update"));
		hears('["1",null,"lv:a","diff",{"0":"not patched"}]');
		await new Promise((closed) => { socket.onclose = closed; socket.close(); });
		document.dispatchEvent(new Event("phx:update"));
	}`, nil)
	v.leave()
	want := map[metrics.Labels]int64{metrics.LiveViewPushPatchDuration.With("a", "/room/:id"): 1}
	if got := v.recorded.Sets(scenario, metrics.LiveViewPushPatchDuration); !maps.Equal(got, want) {
		t.Errorf("patches = %v, want %v", got, want)
	}
}

// TestSoftNavigations: a change of the address lasts until what it asked for is shown, or until the next one.
func TestSoftNavigations(t *testing.T) {
	const slow = 150 * time.Millisecond
	u := site(t, map[string]http.HandlerFunc{"/slow": func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(slow) // the answer takes so long at least
		_, _ = w.Write([]byte("shown"))
	}})
	v := visit(t)
	v.open(u + "/")
	v.eval(`async () => {
		history.replaceState({}, ''); // the same address
		history.pushState({}, '', '/products/1');
		document.body.append('at once');
		history.pushState({}, '', '/products/2?tab=3');
		document.body.append(await (await fetch('/slow')).text());
		await new Promise((quiet) => setTimeout(quiet, 400));
		history.pushState({}, '', '/cart'); // and nothing changes
	}`, nil)
	v.leave()
	products := v.recorded.Sketch(scenario, metrics.SoftNavigationDuration, "/products/:id")
	if products.Count() != 2 || products.Max() < float64(slow.Microseconds()) {
		t.Errorf("%d navigations to products, the longest took %v us; want 2, and %v at least", products.Count(), products.Max(), slow)
	}
	if cart := v.recorded.Sketch(scenario, metrics.SoftNavigationDuration, "/cart"); cart.Count() != 1 {
		t.Errorf("%d navigations to the cart, want 1", cart.Count())
	}
}
