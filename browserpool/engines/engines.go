// Package engines is the table of the engines that a run can choose from, by name. A new one is a folder
// below browserpool and a row here; browserpool/sessiontest has the tests that it must pass.
package engines

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/browserpool/playwright"
	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/metrics"
)

// Default is the engine of runs that name none.
const Default = "playwright"

// table has a constructor for each engine: it finds what the engine needs on this machine, and returns what
// makes launchers for the folder of a run.
var table = map[string]func(Options) (newLauncher, error){
	"playwright": playwrightEngine,
}

// A newLauncher makes a launcher. It has onCrash called for each page that crashes or hangs, and onStall for each process that
// stands still.
type newLauncher = func(dir *rundir.Dir, onCrash func(browserpool.Crash), onStall func(process string)) (browserpool.Launcher, error)

// Names are those of all engines, sorted.
func Names() []string { return slices.Sorted(maps.Keys(table)) }

// Options are what a run decides about its engine.
type Options struct {
	Environment installation.Env
	Args        []string // more flags for the browser, which CheckArg allows
	Logger      *slog.Logger
	// MemoryKills returns how many processes the system has killed so far for want of memory; nil is not known.
	MemoryKills func() int64
	// NearLimit says which limit of this machine is near or was reached, "" for none; nil is not known.
	NearLimit func() string
}

// CheckArg refuses a flag that browsers of an engine cannot be given.
func CheckArg(arg string) error { return playwright.CheckArg(arg) }

// A Ready engine has what it needs to start browsers.
type Ready struct {
	name    string
	options Options
	launch  newLauncher
}

// Find prepares the engine of that name. It starts nothing.
func Find(name string, options Options) (*Ready, error) {
	construct, ok := table[name]
	if !ok {
		return nil, fmt.Errorf("there is no engine %q: use %s", name, strings.Join(Names(), ", "))
	}
	launch, err := construct(options)
	if err != nil {
		return nil, err
	}
	return &Ready{name: name, options: options, launch: launch}, nil
}

// Open returns a pool of browsers that keep their files in the folder of the run, and count crashes with the
// recorder. The caller closes it; several may be open.
func (r *Ready) Open(dir *rundir.Dir, recorder browserpool.Recorder) (browserpool.Engine, error) {
	count := func(c browserpool.Crash) {
		recorder.Add(metrics.BrowserCrashes, metrics.BrowserCrashes.With(c.Cause, c.Process, r.name), 1)
	}
	launcher, err := r.launch(dir, count, func(process string) {
		recorder.Add(metrics.BrowserStalls, metrics.BrowserStalls.With(process), 1)
	})
	if err != nil {
		return nil, err
	}
	return browserpool.NewPool(launcher, browserpool.PoolOptions{Logger: r.options.Logger, OnCrash: count}), nil
}

// playwrightEngine drives Chromium with the driver and the browser that were installed.
func playwrightEngine(options Options) (newLauncher, error) {
	found, err := installation.Locate(options.Environment)
	if err != nil {
		return nil, err
	}
	return func(dir *rundir.Dir, onCrash func(browserpool.Crash), onStall func(string)) (browserpool.Launcher, error) {
		return playwright.NewLauncher(playwright.Options{
			DriverDir: found.DriverDir, NodePath: found.NodePath, BrowserPath: found.BrowserPath,
			RunDir: dir.Path(), Env: dir.Env(), Headed: options.Environment.Headed, Args: options.Args, Logger: options.Logger,
			OnPageCrash: onCrash, OnStall: onStall, MemoryKills: options.MemoryKills, NearLimit: options.NearLimit,
		})
	}, nil
}
