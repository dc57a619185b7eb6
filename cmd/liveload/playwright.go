package main

import (
	"context"
	"fmt"
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

// A playwrightRoom keeps the browsers that Playwright drives.
type playwrightRoom struct {
	found installation.Installation
	dir   *rundir.Dir
	needs engineNeeds
}

// openPlaywright finds the installation, and cleans up after runs that could not do so themselves.
func openPlaywright(ctx context.Context, needs engineNeeds) (engineRoom, error) {
	found, err := installation.Locate(needs.environment)
	if err != nil {
		return nil, err
	}
	swept, err := rundir.Sweep(ctx, needs.environment.Cache)
	if text := swept.String(); text != "" {
		needs.log.Warn(text)
	}
	if err != nil {
		needs.log.Warn("could not clean up after earlier runs", "error", err)
	}
	dir, err := rundir.Open(needs.environment.Cache)
	if err != nil {
		return nil, fmt.Errorf("make a folder for this run: %w", err)
	}
	return &playwrightRoom{found: found, dir: dir, needs: needs}, nil
}

// Open implements engineRoom.
func (r *playwrightRoom) Open(_ context.Context, recorder browserpool.Recorder) (browserpool.Engine, error) {
	launcher, err := playwright.NewLauncher(playwright.Options{
		DriverDir: r.found.DriverDir, NodePath: r.found.NodePath, BrowserPath: r.found.BrowserPath,
		RunDir: r.dir.Path(), Env: r.dir.Env(), Headed: r.needs.environment.Headed, Logger: r.needs.log,
	})
	if err != nil {
		return nil, err
	}
	return browserpool.NewPool(launcher, browserpool.PoolOptions{
		Logger:  r.needs.log,
		OnCrash: func(string) { recorder.Add(metrics.BrowserCrashes, "playwright", 1) }, // the pool logs it
	}), nil
}

// Close implements engineRoom.
func (r *playwrightRoom) Close(ctx context.Context) error { return r.dir.Close(ctx) }
