package playwright

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	pw "github.com/playwright-community/playwright-go"
)

// heard counts what the driver tells of a page.
type heard struct{ sockets, sent, received atomic.Int64 }

func listen(page pw.Page) *heard {
	h := &heard{}
	page.OnWebSocket(func(socket pw.WebSocket) {
		h.sockets.Add(1)
		socket.OnFrameSent(func([]byte) { h.sent.Add(1) })
		socket.OnFrameReceived(func([]byte) { h.received.Add(1) })
	})
	return h
}

// counter opens the counter and clicks. When it returns, all has been told that will be told of it.
func counter(t *testing.T, ctx context.Context, u *user, page pw.Page, url string) {
	t.Helper()
	must(t, u.Navigate(ctx, url+"/counter"), u.WaitForLiveView(ctx), u.Click(ctx, "#inc"), u.WaitForText(ctx, "#count", "1"))
	// The driver reads the page's frames and this answer from the same connection, in their order.
	_, err := page.Evaluate("0")
	must(t, err)
}

// TestQuietDriver: the driver that is installed tells of sockets only when objects are used.
func TestQuietDriver(t *testing.T) {
	t.Parallel()
	r := sharedRig(t)
	u, app, ctx := r.user(t, nil), r.app(t), within(t, patience)
	s := u.Session.(*session)
	page, err := s.openPage(ctx)
	must(t, err)
	h := listen(page)

	counter(t, ctx, u, page, app.url)
	if n := h.sockets.Load(); n != 0 {
		t.Errorf("the driver told of %d sockets: driver_quiet.js does not work with this driver", n)
	}
	objectOf(t, u, "context")
	counter(t, ctx, u, page, app.url)
	if h.sockets.Load() != 1 || h.sent.Load() < 2 || h.received.Load() < 2 { // the join and the click
		t.Errorf("%d sockets, %d frames sent, %d received", h.sockets.Load(), h.sent.Load(), h.received.Load())
	}

	other := r.user(t, nil) // on the same driver
	page, err = other.Session.(*session).openPage(ctx)
	must(t, err)
	h = listen(page)
	counter(t, ctx, other, page, app.url)
	if n := h.sockets.Load(); n != 0 {
		t.Errorf("the driver told of %d sockets of another session", n)
	}
}

// TestQuietDriverListens: a listener of our own is told of navigations, though no script uses objects.
func TestQuietDriverListens(t *testing.T) {
	t.Parallel()
	r := sharedRig(t)
	u, app, ctx := r.user(t, nil), r.app(t), within(t, patience)
	page, err := u.Session.(*session).openPage(ctx)
	must(t, err)
	told := make(chan string, 100)
	page.OnRequest(func(request pw.Request) { told <- request.URL() })
	must(t, u.Navigate(ctx, app.url+"/counter"))
	select {
	case url := <-told:
		if url != app.url+"/counter" {
			t.Errorf("told of %s", url)
		}
	case <-ctx.Done():
		t.Error("not told of the navigation")
	}
}

// TestQuietKnowsItsDriver: a driver that is not as expected is left as it is, which is said once.
func TestQuietKnowsItsDriver(t *testing.T) {
	found, err := installed()
	must(t, err)
	const (
		contexts = "exports.BrowserContextDispatcher = class { cookies() {} _shouldDispatchNetworkEvent() {} addObjectListener() {} }"
		pages    = "exports.PageDispatcher = class { addObjectListener() {} parentScope() {} }"
		requests = "exports.RequestDispatcher = class { _dispatchEvent() {} static from() {} }"
		always   = "exports.FrameDispatcher = class { goto() {} addObjectListener() {} }"
		pipe     = "exports.PipeTransport = class { send() {} }"
		events   = "exports.Page = { Events: { WebSocket: 'websocket' } }"
	)
	tests := []struct {
		name, version                     string
		contexts, pages, requests, events string
		want                              string
	}{
		{"as expected", "1.57.0", contexts, pages, requests, events, ""},
		{"another version", "1.58.0", contexts, pages, requests, events, "it is version 1.58.0"},
		{"a method is missing", "1.57.0", contexts, "exports.PageDispatcher = class {}", requests, events, "it has no addObjectListener"},
		{"a class is missing", "1.57.0", contexts, pages, "", events, "it has no _dispatchEvent"},
		{"an event is missing", "1.57.0", contexts, pages, requests, "", "it has no event 'socket'"},
		{"a file does not load", "1.57.0", "throw new Error('nonsense')", pages, requests, events, "nonsense"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			dispatchers := filepath.Join(dir, "lib", "server", "dispatchers")
			must(t, os.MkdirAll(dispatchers, 0o700), os.MkdirAll(filepath.Join(dir, "lib", "server", "utils"), 0o700))
			write(t, filepath.Join(dir, "package.json"), fmt.Sprintf(`{"version": %q}`, test.version))
			write(t, filepath.Join(dispatchers, "browserContextDispatcher.js"), test.contexts)
			write(t, filepath.Join(dispatchers, "pageDispatcher.js"), test.pages)
			write(t, filepath.Join(dispatchers, "networkDispatchers.js"), test.requests)
			write(t, filepath.Join(dir, "lib", "server", "page.js"), test.events)
			write(t, filepath.Join(dispatchers, "frameDispatcher.js"), always)
			write(t, filepath.Join(dir, "lib", "server", "browserContext.js"), "exports.BrowserContext = { Events: { Request: 'request', RequestFailed: 'requestfailed' } }")
			write(t, filepath.Join(dir, "lib", "server", "frames.js"), "exports.Frame = { Events: { InternalNavigation: 'internalnavigation' } }")
			write(t, filepath.Join(dir, "lib", "server", "pipeTransport.js"), pipe)
			write(t, filepath.Join(dir, "lib", "server", "utils", "pipeTransport.js"), pipe)
			write(t, filepath.Join(dir, "cli.js"), showChanged)
			preload, err := writeQuiet(dir)
			must(t, err)

			cmd := exec.CommandContext(within(t, patience), found.NodePath, "--require", preload, filepath.Join(dir, "cli.js"), "run-driver")
			var log strings.Builder
			cmd.Stderr = &log
			out, err := cmd.Output()
			must(t, err)
			if want := fmt.Sprint("run-driver changed: ", test.want == ""); strings.TrimSpace(string(out)) != want {
				t.Errorf("the driver said %q, want %q", out, want)
			}
			lines := strings.Count(log.String(), "\n")
			if test.want == "" && lines != 0 || test.want != "" && (lines != 1 || !strings.Contains(log.String(), test.want)) {
				t.Errorf("the log says %q, want %q", log.String(), test.want)
			}
		})
	}
}

// showChanged is a driver that says, when it has begun to work, whether its classes were changed.
const showChanged = `
setImmediate(() => {
  let changed = false;
  try {
    const { BrowserContextDispatcher } = require('./lib/server/dispatchers/browserContextDispatcher.js');
    changed = String(BrowserContextDispatcher.prototype.cookies) !== 'cookies() {}';
  } catch {}
  console.log(process.argv[2] + ' changed: ' + changed);
});`

// TestEverythingURL: both sides mean the same address.
func TestEverythingURL(t *testing.T) {
	if !strings.Contains(string(quietScript), "'"+everythingURL+"'") {
		t.Errorf("driver_quiet.js does not know %s", everythingURL)
	}
}
