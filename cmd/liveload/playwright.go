package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/browserpool/rundir"
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
func (r *playwrightRoom) Open(context.Context, browserpool.Recorder) (browserpool.Engine, error) {
	return nil, errors.New("the Playwright engine is not connected yet")
}

// Close implements engineRoom.
func (r *playwrightRoom) Close(ctx context.Context) error { return r.dir.Close(ctx) }
