package engines

import (
	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/browserpool/playwright"
	"github.com/liveload/liveload/browserpool/rundir"
)

// playwrightEngine drives Chromium with the driver and the browser that were installed.
func playwrightEngine(options Options) (newLauncher, error) {
	found, err := installation.Locate(options.Environment)
	if err != nil {
		return nil, err
	}
	return func(dir *rundir.Dir) (browserpool.Launcher, error) {
		return playwright.NewLauncher(playwright.Options{
			DriverDir: found.DriverDir, NodePath: found.NodePath, BrowserPath: found.BrowserPath,
			RunDir: dir.Path(), Env: dir.Env(), Headed: options.Environment.Headed, Logger: options.Logger,
		})
	}, nil
}
