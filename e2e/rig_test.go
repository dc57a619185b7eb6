package e2e

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
)

// An app is a demo application of a test's own.
type app struct {
	*demo.Server
	url string
}

func startApp(t *testing.T) *app {
	t.Helper()
	return startAppWith(t, demoClientDir)
}

// startAppWith starts the demo with the JavaScript clients in a folder.
func startAppWith(t *testing.T, clientDir string) *app {
	t.Helper()
	server, err := demo.New(demo.Options{ClientDir: clientDir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server.Handler())
	t.Cleanup(func() {
		server.Close()
		web.CloseClientConnections()
		web.Close()
	})
	return &app{Server: server, url: web.URL}
}

// settled returns what the demo has counted, once it knows that every browser is gone: its WebSockets
// are closed, and it has counted as many requests as were made. Long-poll sessions live on for a while.
func (a *app) settled(t *testing.T, requests int64) demo.Stats {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		truth := a.Stats()
		left := truth.SocketsNow > 0 && truth.Transports["longpoll"] == 0
		if (!left && truth.HTTPRequests.Total >= requests) || time.Now().After(deadline) {
			return truth
		}
		time.Sleep(10 * time.Millisecond) // the demo has no signal for it
	}
}

// A command is a run of liveload that was started.
type command struct {
	*exec.Cmd
	output *output
	result string // path
}

// An output is what a command prints. It can be read meanwhile.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(data)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func start(t *testing.T, ctx context.Context, args ...string) *command {
	t.Helper()
	return startIn(t, ctx, nil, args...)
}

func startIn(t *testing.T, ctx context.Context, environment []string, args ...string) *command {
	t.Helper()
	c := &command{output: &output{}, result: filepath.Join(t.TempDir(), "r.json")}
	c.Cmd = exec.CommandContext(ctx, liveload, append(args, "--quiet", "--result", c.result)...)
	c.Env = append(append(os.Environ(), "GITHUB_STEP_SUMMARY="), environment...)
	c.Stdout, c.Stderr = c.output, c.output
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as from a shell
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// end waits for the command and returns its exit code.
func (c *command) end(t *testing.T) int {
	t.Helper()
	err := c.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run liveload: %v\n%s", err, c.output)
	}
	return c.ProcessState.ExitCode()
}

// readAll returns the Results that the command has written.
func (c *command) readAll(t *testing.T) []metrics.Result {
	t.Helper()
	file, err := os.Open(c.result)
	if err != nil {
		t.Fatalf("no Result: %v\n%s", err, c.output)
	}
	defer file.Close()
	results, err := metrics.ReadResults(file)
	if err != nil {
		t.Fatalf("read the Result: %v\n%s", err, c.output)
	}
	return results
}

// read returns the one Result that the command has written.
func (c *command) read(t *testing.T) metrics.Result {
	t.Helper()
	results := c.readAll(t)
	if len(results) != 1 || results[0].Error != "" {
		t.Fatalf("Result = %v; want one without an error\n%s", results, c.output)
	}
	return results[0]
}

// run runs a script to its end and returns the Result. The exit code must be 0.
func run(t *testing.T, args ...string) metrics.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c := start(t, ctx, args...)
	if code := c.end(t); code != 0 {
		t.Fatalf("exit code %d\n%s", code, c.output)
	}
	return c.read(t)
}
