package objects

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// Reset ends what the script has set up since the last time: its routes, the pages that it opened, the
// dialogs that it left open. What was downloaded is deleted. A listener's owner ends it.
func (h *Hub) Reset(ctx context.Context) {
	h.routes.end()
	h.requests.reset()
	h.leftMu.Lock()
	left := h.left
	h.left, h.made = leftovers{}, nil
	h.leftMu.Unlock()
	if len(left.dialogs)+len(left.opened)+len(left.downloads) == 0 {
		return
	}
	// When this fails, the session is lost or closing.
	_ = h.guard.Do(ctx, "pages, dialogs and downloads to end", func(time.Duration) error {
		for _, dialog := range left.dialogs {
			_ = dialog.Dismiss() // unless the script answered it
		}
		for _, page := range left.opened {
			if h.isOpen(page) {
				_ = h.closePage(ctx, page)
			}
		}
		for _, download := range left.downloads {
			_ = download.Cancel() // unless it is complete
			_ = download.Delete() // unless the script did
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
	page.OnDownload(func(download pw.Download) {
		h.leftMu.Lock()
		defer h.leftMu.Unlock()
		h.left.downloads = append(h.left.downloads, download)
		h.bound(download)
	})
	h.requests.arrived()
	if h.routes.ever() { // a popup; its first requests may come before
		calls.Async(func() (struct{}, error) { return struct{}{}, h.intercept(page) })
	}
}

// closePageTime bounds the closing of a page by a script.
const closePageTime = 5 * time.Second

// closing closes a page. It refuses options: playwright-go keeps them where the page's other calls read them.
func closing(o object, args []any, limit time.Duration) (any, error) {
	if len(args) > 0 && args[0] != nil {
		if options, ok := args[0].(map[string]any); !ok || len(options) > 0 {
			return nil, fmt.Errorf("takes no options here: the page is closed at once")
		}
	}
	if err := surplus(args, 1); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), min(limit, closePageTime))
	defer cancel()
	return nil, o.hub.closePage(ctx, o.value.(pw.Page))
}

// closePage takes the last telemetry of a page that is closed: it has no time to send it itself.
func (h *Hub) closePage(ctx context.Context, page pw.Page) error {
	h.drain(ctx, page)
	return page.Close()
}

// running counts calls of playwright-go, so that a session does not close under them.
type running struct {
	mu    sync.Mutex // makes begin and close follow each other
	ended bool
	calls sync.WaitGroup
}

// begin is false when the session closes. Otherwise calls.Done ends the call.
func (r *running) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		r.calls.Add(1)
	}
	return !r.ended
}

// endPatience is how long a closing session waits for running calls.
const endPatience = time.Second

// close refuses new calls and waits for the running ones, but not for one that hangs.
func (r *running) close() {
	r.mu.Lock()
	r.ended = true
	r.mu.Unlock()
	idle := calls.Async(func() (any, error) { r.calls.Wait(); return nil, nil })
	select {
	case <-idle:
	case <-time.After(endPatience):
	}
}

// objectLocks serialise calls on objects of playwright-go that write to their own fields without a lock. Objects
// may share one.
type objectLocks [64]sync.Mutex

var lockSeed = maphash.MakeSeed()

// take locks the object.
func (l *objectLocks) take(value any) (leave func()) {
	lock := &l[maphash.Comparable(lockSeed, value)%uint64(len(l))]
	lock.Lock()
	return lock.Unlock
}
