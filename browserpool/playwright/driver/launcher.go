package driver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/sandbox"
)

// coresPerDriver is how many processor cores of browsers one driver keeps busy: a driver is a single
// thread, and takes about a fifth of what its browsers take.
const coresPerDriver = 4

// Options say where things are and how browsers are started.
type Options struct {
	DriverDir   string // folder that holds package/cli.js. Required.
	NodePath    string // Node.js that runs the driver. Required.
	BrowserPath string // Chromium or its headless shell. Required.
	// RunDir is an existing folder of this run. Everything that drivers and browsers write goes
	// below it, and is gone after Close. Keep it short: browsers make Unix sockets in it. Required.
	RunDir  string
	Env     []string     // added to the environment of drivers and browsers, as "NAME=value"
	Headed  bool         // show windows
	Args    []string     // more flags of Chromium, which CheckArg allows
	Drivers int          // how many drivers share the work; 0 is one per 4 cores
	Logger  *slog.Logger // takes what drivers print, at debug level; nil discards

	// OnPageCrash is called for each page that crashes or hangs, and must not block; nil ignores it. Crashes of browsers are
	// the pool's.
	OnPageCrash func(browserpool.Crash)
	// MemoryKills returns how many processes the system has killed so far for want of memory; nil is not known.
	MemoryKills func() int64
	kills       *memoryKills // over MemoryKills
	// NearLimit says which limit of this machine is near or was reached, "" for none; nil is not known.
	NearLimit func() string

	// AnswerLimit is how long a driver may take for a trivial question before it counts as hung, and HangLimit how
	// long a page may. 0 is 20 s and 30 s, far above what a saturated machine needs.
	AnswerLimit, HangLimit time.Duration

	// OnStall is called for each time that a browser or driver (metrics.ProcessBrowser, metrics.ProcessDriver) gives no answer for
	// StallLimit, and must not block; nil ignores it. 0 is 5 s.
	OnStall    func(process string)
	StallLimit time.Duration
}

func (o Options) check() error {
	for _, required := range []struct{ name, value string }{
		{"DriverDir", o.DriverDir}, {"NodePath", o.NodePath},
		{"BrowserPath", o.BrowserPath}, {"RunDir", o.RunDir},
	} {
		if required.value == "" {
			return fmt.Errorf("playwright: option %s is missing", required.name)
		}
	}
	if o.Drivers < 0 {
		return fmt.Errorf("playwright: %d drivers: give 1 or more, or 0 for one per %d cores", o.Drivers, coresPerDriver)
	}
	return nil
}

// A Launcher starts Chromium browsers and the drivers that they need. It implements
// browserpool.Launcher.
type Launcher struct {
	opts    Options
	open    OpenSession
	slots   []*driverSlot
	folders atomic.Int64 // drivers started so far, for naming their folders
	closed  atomic.Bool
}

// A driverSlot holds one driver. The next launch replaces a driver that died.
type driverSlot struct {
	starting *semaphore.Weighted // held while the slot's driver is started
	driver   *driver             // guarded by starting; nil before the first start

	browsers atomic.Int64 // running, and being started
}

// An OpenSession opens a session in a browser.
type OpenSession func(ctx context.Context, b *Browser, opts browserpool.SessionOptions) (browserpool.Session, error)

// NewLauncher checks the options. Drivers are started by the first launches that need them; open opens the
// sessions of their browsers.
func NewLauncher(opts Options, open OpenSession) (*Launcher, error) {
	if err := opts.check(); err != nil {
		return nil, err
	}
	var err error
	if opts.RunDir, err = filepath.Abs(opts.RunDir); err != nil {
		return nil, fmt.Errorf("playwright: run folder: %w", err)
	}
	if opts.Drivers == 0 {
		opts.Drivers = max(1, runtime.NumCPU()/coresPerDriver)
	}
	if opts.AnswerLimit == 0 {
		opts.AnswerLimit = answerLimit
	}
	if opts.HangLimit == 0 {
		opts.HangLimit = hangLimit
	}
	if opts.StallLimit == 0 {
		opts.StallLimit = stallLimit
	}
	if opts.OnStall == nil {
		opts.OnStall = func(string) {}
	}
	if opts.NearLimit == nil {
		opts.NearLimit = func() string { return "" }
	}
	opts.kills = newMemoryKills(opts.MemoryKills, opts.NearLimit)
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if on, why := sandbox.On(); !on {
		opts.Logger.Debug("browsers run without Chromium's sandbox", slog.String("since", why))
	}
	l := &Launcher{opts: opts, open: open}
	for range opts.Drivers {
		l.slots = append(l.slots, &driverSlot{starting: semaphore.NewWeighted(1)})
	}
	return l, nil
}

// launchAttempts is how many drivers may die during a launch before Launch gives up.
const launchAttempts = 3

// Launch starts a browser on the driver that has the fewest. When the driver dies meanwhile, another
// one is started.
func (l *Launcher) Launch(ctx context.Context) (browserpool.Browser, error) {
	var err error
	for range launchAttempts {
		var b *Browser
		if b, err = l.tryLaunch(ctx, l.leastLoaded()); err == nil {
			return b, nil
		}
		if ctx.Err() != nil || !errors.Is(err, browserpool.ErrLost) {
			break
		}
	}
	if near := l.opts.NearLimit(); near != "" && ctx.Err() == nil {
		return nil, fmt.Errorf("launch browser, while %s: %w", near, err)
	}
	return nil, fmt.Errorf("launch browser: %w", err)
}

func (l *Launcher) tryLaunch(ctx context.Context, s *driverSlot) (*Browser, error) {
	gone := sync.OnceFunc(func() { s.browsers.Add(-1) })
	d, err := l.driverOf(ctx, s)
	if err != nil {
		gone()
		return nil, err
	}
	b, err := d.launch(ctx, gone)
	if err != nil {
		gone()
	}
	return b, err
}

// leastLoaded chooses a slot and counts one more browser in it.
func (l *Launcher) leastLoaded() *driverSlot {
	s := slices.MinFunc(l.slots, func(a, b *driverSlot) int { return int(a.browsers.Load() - b.browsers.Load()) })
	s.browsers.Add(1)
	return s
}

// driverOf returns the living driver of a slot, and starts one when there is none.
func (l *Launcher) driverOf(ctx context.Context, s *driverSlot) (*driver, error) {
	if s.starting.Acquire(ctx, 1) != nil {
		return nil, context.Cause(ctx)
	}
	defer s.starting.Release(1)
	if l.closed.Load() {
		return nil, browserpool.ErrClosed
	}
	if s.driver != nil {
		if !s.driver.dead() {
			return s.driver, nil
		}
		select {
		case <-s.driver.done: // it has cleaned up
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	name := fmt.Sprintf("d%d", l.folders.Add(1))
	d, err := startDriver(ctx, l.opts, l.open, filepath.Join(l.opts.RunDir, name))
	if err != nil {
		return nil, err
	}
	s.driver = d
	return d, nil
}

// Close ends all drivers and with them their browsers, and removes their folders.
func (l *Launcher) Close(ctx context.Context) error {
	l.closed.Store(true)
	var wg sync.WaitGroup
	errs := make([]error, len(l.slots))
	for i, s := range l.slots {
		wg.Go(func() { errs[i] = s.close(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// startGrace is how long Close waits, beyond its ctx, for the start of a driver to be abandoned.
const startGrace = 5 * time.Second

func (s *driverSlot) close(ctx context.Context) error {
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), startGrace)
	defer cancel()
	if err := s.starting.Acquire(wait, 1); err != nil {
		return fmt.Errorf("close driver: its start does not end: %w", err)
	}
	defer s.starting.Release(1)
	if s.driver == nil {
		return nil
	}
	return s.driver.close(ctx)
}
