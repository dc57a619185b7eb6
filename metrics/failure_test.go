package metrics_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
)

// TestLongFailures: a script may throw what it likes, and what is kept of it can be sent.
func TestLongFailures(t *testing.T) {
	agg := newRun("buy")
	n := newNode("a", agg)
	n.Scope("buy").Failure(metrics.FailureSample{
		Class: strings.Repeat("c", 5000), ReasonInspect: strings.Repeat("é", 50_000), Stacktrace: []string{strings.Repeat("s", 5000), "buy.js:3:7"},
	})
	snap := n.Snapshot(n.start.Add(time.Second))
	f := snap.Failures[0]
	if err := f.Check(); err != nil {
		t.Error(err)
	}
	if !utf8.ValidString(f.ReasonInspect) || !strings.HasSuffix(f.ReasonInspect, "é") || !strings.Contains(f.ReasonInspect, "é … 92000 bytes cut … é") || f.Stacktrace[1] != "buy.js:3:7" {
		t.Errorf("kept are %d bytes that end with %q, and %q", len(f.ReasonInspect), f.ReasonInspect[len(f.ReasonInspect)-6:], f.Stacktrace[1])
	}
}

// TestWhatNodesInvent is bounded: metrics and classes of failures.
func TestWhatNodesInvent(t *testing.T) {
	agg := newRun("buy")
	for n := range 300 {
		snap := metrics.Snapshot{Node: fmt.Sprint("node", n), Seq: 1, Start: began, From: began, To: began.Add(time.Second)}
		m := metrics.CustomCounter(fmt.Sprint("metric_", n))
		snap.Metrics = []*metrics.Metric{&m}
		snap.Failures = []metrics.FailureSample{{Scenario: "buy", Class: fmt.Sprint("class ", n)}}
		agg.Add(&snap)
	}
	agg.Finish()
	r := agg.Results(began.Add(time.Second))[0]
	if len(r.Metrics) != 200 || len(r.Global.FailureSamples) != 201 || len(r.Global.FailureSamples["other"]) != 10 {
		t.Errorf("%d metrics, %d classes of failures, of which other has %d samples", len(r.Metrics), len(r.Global.FailureSamples), len(r.Global.FailureSamples["other"]))
	}
}
