package session

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/browserpool/playwright/driver"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// A demoRig is one browser, shared by the tests of sessions; each test has its own demo application and
// sessions.
type demoRig struct {
	clients string
	browser browserpool.Browser
}

// installed is what is installed, looked for before any launch: the environment names another Node.js while a
// driver starts.
var installed = sync.OnceValues(installation.Here)

// patience is how long a test waits for what must happen soon.
const patience = 30 * time.Second

// shortHang is how long a page of the tests may be silent before its session counts as hung.
const shortHang = 3 * time.Second

var theDemoRig = sync.OnceValues(startDemoRig)

// sharedRig returns the rig, which ends with the test process's last test (see TestMain).
func sharedRig(t testing.TB) *demoRig {
	t.Helper()
	r, err := theDemoRig()
	if err != nil {
		t.Fatalf("start the demo and a browser: %v", err)
	}
	return r
}

// atEnd is what TestMain closes.
var atEnd []func()

func startDemoRig() (*demoRig, error) {
	inst, err := installed()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "llr")
	if err != nil {
		return nil, err
	}
	launcher, err := driver.NewLauncher(driver.Options{
		DriverDir: inst.DriverDir, NodePath: inst.NodePath, BrowserPath: inst.BrowserPath,
		RunDir: folder, Logger: slog.New(slog.DiscardHandler), HangLimit: shortHang,
	}, New)
	if err != nil {
		return nil, err
	}
	browser, err := launcher.Launch(context.Background())
	if err != nil {
		return nil, err
	}
	atEnd = append(atEnd, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = browser.Close(ctx)
		_ = launcher.Close(ctx)
		_ = os.RemoveAll(filepath.Clean(folder))
	})
	return &demoRig{clients: inst.DemoClientDir, browser: browser}, nil
}

// An app is a demo application of a test's own.
type app struct {
	*demo.Server
	url string
}

func (r *demoRig) app(t testing.TB) *app {
	t.Helper()
	server, err := demo.New(demo.Options{ClientDir: r.clients, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server.Handler())
	t.Cleanup(func() {
		server.Close()
		web.Close()
	})
	return &app{Server: server, url: web.URL}
}

// A user is a session with what it has recorded.
type user struct {
	browserpool.Session
	recorded *metricstest.Reading
}

const scenario = "test"

func (r *demoRig) user(t testing.TB, options map[string]any) *user {
	t.Helper()
	return openUser(t, r.browser, browserpool.SessionOptions{Context: options})
}

// openUser opens a session that records.
func openUser(t testing.TB, b browserpool.Browser, opts browserpool.SessionOptions) *user {
	t.Helper()
	recorder := metrics.NewRecorder("node", time.Now(), metrics.NewRegistry())
	pages, err := metrics.NewPageLabeler(nil)
	if err != nil {
		t.Fatal(err)
	}
	opts.Recorder, opts.Pages = recorder.Scope(scenario), pages
	s, err := b.NewSession(within(t, 30*time.Second), opts)
	if err != nil {
		t.Fatalf("open a session: %v", err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	return &user{Session: s, recorded: metricstest.NewReading(recorder)}
}

func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// must fails the test at the first error of a chain of steps.
func must(t testing.TB, errs ...error) {
	t.Helper()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
}
