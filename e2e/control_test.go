package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/control"
	"github.com/liveload/liveload/metrics"
)

// TestControl steers a run that begins with nobody, and looks at what the demo sees of it.
func TestControl(t *testing.T) {
	a, home := startApp(t), newHome(t)
	c := home.start(t, a, "--controlled", "--users", "0", "--duration", "1h", "--config", "pause=50ms")
	var status control.Status
	look := func() control.Status {
		status = control.Status{}
		text, err := home.control("status", "--json").Output()
		if err == nil {
			err = json.Unmarshal(text, &status)
		}
		if err != nil || len(status.Scenarios) != 1 {
			return control.Status{}
		}
		return status
	}
	tell := func(args ...string) {
		t.Helper()
		if text, err := home.control(args...).CombinedOutput(); err != nil {
			t.Fatalf("liveload control %v: %v\n%s", args, err, text)
		}
	}
	clicks := func() int64 { return a.Stats().Events["inc"] }

	waitUntil(t, "the run", func() bool { return len(look().Scenarios) == 1 })
	if sockets := filepath.Join(home.cache, "runs", status.ID, "control"); !isSocket(sockets) || clicks() != 0 {
		t.Errorf("%s is no socket, or somebody clicked %d times", sockets, clicks())
	}
	tell("users", "2")
	waitUntil(t, "two users at work", func() bool { return a.Stats().SocketsNow == 2 && clicks() >= 6 })

	tell("pause")
	waitUntil(t, "the end of what ran", func() bool {
		return len(look().Scenarios) == 1 && status.Scenarios[0].Iterations == clicks() && a.Stats().JoinsTotal == clicks()
	})
	paused, left := clicks(), *status.Scenarios[0].LeftMS
	waitUntil(t, "a second and a half of the pause", func() bool { return len(look().Scenarios) == 1 && *status.Scenarios[0].LeftMS < left-1500 })
	if clicks() != paused || status.Scenarios[0].State != "paused" || status.Scenarios[0].Users != 2 {
		t.Errorf("%d clicks before the pause, %d in it; %+v", paused, clicks(), status.Scenarios[0])
	}
	tell("resume")
	waitUntil(t, "more clicks", func() bool { return clicks() > paused+2 })
	tell("users", "0")
	waitUntil(t, "nobody", func() bool { return a.Stats().SocketsNow == 0 })
	tell("stop", "--scenario", "steady")
	if code := c.end(t); code != 0 {
		t.Fatalf("exit code %d\n%s", code, c.output)
	}
	r := c.read(t)
	same(t, "iterations", counter(r, metrics.Iterations).By["ok"], clicks())
	sameMap(t, "events", counter(r, metrics.LiveViewEvents).By, a.Stats().Events)
	same(t, "users", r.Global.Users.Succeeded, 2)
	if len(r.Changes) != 5 || r.Changes[0].String() != "users 0 -> 2" || r.Changes[4].What != metrics.Stopped {
		t.Errorf("changes %v", r.Changes)
	}
	home.isClean(t)
}

func (h *home) control(args ...string) *exec.Cmd {
	cmd := exec.Command(liveload, append([]string{"control"}, args...)...)
	cmd.Env = append(os.Environ(), "LIVELOAD_CACHE="+h.cache)
	return cmd
}

func isSocket(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().Type() == os.ModeSocket && info.Mode().Perm() == 0o600
}
