package telemetry_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
)

// TestTalk: of what a page says too much of, the browser never hears. Every line is heard or counted as dropped.
func TestTalk(t *testing.T) {
	const lines = 30_000
	for _, tt := range []struct {
		name, js string
		whole    bool // whether all are heard as lines, or counted
	}{
		{"lines", `const { log } = console; for (let i = 0; i < 30000; i++) log('line ' + i)`, true},
		{"lines of all kinds", `for (let i = 0; i < 10000; i++) { console.error('e'); console.table([1]); console.assert(false) }`, true},
		{"lines of a frame", `const { console: inner } = document.body.appendChild(document.createElement('iframe')).contentWindow; for (let i = 0; i < 30000; i++) inner.log('line')`, true},
		{"errors", `for (let i = 0; i < 30000; i++) reportError('no ' + i)`, false},                                                                                       // these are no lines for OnConsole
		{"rejections", `await new Promise((done) => { addEventListener('unhandledrejection', done); for (let i = 0; i < 30000; i++) Promise.reject('no ' + i) })`, false}, // said in a later task
		{"a worker", `await new Promise((done) => { new Worker(URL.createObjectURL(new Blob(['for (let i = 0; i < 30000; i++) console.log("line"); postMessage(1)']))).onmessage = done })`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := site(t, map[string]http.HandlerFunc{"/page": html(`x`)})
			var mu sync.Mutex
			heard := 0
			v := visit(t, func(o *browserpool.SessionOptions) {
				o.OnConsole = func(m browserpool.ConsoleMessage) {
					mu.Lock()
					defer mu.Unlock()
					heard++
				}
			})
			v.open(u + "/page")
			v.eval(`async () => { `+tt.js+` }`, nil)
			v.open(u + "/")
			v.leave()
			mu.Lock()
			defer mu.Unlock()
			dropped := v.recorded.Count(scenario, metrics.SamplesDropped, "too many console lines")
			t.Logf("%d heard, %d dropped", heard, dropped)
			total := int64(heard) + dropped // of a worker's, twice: its page tells of them too
			if tt.whole && total != lines || total > lines*3/2 || dropped == 0 || heard > lines/2 {
				t.Errorf("%d lines were heard and %d dropped, of %d", heard, dropped, lines)
			}
		})
	}
}

// TestCalls: what a page calls too often, or with too much, of the function behind all exposed ones never leaves the page, and is counted.
func TestCalls(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{"/page": html(`x`)})
	v := visit(t)
	v.open(u + "/page")
	v.eval(`() => {
		const [tooLong, long, short] = [2e6, 9e5, 0].map((chars) => JSON.stringify({ name: 'none', seq: 1, serializedArgs: ['x'.repeat(chars)] }));
		for (let i = 0; i < 7; i++) __playwright__binding__(tooLong);
		for (let i = 0; i < 10; i++) __playwright__binding__(long);
		for (let i = 0; i < 10000; i++) __playwright__binding__(short);
		try { __playwright__binding__(1) } catch (error) { document.body.id = error.name }
	}`, nil)
	if err := v.WaitForSelector(v.ctx, "body#Error", "attached"); err != nil { // the browser's own complaint
		t.Error(err)
	}
	v.open(u + "/")
	v.leave()
	// 5,000 of the short ones may come at once; a twentieth while the driver is behind.
	dropped := v.recorded.Count(scenario, metrics.SamplesDropped, "too many calls from a page")
	if dropped <= 7 || dropped > 7+10+10_000-250 {
		t.Errorf("%d calls were dropped, want the 7 that are too long, and some of the others", dropped)
	}
	if lost := v.recorded.Labels(scenario, metrics.SessionsLost); len(lost) > 0 {
		t.Errorf("sessions lost: %v", lost)
	}
}
