package playwright

import (
	"context"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"
)

// Forget ends what the script has set up since the last time: its routes, the pages that it opened, the
// dialogs that it left open. Listeners are ended by who has set them.
func (s *session) Forget(ctx context.Context) {
	h := s.objects
	h.routes.end()
	h.requests.forget()
	h.leftMu.Lock()
	dialogs, opened := h.dialogs, h.opened
	h.dialogs, h.opened = nil, nil
	h.leftMu.Unlock()
	if len(dialogs)+len(opened) == 0 {
		return
	}
	// A session that cannot is lost, or closes.
	_ = s.do(ctx, "pages and dialogs to close", func(time.Duration) error {
		for _, dialog := range dialogs {
			_ = dialog.Dismiss() // unless the script answered it
		}
		for _, page := range opened {
			if h.isOpen(page) {
				_ = s.closePage(ctx, page)
			}
		}
		return nil
	})
}

// close lets the session end: what scripts have begun and nobody awaits any more must not meet that.
func (h *objects) close() {
	h.routes.end()
	h.calls.close()
}

// meet is called on the goroutine that reads from the driver, for each page that opens.
func (h *objects) meet(page pw.Page) {
	page.OnClose(h.leave)
	h.requests.arrived()
	if h.routes.ever() { // a popup; its first requests may come before
		async(func() (struct{}, error) { return struct{}{}, h.intercept(page) })
	}
}

// closePage takes the last telemetry of a page that is closed: it has no time to send it itself.
func (s *session) closePage(ctx context.Context, page pw.Page) error {
	s.drainPages(ctx, page)
	return page.Close()
}

// calls counts the calls of playwright-go that go on, so that a session does not close under them.
type calls struct {
	mu      sync.Mutex
	running int
	ended   bool
	idle    chan struct{} // closed when ended and none is running
}

func newCalls() *calls { return &calls{idle: make(chan struct{})} }

// begin is false when the session closes.
func (c *calls) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return false
	}
	c.running++
	return true
}

func (c *calls) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running--; c.ended && c.running == 0 {
		close(c.idle)
	}
}

// close lets no more calls begin, and waits for those that go on, though not for one that hangs.
func (c *calls) close() {
	c.mu.Lock()
	running := c.running
	if !c.ended && running == 0 {
		close(c.idle)
	}
	c.ended = true
	c.mu.Unlock()
	if running == 0 {
		return
	}
	late := time.NewTimer(replyPatience)
	defer late.Stop()
	select {
	case <-c.idle:
	case <-late.C:
	}
}

// turns are locks for objects of playwright-go, which write to themselves without one.
type turns struct {
	mu    sync.Mutex
	locks map[any]*turn
}

type turn struct {
	sync.Mutex
	users int
}

func newTurns() *turns { return &turns{locks: map[any]*turn{}} }

// take waits until nobody else has the object.
func (t *turns) take(value any) (leave func()) {
	t.mu.Lock()
	one := t.locks[value]
	if one == nil {
		one = &turn{}
		t.locks[value] = one
	}
	one.users++
	t.mu.Unlock()
	one.Lock()
	return func() {
		one.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if one.users--; one.users == 0 {
			delete(t.locks, value)
		}
	}
}
