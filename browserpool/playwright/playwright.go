// Package playwright is the engine that drives Chromium through Playwright. Its parts: driver has the drivers
// (Node.js processes that speak Playwright's protocol) and the browsers that they start, session the operations
// of users, objects Playwright's own objects for scripts, and calls makes playwright-go obey contexts. Only these
// know playwright-go. When a browser is started or replaced is the pool's decision.
package playwright

import (
	"github.com/liveload/liveload/browserpool/playwright/driver"
	"github.com/liveload/liveload/browserpool/playwright/session"
)

// Options say where things are and how browsers are started.
type Options = driver.Options

// CheckArg refuses what cannot be one of Options.Args.
func CheckArg(arg string) error { return driver.CheckArg(arg) }

// A Launcher starts browsers. It implements browserpool.Launcher.
type Launcher = driver.Launcher

// NewLauncher checks the options. Drivers are started by the first launches that need them.
func NewLauncher(opts Options) (*Launcher, error) { return driver.NewLauncher(opts, session.New) }
