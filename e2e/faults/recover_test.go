//go:build linux

package faults

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
)

// TestKilledRun kills liveload in the middle of a run, with kill -9, between two iterations of its users. What recover makes of the
// journal has exactly what has reached the application.
func TestKilledRun(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := home.Start(t, "testdata/paced.js", a, "--threshold", "iterations:count>=4")
	var truth demo.Stats
	rig.WaitUntil(t, "four clicks on disk", func() bool {
		truth = a.Stats()
		return home.HasAll(t, truth, 4)
	})
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if code := c.End(t); code != -1 {
		t.Fatalf("it ended by itself, with %d:\n%s", code, c.Output)
	}
	text := home.Recover(t)
	r := c.Read(t)
	if r.CutShort == nil || !r.Thresholds[0].OK || !strings.Contains(text, "Cut short") {
		t.Errorf("it is not said to be cut short: %+v, thresholds %+v\n%s", r.CutShort, r.Thresholds, text)
	}
	rig.Same(t, "good iterations", rig.Counter(r, metrics.Iterations).By["ok"], 4)
	rig.Compare(t, r, truth, 0)
}
