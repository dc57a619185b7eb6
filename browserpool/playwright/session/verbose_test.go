package session

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/liveload/liveload/browserpool/sessiontest"
	pw "github.com/playwright-community/playwright-go"
)

// heard counts what the driver reports about a page.
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

// counter opens the counter and clicks. When it returns, everything about it has been reported.
func counter(t *testing.T, ctx context.Context, u *user, page pw.Page, url string) {
	t.Helper()
	must(t, sessiontest.Moved(u.Navigate(ctx, url+"/counter")), u.WaitForLiveView(ctx), u.Click(ctx, "#inc"), u.WaitForText(ctx, "#count", "1"))
	// The driver reads the page's frames and this answer from the same connection, in their order.
	_, err := page.Evaluate("0")
	must(t, err)
}

// TestQuietDriver: the driver that is installed reports sockets only when objects are used.
func TestQuietDriver(t *testing.T) {
	t.Parallel()
	u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
	s := u.Session.(*session)
	page, err := s.openPage(ctx)
	must(t, err)
	h := listen(page)

	counter(t, ctx, u, page, app.url)
	if n := h.sockets.Load(); n != 0 {
		t.Errorf("the driver reported %d sockets: preload.js does not work with this driver", n)
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
		t.Errorf("the driver reported %d sockets of another session", n)
	}
}

// TestQuietDriverListens: a listener in Go hears of navigations, though no script uses objects.
func TestQuietDriverListens(t *testing.T) {
	t.Parallel()
	u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
	page, err := u.Session.(*session).openPage(ctx)
	must(t, err)
	reported := make(chan string, 100)
	page.OnRequest(func(request pw.Request) { reported <- request.URL() })
	must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/counter")))
	select {
	case url := <-reported:
		if url != app.url+"/counter" {
			t.Errorf("reported %s", url)
		}
	case <-ctx.Done():
		t.Error("the navigation was not reported")
	}
}
