//go:build linux

package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// TestKilledBrowserAndDriver kills a part of a run in its middle: that costs the iterations that it
// carried, and is in the Result; the run goes on.
func TestKilledBrowserAndDriver(t *testing.T) {
	for _, tt := range []struct{ part, policy string }{
		{"browser", "continue"}, {"browser", "restart"}, {"driver", "continue"}, {"driver", "restart"},
	} {
		t.Run(tt.part+" "+tt.policy, func(t *testing.T) {
			a, home := startApp(t), newHome(t)
			c := home.start(t, a, "--on-failure", tt.policy, "--config", "pause=100ms")
			waitUntil(t, "some iterations", func() bool { return a.Stats().EventsTotal >= 4 })
			victim := home.find(t, c, tt.part)
			before := a.Stats().EventsTotal
			if err := syscall.Kill(victim, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			waitUntil(t, "the run to go on", func() bool { return a.Stats().EventsTotal >= before+6 })
			c.interrupt(t)
			if code := c.end(t); code != 130 {
				t.Errorf("exit code %d, want 130\n%s", code, c.output)
			}
			r := c.read(t)
			if n := counter(r, metrics.BrowserCrashes).Aggregate; n != 1 {
				t.Errorf("browser_crashes = %d, want 1", n)
			}
			// A user is between two iterations for a moment, and then fails with none.
			lost := counter(r, metrics.IterationFailures).By
			if n := lost["browser lost"]; n < 1 || n > 2 || counter(r, metrics.IterationFailures).Aggregate != n {
				t.Errorf("failed iterations = %v, want 1 or 2 of class \"browser lost\"", lost)
			}
			same(t, "users that went on", r.Global.Users.Succeeded, 2)
			home.isClean(t)
		})
	}
}

// TestKilledLiveload kills the command itself: the next start takes away what it has left.
func TestKilledLiveload(t *testing.T) {
	a, home := startApp(t), newHome(t)
	c := home.start(t, a, "--config", "pause=100ms")
	waitUntil(t, "an iteration", func() bool { return a.Stats().EventsTotal >= 2 })
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.end(t)
	if home.folders(t) == 0 {
		t.Error("the killed run has left no folder: this test shows nothing")
	}
	next := home.start(t, a, "--duration", "1s", "--config", "pause=100ms")
	if code := next.end(t); code != 0 {
		t.Errorf("the next run ends with %d\n%s", code, next.output)
	}
	home.isClean(t)
}

// TestInterruptedOnce lets the running iterations finish, also when the signal comes to all processes of the group: from Ctrl-C in a
// terminal, and from timeout(1).
func TestInterruptedOnce(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) { interruptedOnce(t, signal) })
	}
}

func interruptedOnce(t *testing.T, signal syscall.Signal) {
	a, home := startApp(t), newHome(t)
	c := home.start(t, a, "--config", "pause=2s")
	waitUntil(t, "both users at work", func() bool { return a.Stats().EventsTotal >= 2 })
	if err := syscall.Kill(-c.Process.Pid, signal); err != nil {
		t.Fatal(err)
	}
	if code := c.end(t); code != 130 {
		t.Errorf("exit code %d, want 130\n%s", code, c.output)
	}
	r := c.read(t)
	same(t, "iterations", counter(r, metrics.Iterations).Aggregate, 2)
	same(t, "good iterations", counter(r, metrics.Iterations).By["ok"], 2)
	compare(t, r, a.settled(t, counter(r, metrics.HTTPRequests).Aggregate), 0)
	home.isClean(t)
}

// TestInterruptedTwice breaks the iterations off.
func TestInterruptedTwice(t *testing.T) {
	a, home := startApp(t), newHome(t)
	c := home.start(t, a, "--config", "pause=25s")
	waitUntil(t, "both users at work", func() bool { return a.Stats().EventsTotal >= 2 })
	began := time.Now()
	c.interrupt(t)
	// The system makes one of two signals that come at the same time.
	waitUntil(t, "the first signal", func() bool { return strings.Contains(c.output.String(), "press Ctrl-C again") })
	c.interrupt(t)
	if code := c.end(t); code != 130 {
		t.Errorf("exit code %d, want 130\n%s", code, c.output)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("stopping took %v", took)
	}
	r := c.read(t)
	none(t, r, metrics.Iterations)
	sameMap(t, "events", counter(r, metrics.LiveViewEvents).By, a.Stats().Events)
	home.isClean(t)
}

func (c *command) interrupt(t *testing.T) {
	t.Helper()
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}

// waitUntil asks until it is so; what it asks for has no signal.
func waitUntil(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 30 s for %s", what)
		}
	}
}

// A home is a cache folder of a test's own, so that only its runs are seen.
type home struct{ cache string }

func newHome(t *testing.T) *home {
	t.Helper()
	h := &home{cache: t.TempDir()}
	installed, err := os.ReadDir(cacheDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range installed {
		if entry.Name() == "runs" {
			continue
		}
		if err := os.Symlink(filepath.Join(cacheDir, entry.Name()), filepath.Join(h.cache, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *home) start(t *testing.T, a *app, args ...string) *command {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	args = append([]string{"testdata/steady.js", "--config", "baseURL=" + a.url}, args...)
	return startIn(t, ctx, []string{"LIVELOAD_CACHE=" + h.cache}, args...)
}

// folders counts the folders of runs.
func (h *home) folders(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(h.cache, "runs"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, entry := range entries {
		if entry.IsDir() {
			n++
		}
	}
	return n
}

// isClean says that no folder and no process of a run is left.
func (h *home) isClean(t *testing.T) {
	t.Helper()
	if n := h.folders(t); n != 0 {
		t.Errorf("%d folders of runs are left", n)
	}
	for _, p := range h.processes(t) {
		t.Errorf("a process is left: %s", p.command)
	}
}
