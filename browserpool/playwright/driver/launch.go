package driver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/cdp"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/playwright/standin"
	"github.com/liveload/liveload/browserpool/sandbox"
	"github.com/liveload/liveload/browserpool/telemetry"
)

// launch starts a browser. ended is called once when a launched browser is gone.
func (d *driver) launch(ctx context.Context, ended func()) (*Browser, error) {
	n := d.started.Add(1)
	folder := filepath.Join(d.folder, fmt.Sprintf("b%d", n))
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	b, err := d.launchIn(ctx, folder, fmt.Sprintf("%s%d.", d.flagPrefix(), n), ended)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return b, nil
}

// launchIn has the driver start the program that becomes the browser, and connects both with it.
func (d *driver) launchIn(ctx context.Context, folder, flag string, ended func()) (*Browser, error) {
	entry, err := standin.Prepare(folder, d.opts.BrowserPath)
	if err != nil {
		return nil, err
	}
	defer entry.Close()
	connecting, giveUp := context.WithCancel(ctx)
	defer giveUp()
	direct := calls.Async(func() (*cdp.Conn, error) { return connect(connecting, entry) })
	launched, err := d.askToLaunch(ctx, launchOptions(d.opts, entry.Program(), folder, flag), flag)
	if err != nil {
		giveUp()
	}
	connected := <-direct // the driver's first words went through it
	if err == nil && connected.Err == nil {
		b := &Browser{
			pw: launched, direct: connected.Value, driver: d, folder: folder, ended: ended, done: make(chan struct{}),
			pages: map[string]func(browserpool.Crash){}, floods: map[string]string{},
		}
		b.watchTargets()
		return d.adopt(b, flag)
	}
	if connected.Err == nil {
		connected.Value.Close()
	}
	return nil, cmp.Or(err, connected.Err)
}

// connect waits for the pipes of a browser that is being started. It opens no files of the machine: see AllowFileURLs.
func connect(ctx context.Context, entry *standin.Entry) (*cdp.Conn, error) {
	driver, browser, err := entry.Pipes(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := cdp.Open(ctx, browser, &driver)
	if err == nil {
		conn.RunInWorkers(telemetry.WorkerScript)
		conn.ScreenAddresses(func(address string) error {
			if browserpool.IsFileURL(address) {
				return browserpool.FileURLError(address)
			}
			return nil
		})
	}
	return conn, err
}

// askToLaunch has the driver start a browser.
func (d *driver) askToLaunch(ctx context.Context, options pw.BrowserTypeLaunchOptions, flag string) (pw.Browser, error) {
	launched := calls.Async(func() (pw.Browser, error) { return d.api.Chromium.Launch(options) })
	select {
	case r := <-launched:
		if r.Err != nil {
			return nil, launchError(d.opts.BrowserPath, *options.ExecutablePath, r.Err)
		}
		return r.Value, nil
	case <-ctx.Done():
		d.abandonLaunch(launched, flag)
		return nil, context.Cause(ctx)
	case <-d.log.ended:
		return nil, fmt.Errorf("the driver died: %w", browserpool.ErrLost)
	}
}

// adopt finds the process of a browser that the driver launched, and watches for its end.
func (d *driver) adopt(b *Browser, flag string) (*Browser, error) {
	b.crash = sync.OnceValue(b.explain)
	var err error
	b.group, err = leaderWithFlag(flag)
	if b.pid == 0 {
		reason := browserpool.ErrLost
		if b.pw.IsConnected() {
			d.kill() // a browser that runs and that we cannot find
			reason = fmt.Errorf("it runs, but no process that leads a group has its flag %s: is %s a script that starts it in another session?", flag, d.opts.BrowserPath)
		}
		b.direct.Close()
		return nil, fmt.Errorf("find the browser's process: %w", cmp.Or(err, reason))
	}
	if err := d.add(b); err != nil {
		b.direct.Close()
		return nil, err
	}
	b.pw.OnDisconnected(func(pw.Browser) { b.end() })
	if !b.pw.IsConnected() { // it crashed before we could listen
		b.end()
	}
	d.background(b.watchStalls)
	return b, nil // also one that crashed meanwhile: see Done
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

func launchOptions(opts Options, program, folder, flag string) pw.BrowserTypeLaunchOptions {
	sandboxed, _ := sandbox.On()
	return pw.BrowserTypeLaunchOptions{
		ExecutablePath:  pw.String(program),
		Headless:        pw.Bool(!opts.Headed),
		Args:            slices.Concat(launchFlags(), opts.Args, []string{flag}),
		ChromiumSandbox: pw.Bool(sandboxed),
		Env:             environment(os.Environ(), append(slices.Clone(opts.Env), "TMPDIR="+folder)),
		Timeout:         pw.Float(0), // ctx bounds the launch
		// The owner of the run ends browsers: Ctrl-C lets iterations finish first.
		HandleSIGINT: pw.Bool(false), HandleSIGTERM: pw.Bool(false), HandleSIGHUP: pw.Bool(false),
	}
}
