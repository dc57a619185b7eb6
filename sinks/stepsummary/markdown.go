package stepsummary

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/sinks/markdown"
	"github.com/liveload/liveload/sinks/plaintext"
)

// maxFailures is how many causes of failures are shown.
const maxFailures = 10

// summary is that of a run.
func summary(results []metrics.Result) string {
	var out strings.Builder
	fmt.Fprintf(&out, "## liveload: %s\n", verdict(results))
	for _, r := range results {
		scenario(&out, r)
	}
	return out.String()
}

// verdict is the whole run in a few words.
func verdict(results []metrics.Result) string {
	thresholds, unmet, broken, empty, interrupted := 0, 0, 0, 0, false
	var limit *metrics.Limit
	for _, r := range results {
		if r.Limit != nil {
			limit = r.Limit
		}
		if r.Error != "" {
			broken++
		}
		if r.MeasuredNothing() {
			empty++
		}
		interrupted = interrupted || r.Interrupted
		thresholds += len(r.Thresholds)
		for _, o := range r.Thresholds {
			if !o.OK {
				unmet++
			}
		}
	}
	switch {
	case broken > 0:
		return fmt.Sprintf("❌ %d of %d scenarios could not run", broken, len(results))
	case limit != nil && limit.Held == nil:
		return "❌ no load held"
	case unmet > 0:
		return fmt.Sprintf("❌ %d of %d thresholds not met", unmet, thresholds)
	case interrupted:
		return "⚠️ interrupted"
	case empty > 0:
		return fmt.Sprintf("❌ %d of %d scenarios measured nothing", empty, len(results))
	case limit != nil:
		return "✅ " + limit.HeldStep().Text + " held"
	case thresholds == 1:
		return "✅ the threshold is met"
	case thresholds > 0:
		return fmt.Sprintf("✅ all %d thresholds met", thresholds)
	}
	return "finished, without thresholds"
}

func scenario(out *strings.Builder, r metrics.Result) {
	fmt.Fprintf(out, "\n### %s\n\n", markdown.Code(r.Name))
	if r.Error != "" {
		fmt.Fprintf(out, "❌ could not run: %s\n", markdown.Code(r.Error))
		return
	}
	g := r.Global
	fmt.Fprintf(out, "%s ok, %d failed · %s, %d failed · %s\n", plaintext.Plural(g.Users.Succeeded, "user"), g.Users.Failed,
		plaintext.Plural(g.Counters[metrics.Iterations.Name].Aggregate, "iteration"), g.Counters[metrics.IterationFailures.Name].Aggregate,
		(time.Duration(g.ElapsedMS) * time.Millisecond).Round(time.Second))
	limit(out, r.Limit)
	thresholds(out, r.Thresholds)
	failures(out, g)
	troubles(out, r)
	latencies(out, r)
	changes(out, r.Changes)
	health(out, r.Health)
}

func thresholds(out *strings.Builder, outcomes []metrics.ThresholdOutcome) {
	if len(outcomes) == 0 {
		return
	}
	out.WriteString("\n| | metric | threshold | measured |\n|---|---|---|--:|\n")
	for _, o := range outcomes {
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", markdown.Mark(o.OK), markdown.Cell(o.Metric), markdown.Cell(o.Expression), threshold.Describe(o))
	}
}

// limit is the result of a search; the thresholds below it are those of the largest load that held.
func limit(out *strings.Builder, l *metrics.Limit) {
	if l == nil {
		return
	}
	fmt.Fprintf(out, "\n**%s**\n\n| | load | |\n|---|---|---|\n", markdown.Code(l.Statement))
	for _, s := range l.Steps {
		mark, why := markdown.Mark(s.Held), "held"
		if !s.Held {
			why = markdown.Cell(strings.Join(s.Reasons, ", and "))
		}
		if s.Again {
			why = "tried again: " + why
		}
		if s.By == metrics.LimitGenerator || s.By == metrics.LimitLoad {
			mark = "⚠️"
		}
		fmt.Fprintf(out, "| %s | %s | %s |\n", mark, markdown.Cell(s.Text), why)
	}
}

// failures lists the causes, the most frequent first, with the first message of each.
func failures(out *strings.Builder, g metrics.ScenarioResult) {
	causes := g.FailureCauses()
	if len(causes) == 0 {
		return
	}
	out.WriteString("\n| failure | count | the first one |\n|---|--:|---|\n")
	for i, cause := range causes {
		if i == maxFailures {
			fmt.Fprintf(out, "| and %d more | | |\n", len(causes)-i)
			break
		}
		said := ""
		if len(cause.Samples) > 0 {
			said = markdown.Cell(cause.Samples[0].ReasonInspect)
		}
		fmt.Fprintf(out, "| %s | %d | %s |\n", markdown.Cell(cause.Class), cause.Count, said)
	}
}

// troubles lists requests and checks that have failed, those that did so most often first.
func troubles(out *strings.Builder, r metrics.Result) {
	if requests := r.FailedRequests(); len(requests) > 0 {
		out.WriteString("\n| failed request | count | where |\n|---|--:|---|\n")
		for i, f := range requests {
			if i == maxFailures {
				fmt.Fprintf(out, "| and %d more | | |\n", len(requests)-i)
				break
			}
			fmt.Fprintf(out, "| %s | %d | %s |\n", markdown.Cell(f.What), f.Count, markdown.Cell(f.Where))
		}
	}
	if checks := r.FailedChecks(); len(checks) > 0 {
		out.WriteString("\n| failed check | count | of |\n|---|--:|--:|\n")
		for i, f := range checks {
			if i == maxFailures {
				fmt.Fprintf(out, "| and %d more | | |\n", len(checks)-i)
				break
			}
			fmt.Fprintf(out, "| %s | %d | %d |\n", markdown.Cell(f.Name), f.Count, f.Total)
		}
	}
}

// latencies lists all durations, folded away.
func latencies(out *strings.Builder, r metrics.Result) {
	var rows strings.Builder
	for _, m := range append(metrics.Catalogue(), r.Metrics...) {
		h := r.Global.Histograms[m.Name].Aggregate
		if m.Unit != metrics.Microseconds || h.Count == 0 || m.OfGenerator() {
			continue
		}
		fmt.Fprintf(&rows, "| %s | %d |", markdown.Cell(m.Name), h.Count)
		for _, p := range []float64{50, 95, 99, 100} {
			fmt.Fprintf(&rows, " %s |", threshold.Human(m.Unit, h.Percentile(p)))
		}
		rows.WriteString("\n")
	}
	if rows.Len() > 0 {
		fmt.Fprintf(out, "\n<details><summary>Durations</summary>\n\n| metric | count | p50 | p95 | p99 | max |\n|---|--:|--:|--:|--:|--:|\n%s\n</details>\n", rows.String())
	}
}

// maxChanges is how many changes from outside are shown.
const maxChanges = 12

func changes(out *strings.Builder, all []metrics.Change) {
	for i, c := range all {
		if i == maxChanges {
			fmt.Fprintf(out, "\n- and %d more changes, which are in the Result\n", len(all)-maxChanges)
			return
		}
		fmt.Fprintf(out, "\n- changed after %v: %s\n", c.Offset().Round(time.Second), markdown.Code(c.String()))
	}
}

func health(out *strings.Builder, h metrics.Health) {
	if h.Saturated {
		out.WriteString("\n⚠️ The load generator was saturated: the durations measure it, not the application alone.\n")
	}
	for _, line := range append(slices.Clone(h.Reasons), h.Notes...) {
		fmt.Fprintf(out, "\n- %s\n", markdown.Code(line))
	}
}
