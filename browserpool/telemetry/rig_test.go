package telemetry_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/browserpool/playwright"
	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/metrics/metricstest"
)

// rig has one browser for all tests; each test has sessions and a web server of its own.
var rig = browsertest.New(playwright.NewLauncher)

func TestMain(m *testing.M) {
	code := m.Run()
	rig.Close()
	os.Exit(code)
}

const scenario = sessiontest.Scenario

// A visitor is a session and what it has recorded.
type visitor struct {
	browserpool.Session
	recorded *metricstest.Reading
	t        *testing.T
	ctx      context.Context
}

func visit(t *testing.T, adjust ...func(*browserpool.SessionOptions)) *visitor {
	t.Helper()
	var options browserpool.SessionOptions
	for _, f := range adjust {
		f(&options)
	}
	s, recorded := rig.Open(t, options)
	return &visitor{Session: s, recorded: recorded, t: t, ctx: sessiontest.Within(t, 30*time.Second)}
}

// open goes to a page.
func (v *visitor) open(url string) {
	v.t.Helper()
	if err := sessiontest.Moved(v.Navigate(v.ctx, url)); err != nil {
		v.t.Fatalf("open %s: %v", url, err)
	}
}

// eval gives what a JavaScript function in the page gives.
func (v *visitor) eval(fn string, arg any) any {
	v.t.Helper()
	value, err := v.Evaluate(v.ctx, fn, arg)
	if err != nil {
		v.t.Fatalf("evaluate %s: %v", fn, err)
	}
	return value
}

// leave closes the session, so that everything is recorded.
func (v *visitor) leave() {
	v.t.Helper()
	if err := v.Close(v.ctx); err != nil {
		v.t.Fatalf("close the session: %v", err)
	}
}

// site serves pages by path; the page at / is empty when none is given.
func site(t *testing.T, handlers map[string]http.HandlerFunc) string {
	mux := http.NewServeMux()
	if handlers["/"] == nil {
		mux.HandleFunc("GET /{$}", html("<p>empty</p>"))
	}
	for path, h := range handlers {
		mux.HandleFunc(path, h)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

func html(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte("<!doctype html><link rel=icon href='data:,'>" + body))
	}
}
