package driver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/cdp"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/sandbox"
)

// A Browser is one Chromium with its process group. It implements browserpool.Browser.
type Browser struct {
	pw     pw.Browser
	direct *cdp.Conn // bypasses the driver for frequent operations; ends with the browser
	driver *driver
	group  // of its processes
	folder string

	hung  atomic.Bool
	once  sync.Once
	ended func() // called once, when done is closed
	done  chan struct{}
}

// launch starts a browser. ended is called once when a launched browser is gone.
func (d *driver) launch(ctx context.Context, ended func()) (*Browser, error) {
	n := d.started.Add(1)
	folder := filepath.Join(d.folder, fmt.Sprintf("b%d", n))
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	flag := fmt.Sprintf("%s%d.", d.flagPrefix(), n)
	launched := calls.Async(func() (pw.Browser, error) {
		return d.api.Chromium.Launch(launchOptions(d.opts, folder, flag))
	})
	var r calls.Answer[pw.Browser]
	select {
	case r = <-launched:
	case <-ctx.Done():
		d.abandonLaunch(launched, flag)
		return nil, errors.Join(context.Cause(ctx), os.RemoveAll(folder))
	case <-d.log.ended:
		return nil, fmt.Errorf("the driver died: %w", browserpool.ErrLost)
	}
	if r.Err != nil {
		return nil, errors.Join(launchError(d.opts.BrowserPath, r.Err), os.RemoveAll(folder))
	}
	b, err := d.adopt(r.Value, folder, flag, ended)
	if err != nil {
		return nil, err
	}
	if err := b.connect(ctx); err != nil {
		crashed := b.crashed(ctx)
		b.Kill()
		if !crashed {
			return nil, err
		}
	}
	return b, nil // also one that crashed meanwhile: see Done
}

// adopt makes a browser of what the driver launched.
func (d *driver) adopt(launched pw.Browser, folder, flag string, ended func()) (*Browser, error) {
	found, err := leaderWithFlag(flag)
	if found.pid == 0 {
		reason := browserpool.ErrLost
		if launched.IsConnected() {
			d.kill() // a browser that runs and that we cannot find
			reason = fmt.Errorf("it runs, but no process that leads a group has its flag %s: is %s a script that starts it in another session?", flag, d.opts.BrowserPath)
		}
		return nil, errors.Join(fmt.Errorf("find the browser's process: %w", cmp.Or(err, reason)), os.RemoveAll(folder))
	}
	b := &Browser{
		pw: launched, driver: d, group: found, folder: folder,
		ended: ended, done: make(chan struct{}),
	}
	if err := d.add(b); err != nil {
		return nil, err
	}
	launched.OnDisconnected(func(pw.Browser) { b.end() })
	if !launched.IsConnected() { // it crashed before we could listen
		b.end()
	}
	return b, nil
}

// abandonLaunch ends a launch whose caller is gone. Its process may exist already, or appear later.
func (d *driver) abandonLaunch(launched <-chan calls.Answer[pw.Browser], flag string) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	limit := time.After(killLimit)
	for {
		found, _ := leaderWithFlag(flag)
		if found.pid != 0 {
			found.kill()
		}
		select {
		case r := <-launched:
			if r.Err == nil && found.pid == 0 {
				d.kill() // a browser that runs and that we cannot find
			}
			return
		case <-limit:
			d.kill()
			return
		case <-d.log.ended:
			return
		case <-ticker.C:
		}
	}
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

// Direct is the DevTools connection that bypasses the driver. It ends with the browser.
func (b *Browser) Direct() *cdp.Conn { return b.direct }

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

// Hung reports whether the browser was killed because it hung.
func (b *Browser) Hung() bool { return b.hung.Load() }

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

func launchOptions(opts Options, folder, flag string) pw.BrowserTypeLaunchOptions {
	sandboxed, _ := sandbox.On()
	return pw.BrowserTypeLaunchOptions{
		ExecutablePath:  pw.String(opts.BrowserPath),
		Headless:        pw.Bool(!opts.Headed),
		Args:            slices.Concat(launchFlags(), opts.Args, []string{flag, directFlag}),
		ChromiumSandbox: pw.Bool(sandboxed),
		Env:             browserEnv(opts.Env, folder),
		Timeout:         pw.Float(0), // ctx bounds the launch
		// The owner of the run ends browsers: Ctrl-C lets iterations finish first.
		HandleSIGINT: pw.Bool(false), HandleSIGTERM: pw.Bool(false), HandleSIGHUP: pw.Bool(false),
	}
}

func browserEnv(extra []string, folder string) map[string]string {
	env := map[string]string{}
	for _, pair := range append(os.Environ(), extra...) {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	env["TMPDIR"] = folder
	return env
}
