package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/browserpool/playwright"
	"github.com/liveload/liveload/metrics"
)

// sessions drives the flow through liveload's own sessions, with telemetry or without, until it is interrupted: what
// telemetry costs is what lies between the two.
func sessions(inst installation.Installation, flow, baseURL string, users int, unmeasured bool) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	launcher, err := playwright.NewLauncher(playwright.Options{
		DriverDir: inst.DriverDir, NodePath: inst.NodePath, BrowserPath: inst.BrowserPath, RunDir: dir, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer func() { _ = launcher.Close(context.Background()) }()
	browser, err := launcher.Launch(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = browser.Close(context.Background()) }()
	pages, err := metrics.NewPageLabeler(nil)
	if err != nil {
		return err
	}
	recorder := metrics.NewRecorder("bench", time.Now(), metrics.NewRegistry())
	go func() {
		for range time.Tick(time.Second) {
			recorder.Snapshot(time.Now()) // as a node does
		}
	}()
	errs := make([]error, users)
	var all sync.WaitGroup
	for i := range users {
		all.Go(func() {
			errs[i] = sessionUser(ctx, browser, flow, baseURL, browserpool.SessionOptions{
				Recorder: recorder.Scope(flow), Pages: pages, Unmeasured: unmeasured,
			})
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return errors.Join(errs...)
}

func sessionUser(ctx context.Context, browser browserpool.Browser, flow, baseURL string, options browserpool.SessionOptions) error {
	s, err := browser.NewSession(ctx, options)
	if err != nil {
		return err
	}
	for {
		if err := sessionFlows[flow](ctx, s, baseURL); err != nil {
			return fmt.Errorf("%s: %w", flow, err)
		}
	}
}

var sessionFlows = map[string]func(ctx context.Context, s browserpool.Session, baseURL string) error{
	"counter": sessionCounter,
	"chatty": func(ctx context.Context, s browserpool.Session, baseURL string) error {
		_, err := s.Navigate(ctx, baseURL+"/chatty")
		return err
	},
}

func sessionCounter(ctx context.Context, s browserpool.Session, baseURL string) error {
	if _, err := s.Navigate(ctx, baseURL+"/counter"); err != nil {
		return err
	}
	if err := s.WaitForLiveView(ctx); err != nil {
		return err
	}
	for n := 1; n <= 5; n++ {
		if err := s.Click(ctx, "#inc"); err != nil {
			return err
		}
		if err := s.WaitForText(ctx, "#count", strconv.Itoa(n)); err != nil {
			return err
		}
	}
	return nil
}
