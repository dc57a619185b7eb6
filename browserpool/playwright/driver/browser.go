package driver

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/cdp"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// A Browser is one Chromium with its process group. It implements browserpool.Browser.
type Browser struct {
	pw     pw.Browser
	direct *cdp.Conn // bypasses the driver for frequent operations, and carries what driver and browser say; ends with the browser
	driver *driver
	group  // of its processes
	folder string

	hung  atomic.Bool
	crash func() browserpool.Crash // explain, once

	mu     sync.Mutex
	pages  map[string]func(browserpool.Crash) // what WatchPage was given
	floods map[string]string                  // pages that are being ended since they flood the browser: with what

	once  sync.Once
	ended func() // called once, when done is closed
	done  chan struct{}
}

// NewSession opens a session in this browser.
func (b *Browser) NewSession(ctx context.Context, opts browserpool.SessionOptions) (browserpool.Session, error) {
	return b.driver.open(ctx, b, opts)
}

// Done is closed when the browser is gone, however it ended.
func (b *Browser) Done() <-chan struct{} { return b.done }

// Kill ends the browser's processes at once.
func (b *Browser) Kill() { b.end() }

// KillHung kills a browser that hangs, and then its driver as well when that does not answer.
func (b *Browser) KillHung(reason string) {
	if browserpool.Closed(b.done) || b.hung.Swap(true) {
		return
	}
	b.driver.opts.Logger.Warn("a browser hangs and is killed", slog.String("reason", reason), slog.Int("pid", b.pid))
	b.Kill()
	b.driver.background(b.driver.examine)
}

// Playwright is playwright-go's object for this browser.
func (b *Browser) Playwright() pw.Browser { return b.pw }

// Direct is the connection that bypasses the driver. It ends with the browser.
func (b *Browser) Direct() *cdp.Conn { return b.direct }

// AllowFileURLs lets the browser open files of the machine, whoever asks for it.
func (b *Browser) AllowFileURLs() { b.direct.ScreenAddresses(nil) }

// Devices are the devices that the driver can emulate, by name.
func (b *Browser) Devices() map[string]*pw.DeviceDescriptor { return b.driver.api.Devices }

// HangLimit is how long a page may take for a trivial question before its session counts as hung.
func (b *Browser) HangLimit() time.Duration { return b.driver.opts.HangLimit }

// PID is the process id of the browser's main process.
func (b *Browser) PID() int { return b.pid }

// DriverPID is the process id of the browser's driver.
func (b *Browser) DriverPID() int { return b.driver.pid }

// Suspect checks in the background whether the driver hangs. Sessions call it when a call got no answer, which may be
// their page's fault alone.
func (b *Browser) Suspect(waiting string) {
	b.driver.opts.Logger.Warn("no answer", slog.String("waiting", waiting), slog.Int("pid", b.pid))
	b.driver.background(b.driver.examine)
}

// end makes sure that the browser is gone and says so. It never waits: the driver's events are
// delivered by one goroutine, which calls it.
func (b *Browser) end() {
	b.once.Do(func() {
		b.group.kill() // also what a crashed main process left
		close(b.done)
		b.ended()
		b.driver.cleanUp(b)
	})
}

// cleanUp removes what a browser has left, as soon as its last process is gone.
func (d *driver) cleanUp(b *Browser) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.browsers, b)
	d.cleaning.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), killLimit)
		defer cancel()
		if err := b.group.await(ctx); err != nil {
			d.opts.Logger.Warn("a killed browser does not end", slog.Any("error", err))
		}
		b.direct.Close()           // now that it says nothing more: what it had said is still read
		_ = os.RemoveAll(b.folder) // the folder of the run is removed later anyway
	})
}

// Close asks the browser to end until ctx is over, then kills it. It returns when the browser is gone.
func (b *Browser) Close(ctx context.Context) error {
	closed := calls.Async(func() (struct{}, error) { return struct{}{}, b.pw.Close() })
	select {
	case <-closed:
	case <-b.done:
	case <-ctx.Done():
	}
	b.Kill()
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), killLimit)
	defer cancel()
	if err := b.group.await(wait); err != nil {
		return fmt.Errorf("close browser: %w", err)
	}
	return nil
}
