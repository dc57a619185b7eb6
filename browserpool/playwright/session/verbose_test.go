package session

import (
	"context"
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
	u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
	s := u.Session.(*session)
	page, err := s.openPage(ctx)
	must(t, err)
	h := listen(page)

	counter(t, ctx, u, page, app.url)
	if n := h.sockets.Load(); n != 0 {
		t.Errorf("the driver told of %d sockets: preload.js does not work with this driver", n)
	}
	objectOf(t, u, "context")
	counter(t, ctx, u, page, app.url)
	if h.sockets.Load() != 1 || h.sent.Load() < 2 || h.received.Load() < 2 { // the join and the click
		t.Errorf("%d sockets, %d frames sent, %d received", h.sockets.Load(), h.sent.Load(), h.received.Load())
	}

	other := newUser(t, nil) // on the same driver
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
	u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
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
