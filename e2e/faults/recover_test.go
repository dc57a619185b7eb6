//go:build linux

package faults

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
)

// TestKilledRun kills liveload in the middle of a run, with kill -9, between two iterations of its users. What recover makes of the
// journal has exactly what has reached the application.
func TestKilledRun(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := home.Start(t, "testdata/paced.js", a, "--threshold", "iterations:count>=4")
	var truth demo.Stats
	rig.WaitUntil(t, "four clicks on disk", func() bool {
		onDisk := soFar(t, home)
		truth = a.Stats()
		return rig.Counter(onDisk, metrics.LiveViewEvents).Aggregate == 4 && rig.Counter(onDisk, metrics.Iterations).Aggregate == 4 &&
			truth.SocketsNow == 0 && rig.Counter(onDisk, metrics.HTTPRequests).Aggregate == truth.HTTPRequests.Total
	})
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if code := c.End(t); code != -1 {
		t.Fatalf("it ended by itself, with %d:\n%s", code, c.Output)
	}
	recovery := exec.Command(rig.Liveload(), "recover")
	recovery.Env = append(os.Environ(), "LIVELOAD_CACHE="+home.Cache, "GITHUB_STEP_SUMMARY=")
	text, err := recovery.CombinedOutput()
	if code := recovery.ProcessState.ExitCode(); code != 97 {
		t.Fatalf("recover ended with %d, %v:\n%s", code, err, text)
	}
	r := c.Read(t)
	if r.CutShort == nil || !r.Thresholds[0].OK || !strings.Contains(string(text), "Cut short") {
		t.Errorf("it is not said to be cut short: %+v, thresholds %+v\n%s", r.CutShort, r.Thresholds, text)
	}
	rig.Same(t, "good iterations", rig.Counter(r, metrics.Iterations).By["ok"], 4)
	rig.Compare(t, r, truth, 0)
	if left, _ := filepath.Glob(filepath.Join(home.Cache, "journals", "*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// soFar reads what the journal of the one run in a home has, whose writer lives.
func soFar(t *testing.T, home *rig.Home) (r metrics.Result) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(home.Cache, "journals", "*"+journal.Ending))
	if err != nil || len(paths) != 1 {
		return r
	}
	c, err := journal.Read(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	if c.Running != nil {
		c.Running.Aggregator.Finish()
		r = c.Running.Aggregator.Results(c.Running.Info.Start)[0]
	}
	return r
}
