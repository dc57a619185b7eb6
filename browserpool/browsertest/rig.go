// Package browsertest starts the installed browser for the tests of packages that need a real one.
package browsertest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/browserpool/playwright"
)

// A Rig is one browser for all tests of a package. Safe for concurrent use.
type Rig struct {
	start    func() error
	launcher *playwright.Launcher
	folder   string
	clients  string

	mu      sync.Mutex
	browser browserpool.Browser
}

// New returns a rig whose browser starts when the first test asks for it. TestMain closes it.
func New() *Rig {
	r := &Rig{}
	r.start = sync.OnceValue(r.launch)
	return r
}

func (r *Rig) launch() error {
	found, err := installation.Here()
	if err != nil {
		return err
	}
	r.clients = found.DemoClientDir
	if r.folder, err = os.MkdirTemp("", "llt"); err != nil {
		return err
	}
	r.launcher, err = playwright.NewLauncher(playwright.Options{
		DriverDir: found.DriverDir, NodePath: found.NodePath, BrowserPath: found.BrowserPath,
		RunDir: r.folder, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	return r.Relaunch(context.Background())
}

// Relaunch takes another browser in the place of one that has died.
func (r *Rig) Relaunch(ctx context.Context) error {
	browser, err := r.launcher.Launch(ctx)
	if err != nil {
		return fmt.Errorf("launch a browser: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.browser = browser
	return nil
}

// Browser is the one that runs.
func (r *Rig) Browser(t testing.TB) browserpool.Browser {
	t.Helper()
	r.ready(t)
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.browser
}

// ClientDir has the LiveView clients for a demo application.
func (r *Rig) ClientDir(t testing.TB) string {
	t.Helper()
	r.ready(t)
	return r.clients
}

func (r *Rig) ready(t testing.TB) {
	t.Helper()
	if err := r.start(); err != nil {
		t.Fatalf("start a browser: %v", err)
	}
}

// Close ends the browser and its driver, if any test has started them.
func (r *Rig) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if r.browser != nil {
		_ = r.browser.Close(ctx)
	}
	if r.launcher != nil {
		_ = r.launcher.Close(ctx)
	}
	if r.folder != "" {
		_ = os.RemoveAll(r.folder)
	}
}
