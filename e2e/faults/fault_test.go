//go:build linux

// Package faults kills, interrupts and steers runs, and checks what they leave behind.
package faults

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

func TestMain(m *testing.M) {
	if os.Getenv(attackVariable) != "" {
		attacker()
		return
	}
	rig.Main(m)
}

// TestKilledBrowserAndDriver kills a part of a run in its middle: that costs the iterations that it
// carried, and is in the Result; the run goes on.
func TestKilledBrowserAndDriver(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ part, policy string }{
		{"browser", "continue"}, {"browser", "restart"}, {"driver", "continue"}, {"driver", "restart"},
	} {
		t.Run(tt.part+" "+tt.policy, func(t *testing.T) {
			t.Parallel()
			a, home := rig.StartApp(t), rig.NewHome(t)
			c := home.Start(t, "testdata/steady.js", a, "--on-failure", tt.policy, "--config", "pause=100ms")
			rig.WaitUntil(t, "some iterations", func() bool { return a.Stats().EventsTotal >= 4 })
			victim := home.Find(t, tt.part)
			before := a.Stats().EventsTotal
			if err := syscall.Kill(victim, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			rig.WaitUntil(t, "the run to go on", func() bool { return a.Stats().EventsTotal >= before+6 })
			c.Interrupt(t)
			c.EndsWith(t, 130)
			r := c.Read(t)
			if n := rig.Counter(r, metrics.BrowserCrashes).Aggregate; n != 1 {
				t.Errorf("browser_crashes = %d, want 1", n)
			}
			// A user is between two iterations for a moment, and then fails with none.
			lost := rig.Counter(r, metrics.IterationFailures).By
			if n := lost["browser lost"]; n < 1 || n > 2 || rig.Counter(r, metrics.IterationFailures).Aggregate != n {
				t.Errorf("failed iterations = %v, want 1 or 2 of class \"browser lost\"", lost)
			}
			if n := rig.Counter(r, metrics.SessionsLost); n.Aggregate < 1 || n.Aggregate > 2 || n.By[metrics.CrashKilled] != n.Aggregate {
				t.Errorf("sessions_lost = %+v, want 1 or 2 that were killed", n)
			}
			if notes := strings.Join(r.Health.Notes, "\n"); !strings.Contains(notes, "lost with their browser or page (killed ") {
				t.Errorf("health says nothing of what is missing: %q", notes)
			}
			rig.Same(t, "users that went on", r.Global.Users.Succeeded, 2)
			home.IsClean(t)
		})
	}
}

// TestKilledLiveload ends the command so that it can clean up nothing: what it has started goes by itself, and without what sees
// to that, with the next start.
func TestKilledLiveload(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"kill -9", "Ctrl-C three times", "kill -9 of its watcher too"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			a, home := rig.StartApp(t), rig.NewHome(t)
			c := home.Start(t, "testdata/steady.js", a, "--config", "pause=1m")
			rig.WaitUntil(t, "an iteration", func() bool { return a.Stats().EventsTotal >= 1 })
			switch end {
			case "Ctrl-C three times":
				must(t, syscall.Kill(home.Find(t, "browser"), syscall.SIGSTOP)) // closing it takes long, and it notices no end
				for _, says := range []string{"press Ctrl-C again to stop", "press Ctrl-C again to end", "Ended at once"} {
					c.Interrupt(t)
					rig.WaitUntil(t, says, func() bool { return strings.Contains(c.Output.String(), says) })
				}
			case "kill -9":
				must(t, c.Process.Kill())
			default:
				must(t, syscall.Kill(home.Find(t, "watcher"), syscall.SIGKILL))
				must(t, c.Process.Kill())
			}
			c.End(t)
			if end == "kill -9 of its watcher too" {
				if home.Folders(t) == 0 {
					t.Error("the killed run has left no folder: this test shows nothing")
				}
				home.Start(t, "testdata/steady.js", a, "--iterations-per-user", "1", "--config", "pause=1ms").EndsWith(t, 0)
				home.IsClean(t)
				return
			}
			rig.WaitUntil(t, "the end of all that it started", func() bool { return len(home.Processes(t)) == 0 && home.Folders(t) == 0 })
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestInterruptedOnce lets the running iterations finish, also when the signal comes to all processes of the group: from Ctrl-C in a
// terminal, and from timeout(1).
func TestInterruptedOnce(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			interruptedOnce(t, signal)
		})
	}
}

func interruptedOnce(t *testing.T, signal syscall.Signal) {
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := home.Start(t, "testdata/steady.js", a, "--config", "pause=3s")
	rig.WaitUntil(t, "both users at work", func() bool { return a.Stats().EventsTotal >= 2 })
	if err := syscall.Kill(-c.Process.Pid, signal); err != nil {
		t.Fatal(err)
	}
	c.EndsWith(t, 130)
	r := c.Read(t)
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).Aggregate, a.Stats().EventsTotal) // one click each
	rig.Same(t, "good iterations", rig.Counter(r, metrics.Iterations).By["ok"], a.Stats().EventsTotal)
	rig.Compare(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
	home.IsClean(t)
}

// TestInterruptedTwice interrupts the iterations.
func TestInterruptedTwice(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := home.Start(t, "testdata/steady.js", a, "--config", "pause=1m")
	rig.WaitUntil(t, "both users at work", func() bool { return a.Stats().EventsTotal >= 2 })
	began := time.Now()
	c.Interrupt(t)
	// The system makes one of two signals that come at the same time.
	rig.WaitUntil(t, "the first signal", func() bool { return strings.Contains(c.Output.String(), "press Ctrl-C again") })
	c.Interrupt(t)
	c.EndsWith(t, 130)
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("stopping took %v", took)
	}
	r := c.Read(t)
	rig.None(t, r, metrics.Iterations)
	rig.SameMap(t, "events", rig.Counter(r, metrics.LiveViewEvents).By, a.Stats().Events)
	home.IsClean(t)
}
