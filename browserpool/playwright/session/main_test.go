package session

import (
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/browserpool/playwright/driver"
	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics/metricstest"
)

const (
	// patience is how long a test waits for what must happen soon.
	patience = 30 * time.Second
	// shortHang is how long a page may be silent in browsers that a test breaks. It is too short for what works on a busy machine.
	shortHang = 3 * time.Second
)

// rig is one browser, shared by the tests of sessions; each test has its own demo application and sessions.
var rig = browsertest.New(func(o driver.Options) (*driver.Launcher, error) { return driver.NewLauncher(o, New) })

// An app is a demo application of a test's own.
type app struct {
	*demo.Server
	url string
}

func newApp(t testing.TB) *app {
	t.Helper()
	server, url := browsertest.Demo(t, http.NewServeMux())
	return &app{Server: server, url: url}
}

// A user is a session with what it has recorded.
type user struct {
	browserpool.Session
	recorded *metricstest.Reading
}

// newUser opens a session in the shared browser.
func newUser(t testing.TB, options map[string]any) *user {
	t.Helper()
	return openUser(t, rig.Browser(t), browserpool.SessionOptions{Context: options})
}

func openUser(t testing.TB, b browserpool.Browser, opts browserpool.SessionOptions) *user {
	t.Helper()
	s, recorded := sessiontest.Open(t, b, opts)
	return &user{Session: s, recorded: recorded}
}

var must, within, awaitClosed = sessiontest.Must, sessiontest.Within, sessiontest.AwaitClosed

func TestMain(m *testing.M) {
	code := m.Run()
	rig.Close()
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, "goroutines are left:", err)
		code = 1
	}
	os.Exit(code)
}
