package main

import (
	"context"
	"log/slog"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/browserpool/playwright"
	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/metrics"
)

// engineNeeds say what kind of browsers a run wants.
type engineNeeds struct {
	environment installation.Env
	log         *slog.Logger
}

// A playwrightRoom makes the browsers that Playwright drives.
type playwrightRoom struct {
	found installation.Installation
	needs engineNeeds
}

// openPlaywright finds the installation.
func openPlaywright(_ context.Context, needs engineNeeds) (engineRoom, error) {
	found, err := installation.Locate(needs.environment)
	if err != nil {
		return nil, err
	}
	return &playwrightRoom{found: found, needs: needs}, nil
}

// Open implements engineRoom.
func (r *playwrightRoom) Open(_ context.Context, dir *rundir.Dir, recorder browserpool.Recorder) (browserpool.Engine, error) {
	launcher, err := playwright.NewLauncher(playwright.Options{
		DriverDir: r.found.DriverDir, NodePath: r.found.NodePath, BrowserPath: r.found.BrowserPath,
		RunDir: dir.Path(), Env: dir.Env(), Headed: r.needs.environment.Headed, Logger: r.needs.log,
	})
	if err != nil {
		return nil, err
	}
	return browserpool.NewPool(launcher, browserpool.PoolOptions{
		Logger:  r.needs.log,
		OnCrash: func(string) { recorder.Add(metrics.BrowserCrashes, "playwright", 1) }, // the pool logs it
	}), nil
}
