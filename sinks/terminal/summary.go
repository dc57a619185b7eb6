package terminal

import (
	"fmt"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
	"github.com/liveload/liveload/sinks/verdict"
)

// A Summary is how much is said of a run at its end.
type Summary string

const (
	Short Summary = "short" // what a reader asks first
	Full  Summary = "full"  // with the tables of everything that was measured
	None  Summary = "none"
)

// Summaries are all of them, for people to choose from.
func Summaries() []string { return []string{string(Short), string(Full), string(None)} }

// A File is something that a run has written and that the summary points to.
type File struct{ What, Path string }

// summary says how the run went, on a terminal of so many columns.
func summary(results []metrics.Result, opts Options, width int) []text {
	if opts.Summary == None || len(results) == 0 {
		return nil
	}
	var lines []text
	if len(results) > 1 {
		v := verdict.Of(results...)
		lines = append(append(lines, text{}), wrapped(text{markOfVerdict(v), {bold, v.Title + "."}, {plain, " " + clean(v.Why)}}, width, 2)...)
	}
	for i := range results {
		lines = append(append(lines, text{}), scenario(&results[i], opts.Summary, width)...)
	}
	return append(lines, fileLines(results, opts)...)
}

// scenario is what the summary says of one: first what a reader asks first.
func scenario(r *metrics.Result, how Summary, width int) []text {
	if r.Error != "" {
		return headLines(r, width)
	}
	lines := slices.Concat(headLines(r, width), feltLines(r, width), amountLines(r, width), standoutLines(r, how, width))
	if how != Full {
		lines = append(lines, ownLines(r, width)...)
	}
	lines = append(lines, failureLines(r.Global, how, width)...)
	lines = append(lines, troubleLines(*r, how, width)...)
	if how == Full {
		lines = append(lines, histogramLines(*r, width)...)
		lines = append(lines, counterLines(*r, width)...)
	}
	lines = slices.Concat(lines, gaugeLines(*r, width), applicationLines(*r, width), loadLines(*r), changeLines(r.Changes))
	if r.Limit == nil {
		lines = append(lines, thresholdLines(r)...)
	}
	return slices.Concat(lines, trustLines(*r, how, width), limitLines(r.Limit))
}

// markOfVerdict is ✓ only for a run that was carried out and in which nothing failed.
func markOfVerdict(v verdict.Verdict) span {
	switch {
	case v.Clean():
		return span{good, "✓ "}
	case v.State == verdict.Failed, v.State == verdict.Troubled && len(v.More) > 0:
		return span{bad, "✗ "}
	}
	return span{warning, "! "}
}

// mostReasons is how many reasons of a verdict the summary lists.
const mostReasons = 8

// headLines say whether the scenario passed, how much of it there was, and why it is not fine.
func headLines(r *metrics.Result, width int) []text {
	v := verdict.Of(*r)
	mark := markOfVerdict(v)
	if r.Error != "" {
		return []text{{{whole, ""}, mark, {bold, clean(r.Name)}, {plain, " could not run: " + clean(r.Error)}}}
	}
	lines := wrapped(text{mark, {bold, clean(r.Name) + "  "}, {mark.style, v.Title + "."}, {plain, " " + clean(v.Why)}}, width, 2)
	lines = append(lines, wrapped(tally(r), width, 2)...)
	for i, reason := range v.More {
		if i == mostReasons {
			lines = append(lines, text{{dim, fmt.Sprintf("  and %d more, which are listed below", len(v.More)-i)}})
			break
		}
		lines = append(lines, wrapped(text{{plain, "  "}, {bad, clean(reason)}}, width, 4)...)
	}
	for _, doubt := range v.Doubts {
		lines = append(lines, wrapped(text{{warning, "  ! " + clean(doubt)}}, width, 4)...)
	}
	return lines
}

// tally is how much there was of the scenario.
func tally(r *metrics.Result) text {
	g := r.Global
	failed := g.Counters[metrics.IterationFailures.Name].Aggregate
	t := text{{plain, "  " + plaintext.Plural(g.Users.Succeeded, "user") + " ok, "}, {failureStyle(g.Users.Failed), plaintext.Count(g.Users.Failed) + " failed"}}
	t = t.add(plain, " · "+plaintext.Plural(g.Counters[metrics.Iterations.Name].Aggregate, "iteration")+", ")
	t = t.add(failureStyle(failed), plaintext.Count(failed)+" failed")
	t = t.add(plain, " · "+readable.Duration(time.Duration(g.ElapsedMS)*time.Millisecond))
	if len(r.Nodes) > 1 {
		t = t.add(plain, " · "+plaintext.Plural(int64(len(r.Nodes)), "node"))
	}
	return t
}

// fileLines point to what the run has written.
func fileLines(results []metrics.Result, opts Options) []text {
	files := opts.Files
	if opts.Evidence != "" && slices.ContainsFunc(results, hasEvidence) {
		files = append(slices.Clone(files), File{"Evidence of failures", opts.Evidence})
	}
	var lines []text
	for _, f := range files {
		if lines == nil {
			lines = append(lines, text{})
		}
		lines = append(lines, text{{whole, ""}, {dim, f.What + ": "}, {plain, clean(f.Path)}})
	}
	return lines
}

// hasEvidence says whether anything was kept of a failure.
func hasEvidence(r metrics.Result) bool {
	for _, samples := range r.Global.FailureSamples {
		for _, f := range samples {
			if !f.Evidence.None() {
				return true
			}
		}
	}
	return false
}
