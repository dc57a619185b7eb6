package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
)

// startDemo serves the demo with the clients that `liveload install` put there.
func startDemo(t *testing.T) (*demo.Server, string) {
	t.Helper()
	env, err := installation.System(nil)
	if err != nil {
		t.Fatal(err)
	}
	clients, err := installation.LocateDemoClient(env)
	if err != nil {
		t.Fatal(err)
	}
	app, err := demo.New(demo.Options{ClientDir: clients})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(app.Handler())
	t.Cleanup(func() { app.Close(); server.Close() })
	return app, server.URL
}

// TestCounterAgreesWithTheDemo runs the example as the README does, with real browsers, and compares
// the Result with what the application counted itself.
func TestCounterAgreesWithTheDemo(t *testing.T) {
	app, url := startDemo(t)
	result := filepath.Join(t.TempDir(), "result.json")
	var out, complaints bytes.Buffer
	o := system()
	o.args = []string{"../../examples/counter.js", "--users", "3", "--duration", "3s", "--ramp-up", "500ms",
		"--config", "baseURL=" + url, "--result", result}
	o.stdout, o.stderr, o.stdoutTTY, o.stderrTTY = &out, &complaints, false, false
	o.interrupts = func() (<-chan os.Signal, func()) { return nil, func() {} }
	if code := o.main(); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out.String(), complaints.String())
	}

	got := readResult(t, result).Global
	counter := func(m *metrics.Metric, label string) int64 { return got.Counters[m.Name].By[label] }
	count := func(m *metrics.Metric) int64 { return got.Histograms[m.Name].Aggregate.Count }
	iterations := counter(metrics.Iterations, "ok")
	if iterations == 0 || got.Users.Succeeded != 3 || got.Users.Failed != 0 {
		t.Fatalf("%d iterations, users %+v\n%s", iterations, got.Users, out.String())
	}
	truth := app.Stats()
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"five clicks an iteration", counter(metrics.LiveViewEvents, "inc"), 5 * iterations},
		{"events that the demo handled", counter(metrics.LiveViewEvents, "inc"), truth.Events["inc"]},
		{"events with a duration", count(metrics.LiveViewEventDuration), truth.EventsTotal},
		{"joins", count(metrics.LiveViewJoinDuration), truth.JoinsTotal},
		{"sockets opened", got.Counters[metrics.WebSocketConnectionsOpened.Name].Aggregate, truth.SocketsOpened},
		{"HTTP requests", counter(metrics.HTTPRequests, "2xx"), truth.HTTPRequests.Total},
		{"clicks", got.Histograms[metrics.ActionDuration.Name].By["click"].Count, 5 * iterations},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	if life := time.Duration(got.Histograms[metrics.ScenarioDuration.Name].Aggregate.Percentile(0)) * time.Microsecond; life < 3*time.Second {
		t.Errorf("the shortest user lived %v, want its 3s", life)
	}
	if !strings.Contains(out.String(), "3 users ok, 0 failed") {
		t.Errorf("the summary lacks the users:\n%s", out.String())
	}
}

// TestLoginOnce runs the example: the login happens once, and every user is logged in.
func TestLoginOnce(t *testing.T) {
	app, url := startDemo(t)
	result := filepath.Join(t.TempDir(), "result.json")
	var out, complaints bytes.Buffer
	o := system()
	o.args = []string{"../../examples/login_once.js", "--users", "3", "--duration", "3s", "--config", "baseURL=" + url, "--result", result}
	o.stdout, o.stderr, o.stdoutTTY, o.stderrTTY = &out, &complaints, false, false
	o.interrupts = func() (<-chan os.Signal, func()) { return nil, func() {} }
	if code := o.main(); code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, out.String(), complaints.String())
	}
	got, truth := readResult(t, result).Global, app.Stats()
	iterations := got.Counters[metrics.Iterations.Name].By["ok"]
	if got.Users.Succeeded != 3 || iterations < 3 || truth.Events["rename"] != iterations {
		t.Errorf("users %+v, %d iterations, %d of them renamed somebody\n%s", got.Users, iterations, truth.Events["rename"], out.String())
	}
	// The form, the login and the account page are config's, and no user's.
	if users := got.Counters[metrics.HTTPRequests.Name].Aggregate; truth.HTTPRequests.Total-users != 3 {
		t.Errorf("%d requests, %d of them by users; want 3 by config", truth.HTTPRequests.Total, users)
	}
}
