package faults

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/control"
	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// TestControl steers a run that begins with nobody, and checks what the demo sees of it.
func TestControl(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := home.Start(t, "testdata/steady.js", a, "--controlled", "--users", "0", "--duration", "1h", "--config", "pause=50ms")
	var status control.Status
	look := func() control.Status {
		status = home.Status()
		return status
	}
	clicks := func() int64 { return a.Stats().Events["inc"] }

	rig.WaitUntil(t, "the run", func() bool { return len(look().Scenarios) == 1 })
	if sockets := filepath.Join(home.Cache, "runs", status.ID, "control"); !isSocket(sockets) || clicks() != 0 {
		t.Errorf("%s is no socket, or somebody clicked %d times", sockets, clicks())
	}
	home.Control(t, "users", "2")
	rig.WaitUntil(t, "two users at work", func() bool { return a.Stats().SocketsNow == 2 && clicks() >= 6 })

	home.Control(t, "pause")
	var paused int64
	for range 3 { // each of two users may still have an iteration that nobody has seen yet
		rig.WaitUntil(t, "the end of what ran", func() bool {
			return len(look().Scenarios) == 1 && status.Scenarios[0].Iterations == clicks() && a.Stats().JoinsTotal == clicks()
		})
		paused = clicks()
		left := *status.Scenarios[0].LeftMS
		rig.WaitUntil(t, "a second and a half of the pause", func() bool { return len(look().Scenarios) == 1 && *status.Scenarios[0].LeftMS < left-1500 })
		if clicks() == paused {
			break
		}
	}
	if clicks() != paused || status.Scenarios[0].State != "paused" || status.Scenarios[0].Users != 2 {
		t.Errorf("%d clicks before the pause, %d in it; %+v", paused, clicks(), status.Scenarios[0])
	}
	home.Control(t, "resume")
	rig.WaitUntil(t, "more clicks", func() bool { return clicks() > paused+2 })
	home.Control(t, "users", "0")
	rig.WaitUntil(t, "nobody", func() bool { return a.Stats().SocketsNow == 0 })
	home.Control(t, "stop", "--scenario", "steady")
	c.EndsWith(t, 0)
	r := c.Read(t)
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], clicks())
	rig.SameMap(t, "events", rig.Counter(r, metrics.LiveViewEvents).By, a.Stats().Events)
	rig.Same(t, "users", r.Global.Users.Succeeded, 2)
	if len(r.Changes) != 5 || r.Changes[0].String() != "users 0 -> 2" || r.Changes[4].What != metrics.Stopped {
		t.Errorf("changes %v", r.Changes)
	}
	home.IsClean(t)
}

func isSocket(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().Type() == os.ModeSocket && info.Mode().Perm() == 0o600
}
