package session

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/sessiontest"
)

// restless never stops changing: frames, workers and windows come and go, requests are made, fail and are
// redirected.
const restless = `<title>restless</title><script>
let n = 0;
setInterval(() => {
  n++;
  const frame = document.createElement('iframe');
  frame.name = 'f' + n;
  frame.src = '/nest?n=' + n;
  document.body.append(frame);
  if (n > 3) document.querySelector('iframe').remove();
  fetch('/hop?n=' + n).catch(() => {});
  const ended = new AbortController();
  fetch('/slow?n=' + n, { signal: ended.signal }).catch(() => {});
  setTimeout(() => ended.abort(), 5);
  console.log('n', n);
  if (n % 4 == 0) {
    const worker = new Worker('/worker.js');
    setTimeout(() => worker.terminate(), 30);
  }
  if (n % 8 == 0) { const w = open('/target'); setTimeout(() => w && w.close(), 60); }
  history.replaceState(null, '', '?n=' + n);
}, 100);
</script><body>`

func restlessSite(t testing.TB) *sessiontest.Site {
	s := sessiontest.NewSite(t)
	s.HandleFunc("/restless", sessiontest.HTML(restless))
	s.HandleFunc("/nest", sessiontest.HTML("<iframe name=inner src=/target></iframe>"))
	s.HandleFunc("/hop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/target", http.StatusFound) })
	s.HandleFunc("/worker.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, "setInterval(() => {}, 5)")
	})
	return s
}

// TestChangingPages reads and changes everything that playwright-go keeps while pages change it: the race
// detector must have nothing to say. Calls may fail, since what they are about goes away under them.
func TestChangingPages(t *testing.T) {
	s := restlessSite(t)
	u := newUser(t, nil)
	ctx := within(t, 60*time.Second)
	main, all := objectOf(t, u, "page"), objectOf(t, u, "context")
	poke := func(o browserpool.Object, names ...string) {
		for _, name := range names {
			short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			_, _ = o.Call(short, name, nil)
			cancel()
		}
	}
	var seen atomic.Int64
	onRequest := func(v any) {
		o, _ := v.(browserpool.Object)
		go poke(o, "url", "method", "headers", "postData", "frame", "failure", "timing", "redirectedFrom", "isNavigationRequest")
		if seen.Add(1)%5 == 0 {
			go poke(o, "allHeaders")
		}
	}
	for _, on := range []browserpool.Object{main, all} {
		for _, event := range []string{"request", "requestfailed", "requestfinished"} {
			stop, err := on.Listen(ctx, event, nil, onRequest)
			must(t, err)
			defer stop()
		}
	}
	stop, err := all.Listen(ctx, "page", nil, func(v any) { go poke(v.(browserpool.Object), "url", "isClosed", "frames", "opener", "title") })
	must(t, err)
	defer stop()
	route := &browserpool.Function{Key: 1, Call: func(args ...any) (any, error) {
		go poke(args[1].(browserpool.Object), "url", "headers", "postData")
		_, err := args[0].(browserpool.Object).Call(ctx, "continue", []any{map[string]any{"headers": map[string]any{"x-a": "b"}}})
		return nil, err
	}}
	ask(t, main, "route", "**/nest*", route)
	ask(t, main, "goto", s.URL+"/restless")

	var readers sync.WaitGroup
	end := time.Now().Add(2 * time.Second)
	loop := func(do func()) {
		readers.Go(func() {
			for time.Now().Before(end) {
				do()
				time.Sleep(20 * time.Millisecond) // leaves the browser something of the machine
			}
		})
	}
	loop(func() {
		frames, _ := ask(t, main, "frames").([]any)
		for _, frame := range frames {
			poke(frame.(browserpool.Object), "childFrames", "isDetached", "name", "url", "parentFrame", "page")
		}
	})
	loop(func() { poke(main, "title", "content") })
	loop(func() {
		poke(main, "workers", "url", "viewportSize", "mainFrame", "isClosed", "requests", "consoleMessages")
	})
	loop(func() { poke(all, "pages", "serviceWorkers", "cookies") })
	loop(func() {
		_, _ = main.Call(ctx, "setViewportSize", []any{map[string]any{"width": 500.0, "height": 300.0}})
	})
	loop(func() {
		_, _ = main.Call(ctx, "waitForURL", []any{"**/restless*", map[string]any{"timeout": 50.0}})
		_, _ = main.Call(ctx, "waitForLoadState", []any{"load", map[string]any{"timeout": 50.0}})
	})
	loop(func() {
		ask(t, all, "route", "**/hop*", route)
		ask(t, main, "route", "**/slow*", route)
		ask(t, main, "unroute", "**/slow*")
		ask(t, all, "unrouteAll")
	})
	loop(func() {
		if o, err := all.Call(ctx, "newPage", nil); err == nil {
			other := o.(browserpool.Object)
			_, _ = other.Call(ctx, "goto", []any{s.URL + "/restless"})
			poke(other, "frames", "close", "isClosed")
		}
	})
	loop(func() {
		time.Sleep(100 * time.Millisecond)
		u.ResetObjects(ctx)
	})
	readers.Wait()
	// The session ends while the page goes on, and while calls are under way.
	go poke(main, "title", "content", "frames")
	must(t, u.Close(ctx))
}

// TestDrainOfChangingPages: a session that never used the objects closes while frames come and go.
func TestDrainOfChangingPages(t *testing.T) {
	s := restlessSite(t)
	for range 2 {
		u := newUser(t, nil)
		ctx := within(t, 30*time.Second)
		must(t, sessiontest.Moved(u.Navigate(ctx, s.URL+"/restless")), u.WaitForSelector(ctx, "iframe", "attached"))
		must(t, u.Close(ctx))
	}
}
