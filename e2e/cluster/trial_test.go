package cluster

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// tried reads what the note of a trial says of its iterations: those that ended, those that may have been interrupted, and the
// rows that they took.
var tried = regexp.MustCompile(`who made (\d+) iterations?(?: and up to (\d+) that took too long and were interrupted)?, which count nowhere here, but the application has seen them. They took (\d+) unique rows?,`)

// TestTrial: what the application has seen is what the Result has and what the note says of the trial, and no unique row is given
// again after it.
func TestTrial(t *testing.T) {
	t.Parallel()
	a, home, w := rig.StartApp(t), rig.NewHome(t), newWitness(t)
	c := home.Start(t, "testdata/trial.js", a, "--config", "witness="+w.URL, "--cluster", "local", "--nodes", "2", "--users-per-node", "auto", "--calibrate", "6s")
	c.EndsWith(t, 0)
	r := c.Read(t)
	rig.None(t, r, metrics.IterationFailures)
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], 4)
	rig.Same(t, "events", rig.Histogram(r, metrics.LiveViewEventDuration).Aggregate.Count, 8)
	found := tried.FindStringSubmatch(strings.Join(r.Health.Notes, "\n"))
	if found == nil {
		t.Fatalf("the notes %q do not say what was tried", r.Health.Notes)
	}
	number := func(i int) int64 { n, _ := strconv.ParseInt(found[i], 10, 64); return n }
	ended, interrupted := number(1), number(2) // on a machine with much else to do, some may be
	between := func(what string, n, each int64) {
		t.Helper()
		if n < each*(4+ended) || n > each*(4+ended+interrupted) {
			t.Errorf("%d %s, want %d of each of 4 iterations of the run and %d of the trial, of which %d more were interrupted", n, what, each, ended, interrupted)
		}
	}
	truth, visits := a.Settled(t, 0), w.visits("rows")
	between("clicks", truth.Events["inc"], 2)
	between("rows at the server", int64(len(visits)), 1)
	between("rows in the note and the run", 4+number(3), 1)
	if rows := by(visits, "row"); len(rows) != len(visits) || ended == 0 {
		t.Errorf("%d iterations were tried, and %d rows were given %d times", ended, len(rows), len(visits))
	}
	addsUp(t, r, 2)
	home.IsClean(t)
}
