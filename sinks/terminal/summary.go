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

func headline(r metrics.Result) text {
	g := r.Global
	mark := span{good, "✓ "}
	failed := g.Counters[metrics.IterationFailures.Name].Aggregate
	if g.Users.Failed > 0 || failed > 0 || !allMet(r.Thresholds) {
		mark = span{bad, "✗ "}
	}
	if r.Limit != nil { // failures beyond the limit are no surprise
		mark = span{good, "✓ "}
		if r.Limit.Held == nil {
			mark = span{bad, "✗ "}
		}
	}
	t := text{mark, {bold, clean(r.Name)}, {plain, fmt.Sprintf("  %s ok", plaintext.Plural(g.Users.Succeeded, "user"))}}
	t = t.add(plain, ", ").add(failureStyle(g.Users.Failed), plaintext.Count(g.Users.Failed)+" failed")
	t = t.add(plain, " · "+plaintext.Plural(g.Counters[metrics.Iterations.Name].Aggregate, "iteration"))
	t = t.add(plain, ", ").add(failureStyle(failed), plaintext.Count(failed)+" failed")
	t = t.add(plain, " · "+readable.Duration(time.Duration(g.ElapsedMS)*time.Millisecond))
	if len(r.Nodes) > 1 {
		t = t.add(plain, " · "+plaintext.Plural(int64(len(r.Nodes)), "node"))
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
