// Package browsertest starts the installed browser for the tests of packages that need a real one, and opens
// sessions that record.
package browsertest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/browserpool/playwright/driver"
	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics/metricstest"
)

// Installed is what is installed, looked for before any launch: the environment names another Node.js while a
// driver starts.
var Installed = sync.OnceValues(installation.Here)

// A Rig is one browser for all tests of a package. Safe for concurrent use.
type Rig struct {
	start    func() error
	launcher *driver.Launcher
	folder   string

	mu      sync.Mutex
	browser browserpool.Browser
}

// New returns a rig whose browser starts when the first test asks for it, with the launcher that newLauncher
// returns, such as playwright.NewLauncher. TestMain closes it.
func New(newLauncher func(driver.Options) (*driver.Launcher, error)) *Rig {
	r := &Rig{}
	r.start = sync.OnceValue(func() error { return r.launch(newLauncher) })
	return r
}

func (r *Rig) launch(newLauncher func(driver.Options) (*driver.Launcher, error)) error {
	found, err := Installed()
	if err != nil {
		return err
	}
	if r.folder, err = os.MkdirTemp("", "llt"); err != nil {
		return err
	}
	r.launcher, err = newLauncher(driver.Options{
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
	if err := r.start(); err != nil {
		t.Fatalf("start a browser: %v", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.browser
}

// Open opens a session in the browser: see sessiontest.Open.
func (r *Rig) Open(t testing.TB, opts browserpool.SessionOptions) (browserpool.Session, *metricstest.Reading) {
	t.Helper()
	return sessiontest.Open(t, r.Browser(t), opts)
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

// Demo serves a demo application of a test's own below / of mux, and returns its address. It ends with the test.
func Demo(t testing.TB, mux *http.ServeMux) (*demo.Server, string) {
	t.Helper()
	found, err := Installed()
	if err != nil {
		t.Fatal(err)
	}
	server, err := demo.New(demo.Options{ClientDir: found.DemoClientDir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/", server.Handler())
	web := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.Close()
		web.CloseClientConnections()
		web.Close()
	})
	return server, web.URL
}
