//go:build linux

package rig

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
)

// Journals are the paths of the journals of this home's runs.
func (h *Home) Journals(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(h.Cache, "journals", "*"+journal.Ending))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// Journaled reads what the journal of the one run of this home has, whose writer may live. It is empty before the run begins.
func (h *Home) Journaled(t *testing.T) (r metrics.Result) {
	t.Helper()
	paths := h.Journals(t)
	if len(paths) != 1 {
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

// HasAll says whether the journal of the one run of this home has all that an app has counted of so many iterations with a click each,
// whose browsers are gone.
func (h *Home) HasAll(t *testing.T, truth demo.Stats, iterations int64) bool {
	t.Helper()
	r := h.Journaled(t)
	return Counter(r, metrics.LiveViewEvents).Aggregate == iterations && Counter(r, metrics.Iterations).Aggregate == iterations &&
		truth.SocketsNow == 0 && Counter(r, metrics.HTTPRequests).Aggregate == truth.HTTPRequests.Total
}

// Recover has the command make the Result of the one run that has died in this home, where that would have written it, and
// returns what it prints. No journal is left.
func (h *Home) Recover(t *testing.T) (text string) {
	t.Helper()
	cmd := exec.Command(Liveload(), "recover")
	cmd.Dir = h.Folder
	cmd.Env = append(os.Environ(), "LIVELOAD_CACHE="+h.Cache, "GITHUB_STEP_SUMMARY=")
	out, err := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 97 {
		t.Fatalf("recover ended with %d, %v:\n%s", code, err, out)
	}
	if left := h.Journals(t); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	return string(out)
}
