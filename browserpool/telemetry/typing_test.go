package telemetry_test

import (
	"fmt"
	"maps"
	"net/http"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// connected is a page with a socket that pushes an event for each change of #now, one for a whole word of #late, and
// what join is asked to.
const connected = `
	<form phx-change="search"><input id="now"><input id="other"></form>
	<input id="late" phx-keyup='[["push",{"event":"find"}]]'><input id="quiet"><button id="join" onclick="join()"></button>
	<script>
		let ref = 0;
		const say = (topic, event, payload) => socket.send(JSON.stringify(["1", "" + ++ref, topic, event, payload]));
		const socket = new WebSocket("ws://" + location.host + "/ws");
		const opened = new Promise((done) => socket.onopen = done);
		for (const id of ["now", "other"]) document.getElementById(id).oninput = () => say("lv:a", "event", {type: "form", event: "search"});
		let waits;
		late.oninput = () => {
			clearTimeout(waits);
			waits = setTimeout(() => say("lv:a", "event", {type: "keyup", event: "find"}), 300);
		};
	</script>`

// TestTyping: keys that quickly follow each other are held against the events that were pushed for them.
func TestTyping(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{"/ws": echo, "/search": html(connected)})
	v := visit(t)
	v.open(u + "/search")
	v.eval(`() => opened`, nil)
	for _, err := range []error{
		v.Type(v.ctx, "#now", "abcde"), v.Fill(v.ctx, "#other", "word"), v.Type(v.ctx, "#late", "abcdef"), v.Type(v.ctx, "#quiet", "abc"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	v.eval(`() => new Promise((done) => setTimeout(done, 400))`, nil)
	v.leave()
	labels := func(event string) metrics.Labels { return metrics.LiveViewKeystrokes.With(event, "/search") }
	want := map[metrics.Labels]int64{labels("search"): 4, labels("find"): 5}
	if got := v.recorded.Sets(scenario, metrics.LiveViewKeystrokes); !maps.Equal(got, want) {
		t.Errorf("keys = %v, want %v", got, want)
	}
	want = map[metrics.Labels]int64{labels("search"): 4, labels("find"): 1}
	if got := v.recorded.Sets(scenario, metrics.LiveViewKeyEvents); !maps.Equal(got, want) {
		t.Errorf("events after keys = %v, want %v", got, want)
	}
}

// TestRepeatedJoins: a view that asks again without having left, as after a crash, and not one that comes back or is elsewhere.
func TestRepeatedJoins(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{"/ws": echo, "/room/7": html(connected)})
	v := visit(t)
	v.open(u + "/room/7")
	v.eval(`async () => {
		await opened;
		const at = (path) => ({ url: location.origin + path });
		say("lv:a", "phx_join", at("/room/7"));
		say("lv:a", "phx_join", at("/room/7")); // repeated
		say("lv:a", "phx_join", at("/room/7")); // repeated
		say("lv:a", "phx_join", at("/room/8"));
		say("lv:a", "phx_leave", {});
		say("lv:a", "phx_join", at("/room/8"));
		say("lv:b", "phx_join", at("/room/8"));
		socket.dispatchEvent(new MessageEvent("message", { data: '["1","1","lv:a","phx_reply",{"status":"ok","response":{"rendered":{"s":["é"]}}}]' }));
	}`, nil)
	v.leave()
	if got, want := v.recorded.Labels(scenario, metrics.LiveViewRepeatedJoins), map[string]int64{"/room/:id": 2}; !maps.Equal(got, want) {
		t.Errorf("repeated joins = %v, want %v", got, want)
	}
	size := float64(len(`{"status":"ok","response":{"rendered":{"s":["é"]}}}`))
	if s := v.recorded.Sketch(scenario, metrics.LiveViewJoinBytes, "/room/:id"); s.Count() != 1 || s.Sum() != size {
		t.Errorf("%d joins of %g bytes, want one of %g", s.Count(), s.Sum(), size)
	}
}

// TestDocumentRequests: what a page asks for until it is loaded counts, not what comes from the cache or later.
func TestDocumentRequests(t *testing.T) {
	file := func(cache string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			w.Header().Set("Cache-Control", cache)
			_, _ = fmt.Fprintln(w, ";")
		}
	}
	u := site(t, map[string]http.HandlerFunc{
		"/kept.js": file("max-age=1000"), "/fresh/": file("no-store"),
		"/many": html(`<script src=/kept.js></script><script src=/fresh/1></script><script src=/fresh/2></script><script>onload = () => fetch("/fresh/3")</script>`),
	})
	v := visit(t)
	v.open(u + "/many")
	v.open("about:blank") // which nobody asked for
	v.open(u + "/many")
	v.leave()
	if got, want := v.recorded.Labels(scenario, metrics.DocumentRequests), map[string]int64{"/many": 2}; !maps.Equal(got, want) {
		t.Errorf("documents = %v, want %v", got, want)
	}
	if s := v.recorded.Sketch(scenario, metrics.DocumentRequests, "/many"); s.Count() != 2 || s.Sum() != 3+2 {
		t.Errorf("%d documents with %g requests, want 2 with 3 and 2", s.Count(), s.Sum())
	}
}
