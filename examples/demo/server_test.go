package demo

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// writeClients makes a folder with stand-ins for the npm packages.
func writeClients(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for path, content := range map[string]string{
		"phoenix/priv/static/phoenix.mjs":                        "export class Socket {}",
		"phoenix_live_view/priv/static/phoenix_live_view.esm.js": "export class LiveSocket {}",
		"phoenix_live_view/package.json":                         `{"version":"9.8.7"}`,
	} {
		file := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestNewSaysHowToGetTheClients(t *testing.T) {
	_, err := New(Options{ClientDir: t.TempDir()})
	if !errors.Is(err, ErrNoClient) || !strings.Contains(err.Error(), "liveload install") {
		t.Errorf("New without clients = %v", err)
	}
}

func TestAssets(t *testing.T) {
	server, err := New(Options{ClientDir: writeClients(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	a := server.assets
	equal(t, "client version", a.clientVersion, "9.8.7")
	for path := range a.files {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.url(path), nil)
		if err != nil {
			t.Fatal(err)
		}
		first := record(server, request)
		equal(t, path, first.status, http.StatusOK)
		equal(t, path, first.header.Get("Cache-Control"), "public, max-age=31536000, immutable")
		request.Header.Set("If-None-Match", first.header.Get("ETag"))
		equal(t, path+" again", record(server, request).status, http.StatusNotModified)
	}
}

type recorded struct {
	status int
	header http.Header
}

func (r *recorded) Header() http.Header            { return r.header }
func (r *recorded) WriteHeader(status int)         { r.status = status }
func (r *recorded) Write(data []byte) (int, error) { return len(data), nil }

func record(server *Server, request *http.Request) *recorded {
	r := &recorded{header: make(http.Header)}
	server.Handler().ServeHTTP(r, request)
	return r
}

func TestStatsOverHTTP(t *testing.T) {
	r := newRig(t)
	view := r.join("/counter", "websocket")
	r.click(view, "inc", nil)
	var s Stats
	if err := json.Unmarshal([]byte(r.open("/__stats").HTML), &s); err != nil {
		t.Fatal(err)
	}
	equal(t, "inc", s.Events["inc"], 1)
	equal(t, "requests without /__stats and upgrade", s.HTTPRequests.Total, 1)
	page, err := r.browser.Submit(r.ctx, "/__stats/reset", nil)
	r.must(err)
	equal(t, "reset", page.Status, http.StatusNoContent)
	s = r.server.Stats()
	equal(t, "events after reset", s.EventsTotal, 0)
	equal(t, "opened after reset", s.SocketsOpened, 0)
	equal(t, "now after reset", s.SocketsNow, 1)
}

// TestStatsAreExactUnderConcurrency has many users click at once and counts with them.
func TestStatsAreExactUnderConcurrency(t *testing.T) {
	r := newRig(t)
	const users, clicks = 40, 25
	var wg sync.WaitGroup
	for n := range users {
		browser := r.newBrowser(r.browser.Base)
		wg.Go(func() {
			page, err := browser.Open(r.ctx, "/counter")
			if err != nil {
				t.Error(err)
				return
			}
			socket, err := browser.Connect(r.ctx, transports[n%2])
			if err != nil {
				t.Error(err)
				return
			}
			defer socket.Close()
			view, _, err := socket.Join(r.ctx, page.Views[0], page.URL.String())
			for i := 0; err == nil && i < clicks; i++ {
				_, err = view.Click(r.ctx, "inc", nil)
			}
			if err != nil {
				t.Error(err)
				return
			}
			if !strings.Contains(view.Tree.HTML(), `id="count">25<`) {
				t.Errorf("user %d does not see 25", n)
			}
		})
	}
	wg.Wait()
	s := r.server.Stats()
	equal(t, "events", s.Events["inc"], users*clicks)
	equal(t, "joins", s.JoinsTotal, users)
	equal(t, "opened", s.SocketsOpened, users)
	equal(t, "page loads", s.HTTPRequests.Detail["/counter"]["200"], users)
	equal(t, "frames", s.Frames["websocket"].Received+s.Frames["longpoll"].Received, users*(clicks+1))
	equal(t, "handler times", s.HandlerTime.Count, users*clicks)
}

func TestHistogram(t *testing.T) {
	var h histogram
	for i := 1; i <= 1000; i++ {
		h.add(time.Duration(i) * time.Millisecond)
	}
	for q, want := range map[float64]float64{0.5: 500_000, 0.95: 950_000} {
		if got := h.quantile(q); got < want || got > want*1.012 {
			t.Errorf("quantile %v = %v, want %v or at most 1.2 %% more", q, got, want)
		}
	}
	equal(t, "quantile of nothing", (&histogram{}).quantile(0.5), 0)
}

func TestNormalise(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/products/12": "/products/:id", "/chatty/img/3": "/chatty/img/:id", "/v2/x": "/v2/x", "/1/2": "/:id/:id",
	} {
		equal(t, path, normalise(path), want)
	}
}
