package telemetry_test

import (
	"net/http"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// TestPagesCannotReachBindings: no page finds the functions with which telemetry and presses are reported, in whatever window.
func TestPagesCannotReachBindings(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{"/inner": html("<p>inner</p>")})
	v := visit(t)
	v.open(u + "/")
	found := v.eval(`async () => {
		const bindings = (where, w) => ['__liveloadSend', '__liveloadPost', '__liveloadPressed'].filter((name) => name in w).map((name) => where + ' has ' + name);
		const loaded = (el) => new Promise((r) => { el.onload = r });
		const empty = document.body.appendChild(document.createElement('iframe'));
		const at = bindings('an empty frame at once', empty.contentWindow);
		const made = document.createElement('iframe'), framed = document.createElement('iframe');
		made.srcdoc = '<p>x</p>';
		framed.src = '/inner';
		document.body.append(made, framed);
		await Promise.all([loaded(made), loaded(framed)]);
		const popup = open('/inner');
		await new Promise((r) => { popup.onload = r });
		return [...at, ...bindings('the page', window), ...bindings('an empty frame', empty.contentWindow), ...bindings('a made frame', made.contentWindow),
			...bindings('a frame', framed.contentWindow), ...bindings('a popup', popup)].join(', ');
	}`, nil)
	if found != "" {
		t.Errorf("%v", found)
	}
	v.leave()
}

// TestPagesThatPollute: what a page puts into the prototypes of all objects is in no sample.
func TestPagesThatPollute(t *testing.T) {
	for _, tt := range []struct{ name, js string }{
		{"fields of samples", `for (const name of ['values', 'n', 'label', 'metric', 'head', 'text', 'reason', 'entry', 'status', 'type', 'constructor', 'js', 'html']) Object.prototype[name] = 7`},
		{"setters of fields", `for (const name of ['values', 'n', 'label', 'metric', 'head']) Object.defineProperty(Object.prototype, name, { get: () => 'forged', set() {}, configurable: true })`},
		{"options of observers", `Object.prototype.attributes = 7; Object.prototype.attributeFilter = 7; Object.prototype.characterDataOldValue = 7`},
		{"functions", `for (const name of ['call', 'apply', 'bind']) Function.prototype[name] = () => { throw new Error('broken') }`},
		{"enumerable methods", `Array.prototype.each = () => {}; Object.prototype.extend = () => {}; String.prototype.blank = () => {}`},
		{"toJSON", `Object.prototype.toJSON = Array.prototype.toJSON = String.prototype.toJSON = () => 'forged'`},
		{"the global object", `for (const name of ['__liveloadSend', '__liveloadPost', '__liveloadPressed']) window[name] = () => { throw new Error('forged') }`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := site(t, map[string]http.HandlerFunc{"/ws": echo, "/page": html(`<script>` + tt.js + `;
				const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws');
				socket.onopen = () => socket.send('hello');
				socket.onmessage = () => { fetch('/data.js').then(() => { document.body.id = 'done' }) };
				</script>`), "/data.js": html("x")})
			v := visit(t)
			v.open(u + "/page")
			if err := v.WaitForSelector(v.ctx, "body#done", "attached"); err != nil {
				t.Fatal(err)
			}
			v.open(u + "/")
			v.leave()
			for m, want := range map[*metrics.Metric]map[string]int64{
				metrics.HTTPRequests:                {"2xx": 3},
				metrics.WebSocketConnectionsOpened:  {"ws" + u[len("http"):] + "/ws": 1},
				metrics.WebSocketFrameSentBytes:     {"ws" + u[len("http"):] + "/ws": 1},
				metrics.WebSocketFrameReceivedBytes: {"ws" + u[len("http"):] + "/ws": 1},
				metrics.SamplesDropped:              {},
			} {
				got := v.recorded.Labels(scenario, m)
				for label, n := range want {
					if got[label] != n {
						t.Errorf("%s %s = %d, want %d", m.Name, label, got[label], n)
					}
				}
				if len(got) != len(want) {
					t.Errorf("%s = %v", m.Name, got)
				}
			}
		})
	}
}
