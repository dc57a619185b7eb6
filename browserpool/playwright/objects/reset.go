package objects

import (
	"context"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// Reset ends what the script has set up since the last time: its routes, the pages that it opened, the
// dialogs that it left open. Whoever set a listener ends it.
func (h *Hub) Reset(ctx context.Context) {
	h.routes.end()
	h.requests.reset()
	h.leftMu.Lock()
	dialogs, opened := h.dialogs, h.opened
	h.dialogs, h.opened = nil, nil
	h.leftMu.Unlock()
	if len(dialogs)+len(opened) == 0 {
		return
	}
	// When this fails, the session is lost or closing.
	_ = h.guard.Do(ctx, "pages and dialogs to close", func(time.Duration) error {
		for _, dialog := range dialogs {
			_ = dialog.Dismiss() // unless the script answered it
		}
		for _, page := range opened {
			if h.isOpen(page) {
				_ = h.closePage(ctx, page)
			}
		}
		return nil
	})
}

// Close ends the routes and waits a moment for running calls, so that the session does not close under them.
func (h *Hub) Close() {
	h.routes.end()
	h.running.close()
}

// meet is called on the goroutine that reads from the driver, for each page that opens.
func (h *Hub) meet(page pw.Page) {
	page.OnClose(h.leave)
	h.requests.arrived()
	if h.routes.ever() { // a popup; its first requests may come before
		calls.Async(func() (struct{}, error) { return struct{}{}, h.intercept(page) })
	}
}

// closePageTime bounds the closing of a page by a script.
const closePageTime = 5 * time.Second

// closePage takes the last telemetry of a page that is closed: it has no time to send it itself.
func (h *Hub) closePage(ctx context.Context, page pw.Page) error {
	h.drain(ctx, page)
	return page.Close()
}

// running counts calls of playwright-go, so that a session does not close under them.
type running struct {
	mu    sync.Mutex
	count int
	ended bool
	idle  chan struct{} // closed when ended and none is running
}

func newRunning() *running { return &running{idle: make(chan struct{})} }

// begin is false when the session closes.
func (c *running) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return false
	}
	c.count++
	return true
}

func (c *running) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count--; c.ended && c.count == 0 {
		close(c.idle)
	}
}

// endPatience is how long a closing session waits for running calls.
const endPatience = time.Second

// close refuses new calls and waits for the running ones, but not for one that hangs.
func (c *running) close() {
	c.mu.Lock()
	running := c.count
	if !c.ended && running == 0 {
		close(c.idle)
	}
	c.ended = true
	c.mu.Unlock()
	if running == 0 {
		return
	}
	late := time.NewTimer(endPatience)
	defer late.Stop()
	select {
	case <-c.idle:
	case <-late.C:
	}
}

// objectLocks serialise calls on objects of playwright-go that write to their own fields without a lock.
type objectLocks struct {
	mu    sync.Mutex
	locks map[any]*objectLock
}

type objectLock struct {
	sync.Mutex
	users int
}

func newObjectLocks() *objectLocks { return &objectLocks{locks: map[any]*objectLock{}} }

// take locks the object.
func (t *objectLocks) take(value any) (leave func()) {
	t.mu.Lock()
	one := t.locks[value]
	if one == nil {
		one = &objectLock{}
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
