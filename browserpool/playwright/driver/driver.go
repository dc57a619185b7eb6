// Package driver owns Playwright's drivers, which are Node.js processes, and the browsers that they start: it finds
// out when one dies or hangs, and leaves no process and no file behind. What a session does in a browser is handed in.
package driver

import (
	"context"
	crypto "crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	pw "github.com/playwright-community/playwright-go"
	"golang.org/x/sync/semaphore"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

const (
	// answerLimit is how long a driver may take for a question that it can answer without a browser.
	// Far above what a saturated machine needs: killing a driver costs all users on it.
	answerLimit = 20 * time.Second
	// hangLimit is how long a page may take for one: healthy ones took 6 s where 30 processes wanted one processor.
	hangLimit = 30 * time.Second
	// stallLimit is how long a browser or driver may take for one before it is told, and how often it is asked.
	stallLimit = 5 * time.Second
	// killLimit is how long killed processes may take to be gone.
	killLimit = 10 * time.Second
)

// A driver is one Node.js process and the browsers that it started. When it dies, its browsers,
// which would live on, are killed with it. Methods may be called concurrently.
type driver struct {
	opts    Options
	open    OpenSession
	folder  string // everything of this driver and its browsers is in here
	log     *driverLog
	api     *pw.Playwright
	pid     int
	key     uint64       // names the driver in the flags of its browsers
	started atomic.Int64 // browsers, for naming them

	examining atomic.Bool
	hung      atomic.Bool              // it was killed since it gave no answer
	crash     func() browserpool.Crash // explain, once

	mu       sync.Mutex
	browsers map[*Browser]struct{}
	ended    bool

	cleaning sync.WaitGroup // what goes on in the background; everything in it ends soon after a kill
	done     chan struct{}  // closed when the process is gone and its browsers are killed
}

// startDriver returns once the driver answers. Ending ctx ends the process.
func startDriver(ctx context.Context, opts Options, open OpenSession, folder string) (_ *driver, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("start driver: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("start driver: %w", err), os.RemoveAll(folder))
		}
	}()
	secret := crypto.Text()
	preload, err := writePreload(folder, secret)
	if err != nil {
		return nil, err
	}
	version, err := silenceLogs()
	if err != nil {
		return nil, err
	}
	pipe := filepath.Join(folder, "log")
	log, err := openDriverLog(pipe, secret, opts.Logger)
	if err != nil {
		return nil, err
	}
	env := append(append([]string{}, opts.Env...), "TMPDIR="+folder)
	node := filepath.Join(folder, "node")
	source := script{
		node: opts.NodePath, preload: preload, version: version, removed: append(removed(os.Environ()), nodeVariable), env: env, log: pipe,
	}.source()
	if err := os.WriteFile(node, source, 0o700); err != nil {
		log.release()
		<-log.ended
		return nil, err
	}
	api, err := runDriver(ctx, opts.DriverDir, node, log)
	log.release()
	if err != nil {
		<-log.ended
		return nil, err
	}
	d := &driver{
		opts: opts, open: open, folder: folder, log: log, api: api, pid: api.Pid(), key: rand.Uint64(),
		browsers: map[*Browser]struct{}{}, done: make(chan struct{}),
	}
	d.crash = sync.OnceValue(d.explain)
	opts.Logger.Debug("driver started", slog.Int("pid", d.pid))
	go d.watch()
	d.background(d.watchStalls)
	return d, nil
}

// What playwright-go keeps once per process is guarded once per process: it finds Node.js through an
// environment variable, which startLock guards, and logs through a variable that it sets whenever a
// driver is started with a logger, which silenceLogs does only once.
var (
	startLock   = semaphore.NewWeighted(1)
	silenceLogs = sync.OnceValues(func() (driverVersion string, err error) {
		// DriverDirectory only keeps NewDriver from looking for a home folder.
		d, err := pw.NewDriver(&pw.RunOptions{DriverDirectory: os.TempDir(), Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			return "", err
		}
		return d.Version, nil
	})
)

const nodeVariable = "PLAYWRIGHT_NODEJS_PATH"

// runDriver has playwright-go start a driver through the script node.
func runDriver(ctx context.Context, driverDir, node string, log *driverLog) (*pw.Playwright, error) {
	if startLock.Acquire(ctx, 1) != nil {
		return nil, context.Cause(ctx)
	}
	defer startLock.Release(1)
	restore, err := setenv(nodeVariable, node)
	if err != nil {
		return nil, err
	}
	defer restore()

	started := calls.Async(func() (*pw.Playwright, error) {
		return pw.Run(&pw.RunOptions{DriverDirectory: driverDir, SkipInstallBrowsers: true})
	})
	select {
	case r := <-started:
		return r.Value, r.Err
	case <-ctx.Done():
	}
	// The script prints its pid before it becomes Node.js, so that one of the two comes soon.
	select {
	case pid := <-log.pid:
		_ = syscall.Kill(pid, syscall.SIGKILL)
		<-started
	case r := <-started:
		if r.Err == nil {
			_ = syscall.Kill(r.Value.Pid(), syscall.SIGKILL)
		}
	}
	return nil, fmt.Errorf("no answer from %s: %w", node, context.Cause(ctx))
}

func setenv(name, value string) (restore func(), err error) {
	before, had := os.LookupEnv(name)
	if err := os.Setenv(name, value); err != nil {
		return nil, fmt.Errorf("set %s: %w", name, err)
	}
	return func() {
		if had {
			os.Setenv(name, before)
		} else {
			os.Unsetenv(name)
		}
	}, nil
}

// watch ends the browsers of a driver that is gone. playwright-go does not report a dead driver.
func (d *driver) watch() {
	<-d.log.ended
	d.mu.Lock()
	d.ended = true // from here on no browser is added
	d.mu.Unlock()
	orphans := d.running()
	for _, b := range orphans {
		b.end()
	}
	d.opts.Logger.Debug("driver ended", slog.Int("pid", d.pid), slog.Int("browsers", len(orphans)))
	d.killStrays()
	d.cleaning.Wait()
	// What a browser still wrote while it died is swept with the folder of the run.
	_ = os.RemoveAll(d.folder)
	close(d.done)
}

// flagPrefix begins a flag by which the browsers of this driver are known, on the whole machine and for ever: a process id
// would also be that of a driver in another container, or of one that died. Chromium ignores flags that it does not know.
func (d *driver) flagPrefix() string { return fmt.Sprintf("--liveload-browser=%016x.", d.key) }

// killStrays kills browsers that were being launched when the driver died.
func (d *driver) killStrays() {
	strays, err := leadersWithFlag(d.flagPrefix())
	if err != nil {
		d.opts.Logger.Warn("browsers of a dead driver cannot be looked for", slog.Any("error", err))
	}
	ctx, cancel := context.WithTimeout(context.Background(), killLimit)
	defer cancel()
	for _, leader := range strays {
		leader.kill()
		if err := leader.await(ctx); err != nil {
			d.opts.Logger.Warn("a killed browser does not end", slog.Any("error", err))
		}
	}
}

func (d *driver) dead() bool { return browserpool.Closed(d.log.ended) }

// kill ends the process, and through watch its browsers.
func (d *driver) kill() {
	if !d.dead() {
		_ = syscall.Kill(d.pid, syscall.SIGKILL)
	}
}

// examine kills the driver when it does not answer. It is called when a call got no answer, and does
// nothing while another examination goes on.
func (d *driver) examine() {
	if !d.examining.CompareAndSwap(false, true) {
		return
	}
	defer d.examining.Store(false)
	select {
	case <-d.ask():
	case <-time.After(d.opts.AnswerLimit):
		d.opts.Logger.Warn("a Playwright driver hangs and is killed", slog.Int("pid", d.pid))
		d.hung.Store(true)
		d.kill()
	case <-d.log.ended:
	}
}

// background runs f, unless the driver has ended already.
func (d *driver) background(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.ended {
		d.cleaning.Go(f)
	}
}

// close ends the browsers politely until ctx is over, then the process. There is no polite way to end
// a driver: playwright-go's Stop panics when the driver dies meanwhile.
func (d *driver) close(ctx context.Context) error {
	var wg sync.WaitGroup
	for _, b := range d.running() {
		wg.Go(func() { _ = b.Close(ctx) }) // what is left of it is waited for below
	}
	wg.Wait()
	d.kill()
	select {
	case <-d.done:
		return nil
	case <-time.After(2 * killLimit): // the driver's end, and then its browsers'
		return fmt.Errorf("close driver: process %d was killed and is not gone after %v", d.pid, 2*killLimit)
	}
}

func (d *driver) running() []*Browser {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Collect(maps.Keys(d.browsers))
}

// add counts a browser as this driver's. It fails when the driver has ended.
func (d *driver) add(b *Browser) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return browserpool.ErrLost
	}
	d.browsers[b] = struct{}{}
	return nil
}
