package control_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/control"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// A run remembers what it was told, and refuses what is for the scenario "old".
type run struct {
	mu      sync.Mutex
	told    []plan.Command
	stopped int
}

func (r *run) Status() control.Status {
	three := 3
	return control.Status{ID: "abc", Scripts: []string{"shop.js"}, Since: time.Unix(1, 0).UTC(), Scenarios: []cluster.ScenarioStatus{
		{Name: "browse", State: cluster.Paused, Users: 3, Wanted: &three, Kind: plan.KindControlled}, {Name: "login", Users: 4, Rate: "3/s"},
	}}
}

func (r *run) Steer(_ context.Context, scenario string, cmd plan.Command) (cluster.Steered, error) {
	if scenario == "old" {
		return cluster.Steered{}, errors.New("it has ended")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = append(r.told, cmd)
	return cluster.Steered{Scenario: scenario, Changes: []metrics.Change{{What: metrics.Paused}}}, nil
}

func (r *run) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped++
}

func serve(t *testing.T, folder string, r control.Run) *control.Client {
	t.Helper()
	server, err := control.Serve(folder, r, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if _, err := os.Lstat(control.Socket(folder)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the socket is still there: %v", err)
		}
	})
	return control.NewClient(folder)
}

// TestCommandsArrive through a socket in a folder, also in one whose path is longer than that of a socket
// may be. Only the user can reach the socket, and nothing else is left anywhere.
func TestCommandsArrive(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for _, folder := range []string{filepath.Join(temp, "run"), filepath.Join(temp, strings.Repeat("long", 20), strings.Repeat("name", 20))} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		r := &run{}
		client := serve(t, folder, r)
		if info, err := os.Lstat(control.Socket(folder)); err != nil || info.Mode() != fs.ModeSocket|0o600 {
			t.Errorf("the socket is %v, %v; want 0600", info, err)
		}
		status, err := client.Status(t.Context())
		if err != nil || status.ID != "abc" || status.Users() != 7 || *status.Scenarios[0].Wanted != 3 || status.Scenarios[1].Rate != "3/s" {
			t.Errorf("Status = %+v, %v", status, err)
		}
		users, rate := 5, shape.Rate{Count: 1, Per: 500 * time.Millisecond}
		steered, err := client.Steer(t.Context(), "browse", plan.Command{Users: &users, Rate: &rate})
		if err != nil || steered.Scenario != "browse" || len(steered.Changes) != 1 || len(r.told) != 1 || *r.told[0].Users != 5 || *r.told[0].Rate != rate {
			t.Errorf("Steer = %+v, %v, told %+v", steered, err, r.told)
		}
		var refused *control.RefusedError
		if _, err := client.Steer(t.Context(), "old", plan.Command{Stop: true}); !errors.As(err, &refused) || refused.Reason != "it has ended" {
			t.Errorf("a refused command = %v", err)
		}
		if err := client.Stop(t.Context()); err != nil || r.stopped != 1 {
			t.Errorf("Stop = %v, stopped %d times", err, r.stopped)
		}
	}
	if left, err := filepath.Glob(filepath.Join(temp, "liveload-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestNobodyListens(t *testing.T) {
	if _, err := control.NewClient(t.TempDir()).Status(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Status = %v", err)
	}
	if _, err := control.Serve(filepath.Join(t.TempDir(), "missing"), &run{}, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("Serve in a folder that is not there gave no error")
	}
}

func TestRequestsAreRead(t *testing.T) {
	for _, c := range []struct {
		method, path, kind, body string
		status                   int
		says                     string
	}{
		{"POST", "/v1/steer", "application/json", `{"users":3}`, 200, `"scenario":""`},
		{"POST", "/v1/steer", "application/json; charset=utf-8", `{"scenario":"a","paused":false} `, 200, `"paused"`},
		{"POST", "/v1/steer", "text/plain", `{"users":3}`, 415, "application/json"},
		{"POST", "/v1/steer", "application/json", `{"users":3.5}`, 400, `"read command: users must be a whole number"`},
		{"POST", "/v1/steer", "application/json", `{"users":"many"}`, 400, `"read command: users must be a whole number"`},
		{"POST", "/v1/steer", "application/json", `{"paused":1}`, 400, `"read command: paused must be true or false"`},
		{"POST", "/v1/steer", "application/json", `{"rate":"3"}`, 400, "does not say in which time"},
		{"POST", "/v1/steer", "application/json", `{"user":3}`, 400, `unknown field \"user\"`},
		{"POST", "/v1/steer", "application/json", `{"users":3}{}`, 400, "something behind it"},
		{"POST", "/v1/steer", "application/json", `{"users":2000000}`, 400, "more than one run can have"},
		{"POST", "/v1/steer", "application/json", `{"scenario":"a"}`, 400, "says nothing"},
		{"POST", "/v1/steer", "application/json", `{"scenario":"` + strings.Repeat("a", 5000) + `"}`, 400, "too large"},
		{"POST", "/v1/steer", "application/json", ``, 400, "EOF"},
		{"POST", "/v1/stop", "application/json", `{}`, 200, `{}`},
		{"POST", "/v1/stop", "application/json", `{"scenario":"a"}`, 400, "unknown field"},
		{"GET", "/v1/stop", "", "", 405, ""},
		{"GET", "/v2/run", "", "", 404, ""},
	} {
		request := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		request.Header.Set("Content-Type", c.kind)
		answer := httptest.NewRecorder()
		control.Handler(&run{}).ServeHTTP(answer, request)
		if text := answer.Body.String(); answer.Code != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s %s %.40q = %d %q, want %d with %q", c.method, c.path, c.body, answer.Code, text, c.status, c.says)
		}
	}
}

// TestAnotherVersion: what a client does not understand is an error that says so.
func TestAnotherVersion(t *testing.T) {
	folder := t.TempDir()
	listener, err := net.Listen("unix", control.Socket(folder))
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, "<html>")
	})}}
	server.Start()
	defer server.Close()
	client := control.NewClient(folder)
	if err := client.Stop(t.Context()); err == nil || !strings.Contains(err.Error(), "404 Not Found: is it of another version") {
		t.Errorf("Stop = %v", err)
	}
	if _, err := client.Status(t.Context()); err == nil || !strings.Contains(err.Error(), "read the answer of the run") {
		t.Errorf("Status = %v", err)
	}
}

// TestCloseAnswers the command that is under way.
func TestCloseAnswers(t *testing.T) {
	folder, slow := t.TempDir(), &slowRun{begun: make(chan struct{}), finish: make(chan struct{})}
	server, err := control.Serve(folder, slow, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() { answered <- control.NewClient(folder).Stop(t.Context()) }()
	<-slow.begun
	closed := make(chan error, 1)
	go func() { closed <- server.Close(context.Background()) }()
	close(slow.finish)
	if err := errors.Join(<-answered, <-closed); err != nil {
		t.Error(err)
	}
}

type slowRun struct {
	run
	begun, finish chan struct{}
}

func (r *slowRun) Stop() {
	close(r.begun)
	<-r.finish
}
