package metrics_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
)

func TestCause(t *testing.T) {
	for _, test := range []struct{ target, reason, wantTarget, wantReason string }{
		{"#buy", "no element matches it", "#buy", "no element matches it"},
		{"#row-17 .name", `its text is "Bob 17"`, "#row-N .name", `its text is "…"`},
		{`[data-id="1234"] >> nth=2`, "timed out after 30s", `[data-id="N"] >> nth=2`, "timed out after Ns"},
		{"h1", `it is covered by <div class="overlay">`, "h1", `it is covered by <div class="overlay">`},
		{"li:nth-child(3)", "net::ERR_CONNECTION_REFUSED at http://127.0.0.1:4000/products/17?token=s3cret", "li:nth-child(N)", "net::ERR_CONNECTION_REFUSED at …"},
		{"shop.js:12:3", "Error: http 503, not http 200, but status 404", "shop.js:12:3", "Error: http 503, not http 200, but status 404"},
		{"#u_42", "order 7c9e6679-7425-40de-944b-e07fc1f90ae7 of 1,200.50 is gone", "#u_N", "order N of N is gone"},
		{`#x`, `"#x" is not a valid selector`, "#x", `"…" is not a valid selector`},
	} {
		got := metrics.NewCause(test.target, "pay", test.reason)
		if want := (metrics.Cause{Reason: test.wantReason, Target: test.wantTarget, Step: "pay"}); got != want {
			t.Errorf("NewCause(%q, %q) = %+v\nwant %+v", test.target, test.reason, got, want)
		}
	}
}

func FuzzCause(f *testing.F) {
	f.Add("#row-17", "pay", `waited for "#a" at http://h/x, 30s`)
	f.Add(`"\"`, "é", strings.Repeat("9", 300)+"\xff")
	f.Fuzz(func(t *testing.T, target, step, reason string) {
		c := metrics.NewCause(target, step, reason)
		for _, text := range []string{c.Target, c.Step, c.Reason} {
			if len(text) > 200 || !utf8.ValidString(text) {
				t.Errorf("%q has %d bytes", text, len(text))
			}
		}
		sample := metrics.FailureSample{Class: "error", Cause: c}
		labels := sample.CauseLabels()
		if labels.Get("target") != c.Target || labels.Get("step") != c.Step || labels.Get("reason") != c.Reason {
			t.Errorf("%+v is counted as %v: its samples would not be found", c, labels)
		}
	})
}

// failing records failures of one class, in turn of each cause.
func failing(s *metrics.Scope, causes ...metrics.Cause) {
	for i, c := range causes {
		f := metrics.FailureSample{Class: "click timeout", Cause: c, ReasonInspect: fmt.Sprint(c.Target, " ", i)}
		s.Add(metrics.IterationFailures, metrics.IterationFailures.With(f.Class), 1)
		s.Add(metrics.FailureCauses, f.CauseLabels(), 1)
		s.Failure(f)
	}
}

// TestCausesDoNotMerge: a rare cause has its count and its first message, however many failures of its class came before,
// on one node and merged.
func TestCausesDoNotMerge(t *testing.T) {
	agg := newRun("buy")
	banner, pay := metrics.NewCause("#banner-close", "", "it is hidden"), metrics.NewCause("#pay", "checkout", "it is hidden")
	for _, name := range []string{"a", "b"} {
		n := newNode(name, agg)
		for range 20 {
			failing(n.Scope("buy"), banner)
		}
		failing(n.Scope("buy"), pay, pay)
		n.report(time.Second)
	}
	agg.Finish()
	r := agg.Results(began.Add(time.Second))[0]
	causes := r.Global.FailureCauses()
	if len(causes) != 2 || causes[0].Cause != banner || causes[0].Count != 40 || causes[1].Cause != pay || causes[1].Count != 4 {
		t.Fatalf("the causes are %+v", causes)
	}
	if len(causes[0].Samples) != 10 || len(causes[1].Samples) != 1 || causes[1].Samples[0].ReasonInspect != "#pay 0" || causes[1].Class != "click timeout" {
		t.Errorf("%d and %d samples are kept, of the second %+v", len(causes[0].Samples), len(causes[1].Samples), causes[1])
	}
}

// TestCausesAreBounded: what a script makes up is counted, up to 200 causes, each with a sample.
func TestCausesAreBounded(t *testing.T) {
	agg := newRun("buy")
	n := newNode("a", agg)
	for i := range 1000 {
		failing(n.Scope("buy"), metrics.Cause{Target: fmt.Sprint("#", i)})
	}
	n.report(time.Second)
	agg.Finish()
	r := agg.Results(began.Add(time.Second))[0]
	causes, total := r.Global.FailureCauses(), int64(0)
	for _, c := range causes {
		total += c.Count
	}
	if len(causes) != 201 || total != 1000 || causes[0].Class != "other" || causes[0].Count != 800 {
		t.Errorf("%d causes of %d failures, the first %+v", len(causes), total, causes[0])
	}
	if kept := len(r.Global.FailureSamples["click timeout"]); kept > 210 || r.Global.Counters["iteration_failures"].By["click timeout"] != 1000 {
		t.Errorf("%d samples are kept, classes are %v", kept, r.Global.Counters["iteration_failures"].By)
	}
}

// TestLongClass: a class that is too long for a label keeps its samples.
func TestLongClass(t *testing.T) {
	agg := newRun("buy")
	n := newNode("a", agg)
	f := metrics.FailureSample{Class: strings.Repeat("Error", 100), ReasonInspect: "boom"}
	n.Scope("buy").Add(metrics.FailureCauses, f.CauseLabels(), 1)
	n.Scope("buy").Failure(f)
	n.report(time.Second)
	agg.Finish()
	r := agg.Results(began.Add(time.Second))[0]
	if causes := r.Global.FailureCauses(); len(causes) != 1 || len(causes[0].Samples) != 1 {
		t.Errorf("the causes are %+v", causes)
	}
}

// TestCausesOfAnEarlierVersion are the classes.
func TestCausesOfAnEarlierVersion(t *testing.T) {
	r := metrics.ScenarioResult{
		Counters: map[string]metrics.CounterBy{
			"iteration_failures": {Aggregate: 3, By: map[string]int64{"error": 1, "click timeout": 2}}, "scenario_failures": {By: map[string]int64{"session not created": 4}},
		},
		FailureSamples: map[string][]metrics.FailureSample{"click timeout": {{ReasonInspect: "a"}, {ReasonInspect: "b"}}},
	}
	var got []string
	for _, c := range r.FailureCauses() {
		got = append(got, fmt.Sprint(c.Class, " ", c.Count, " ", len(c.Samples)))
	}
	if want := "session not created 4 0, click timeout 2 2, error 1 0"; strings.Join(got, ", ") != want {
		t.Errorf("the causes are %q, want %s", got, want)
	}
}
