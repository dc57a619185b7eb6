// Package standout holds what is said to stand out to pages of the demo that misbehave, each in one way, and to healthy ones.
package standout

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/standout"
)

var update = flag.Bool("update", false, "record the long runs in testdata again, with real browsers on a machine that does nothing else")

func TestMain(m *testing.M) { rig.Main(m) }

// planted is the one rule that each scenario must be found by; "" is none.
var planted = map[string]string{
	"search":   "inputs-without-debounce",
	"report":   "heavy-diffs",
	"ticker":   "heavy-pushes",
	"unstable": "reconnect-storms",
	"flaky":    "joins-that-repeat",
	"cold":     "slow-first-connections",
	"busy":     "slow-patches",
	"slow":     "slow-events",
	"large":    "large-pages",
	"chatty":   "many-requests-for-a-page",
	"broken":   "failures-with-one-cause",
	"crowd":    "latency-that-grows-with-users",
	"full":     "errors-that-begin-at-a-load",
}

// TestShortRuns works all pages whose fault shows within seconds, in one run.
func TestShortRuns(t *testing.T) {
	t.Parallel()
	a := rig.StartApp(t)
	c := rig.Start(t, "testdata/short.js", "--config", "baseURL="+a.URL)
	c.EndsWith(t, 1) // one scenario fails altogether
	check(t, c.ReadAll(t))
}

// TestRamps judges Results of real runs that take most of a minute, as they were recorded.
func TestRamps(t *testing.T) {
	const file = "testdata/ramps.json.gz"
	if *update {
		a := rig.StartApp(t)
		c := rig.Start(t, "testdata/ramps.js", "--config", "baseURL="+a.URL)
		c.End(t)
		record(t, c.File(), file)
	}
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	unpacked, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	results, err := metrics.ReadResults(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	check(t, results)
}

// record keeps a Result, packed.
func record(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), os.WriteFile(to, packed.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func check(t *testing.T, results []metrics.Result) {
	t.Helper()
	for i := range results {
		r := &results[i]
		var rules []string
		for _, f := range standout.Of(r) {
			t.Logf("%s: %s %s\n    %s %s", r.Name, f.Sentence, f.Doubt, f.How, f.Advice)
			if f.Rule != "the-load-generator-gave-out" { // this machine may have other things to do
				rules = append(rules, f.Rule)
			}
		}
		want := planted[r.Name]
		got := strings.Join(slices.Compact(rules), " and ")
		if want == "slow-patches" && got == "" && late(r) {
			continue // the rule rightly cannot be sure
		}
		if got != want {
			t.Errorf("%s: found %q, want %q", r.Name, got, want)
			t.Logf("failures: %v, events: %v", r.Global.Counters[metrics.IterationFailures.Name].By, slices.Sorted(maps.Keys(r.Global.Histograms[metrics.LiveViewEventDuration.Name].By)))
		}
	}
}

// late says whether this machine was so busy that what it measures of patches may be its own delay: a third of them, or more.
func late(r *metrics.Result) bool {
	patches := r.Global.Histograms[metrics.LiveViewPatchDuration.Name].Aggregate
	delays := r.Global.TimeSeries.Histograms[metrics.GeneratorLag.Name].Aggregate.P95
	return len(delays) > 0 && 3*slices.Max(delays) > patches.Percentile(50)
}
