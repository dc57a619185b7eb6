package terminal

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// summary says how the run went.
func summary(results []metrics.Result, resultPath string) []text {
	var lines []text
	for _, r := range results {
		lines = append(lines, text{})
		if r.Error != "" {
			lines = append(lines, text{{whole, ""}, {bad, "✗ "}, {bold, clean(r.Name)}, {plain, " could not run: " + clean(r.Error)}})
			continue
		}
		lines = append(lines, headline(r))
		lines = append(lines, failureLines(r.Global)...)
		lines = append(lines, troubleLines(r)...)
		lines = append(lines, histogramLines(r)...)
		lines = append(lines, counterLines(r)...)
		lines = append(lines, gaugeLines(r)...)
		lines = append(lines, applicationLines(r)...)
		lines = append(lines, loadLines(r)...)
		lines = append(lines, changeLines(r.Changes)...)
		if r.Limit == nil {
			lines = append(lines, thresholdLines(r.Thresholds)...)
		}
		lines = append(lines, healthLines(r)...)
		lines = append(lines, limitLines(r.Limit)...)
	}
	if resultPath != "" && len(results) > 0 {
		lines = append(lines, text{}, text{{whole, ""}, {dim, "Result: "}, {plain, resultPath}})
	}
	return lines
}

// mark is ✓ only for a run that was carried out and in which nothing failed.
func mark(r metrics.Result, trouble text) span {
	g := r.Global
	failed := g.Users.Failed > 0 || g.Counters[metrics.IterationFailures.Name].Aggregate > 0 || !allMet(r.Thresholds) || len(trouble) > 0
	if r.Limit != nil { // failures beyond the limit are no surprise
		failed = r.Limit.Held == nil
	}
	switch {
	case failed, r.MeasuredNothing() && !r.Interrupted:
		return span{bad, "✗ "}
	case r.Interrupted:
		return span{warning, "! "}
	}
	return span{good, "✓ "}
}

func headline(r metrics.Result) text {
	g := r.Global
	failed := g.Counters[metrics.IterationFailures.Name].Aggregate
	trouble := troubleText(r)
	t := text{mark(r, trouble), {bold, clean(r.Name)}, {plain, fmt.Sprintf("  %s ok", plaintext.Plural(g.Users.Succeeded, "user"))}}
	t = t.add(plain, ", ").add(failureStyle(g.Users.Failed), plaintext.Count(g.Users.Failed)+" failed")
	t = t.add(plain, " · "+plaintext.Plural(g.Counters[metrics.Iterations.Name].Aggregate, "iteration"))
	t = t.add(plain, ", ").add(failureStyle(failed), plaintext.Count(failed)+" failed")
	t = append(t, trouble...)
	t = t.add(plain, " · "+readable.Duration(time.Duration(g.ElapsedMS)*time.Millisecond))
	if len(r.Nodes) > 1 {
		t = t.add(plain, " · "+plaintext.Plural(int64(len(r.Nodes)), "node"))
	}
	switch {
	case r.Interrupted:
		t = t.add(plain, " · ").add(warning, "interrupted")
	case r.MeasuredNothing():
		t = t.add(plain, " · ").add(bad, "nothing was measured")
	}
	return t
}

func healthLines(r metrics.Result) []text {
	var lines []text
	if r.Health.Saturated {
		lines = append(lines, text{}, text{{whole, ""}, {warning, "! The load generator was saturated: the latencies above measure it, not the application alone."}})
		for _, reason := range r.Health.Reasons {
			lines = append(lines, text{{whole, ""}, {warning, "  " + clean(reason)}})
		}
	}
	for i, note := range r.Health.Notes {
		if i == 0 {
			lines = append(lines, text{})
		}
		lines = append(lines, text{{whole, ""}, {dim, "  note: " + clean(note)}})
	}
	return lines
}
