package terminal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
)

const barWidth = 30

// introduction tells what a scenario is about to do.
func introduction(s metrics.ScenarioInfo) text {
	load := s.Load
	if load == "" {
		load = plural(int64(s.Users), "user")
	}
	t := text{{bold, clean(s.Name)}, {plain, ": " + clean(load)}}
	if s.Duration > 0 {
		t = t.add(plain, " for "+length(s.Duration-s.StartTime))
	}
	if s.StartTime > 0 {
		t = t.add(plain, ", starts after "+length(s.StartTime))
	}
	return t
}

// liveLines is the drawing of a running run. One scenario has the room; several have a line each.
func liveLines(status metrics.LiveStatus, width int) []text {
	var lines []text
	if len(status.Scenarios) == 1 {
		lines = scenarioLines(status.Scenarios[0], status.Elapsed, width)
	} else {
		for _, s := range status.Scenarios {
			lines = append(lines, scenarioLine(s, status.Elapsed))
		}
	}
	lines = append(lines, generatorLine(status))
	for _, node := range status.Lost {
		lines = append(lines, text{{bad, "  lost        " + clean(node)}})
	}
	return lines
}

func scenarioLines(s metrics.LiveScenario, elapsed time.Duration, width int) []text {
	lines := []text{
		progress(s, elapsed, width),
		row("users", usersText(s)),
		row("iterations", text{{plain, fmt.Sprintf("%s · %s/s", count(s.Iterations), digits(s.Rate))}}),
	}
	if s.Limit != nil {
		lines = append(lines, limitRow(s.Limit))
	}
	if n := s.Counters[metrics.DroppedIterations.Name]; n > 0 {
		lines = append(lines, row("dropped", text{{warning, plural(n, "iteration") + " never began"}}))
	}
	if len(s.Failures) > 0 {
		lines = append(lines, row("failures", text{{bad, byClass(s.Failures)}}))
	}
	for _, shown := range []struct {
		title  string
		metric *metrics.Metric
	}{{"events", metrics.LiveViewEventDuration}, {"joins", metrics.LiveViewJoinDuration}, {"actions", metrics.ActionDuration}, {"http", metrics.HTTPRequestDuration}} {
		if h := s.Histograms[shown.metric.Name]; h.Total.Count > 0 {
			lines = append(lines, row(shown.title, quantileText(shown.metric.Name, h)))
		}
	}
	return append(lines, thresholdRows(s.Thresholds, width)...)
}

func row(title string, t text) text {
	return append(text{{dim, "  " + pad(title, 12)}}, t...)
}

// progress shows how much of the planned time is over; without a plan, the time alone.
func progress(s metrics.LiveScenario, elapsed time.Duration, width int) text {
	t := text{{bold, clean(s.Name) + "  "}}
	if s.PlannedDuration <= 0 {
		return t.add(plain, duration(elapsed))
	}
	done := min(float64(elapsed)/float64(s.PlannedDuration), 1)
	cells := min(barWidth, max(width/3, 1))
	full := int(done * float64(cells))
	t = t.add(good, strings.Repeat("━", full)).add(dim, strings.Repeat("─", cells-full))
	t = t.add(plain, fmt.Sprintf("  %s / %s", duration(elapsed), duration(s.PlannedDuration)))
	if done == 1 && s.Active > 0 {
		t = t.add(dim, "  finishing")
	}
	return t
}

func usersText(s metrics.LiveScenario) text {
	t := text{{plain, fmt.Sprintf("%s active of %s", count(s.Active), count(max(int64(s.PlannedUsers), s.Active)))}}
	if s.Failed > 0 {
		t = t.add(plain, " · ").add(bad, count(s.Failed)+" failed")
	}
	return t
}

// quantileText shows the last ten seconds, or the whole run while nothing happened in them.
func quantileText(metric string, h metrics.LiveHistogram) text {
	q, when := h.Recent, "last 10 s"
	if q.Count == 0 {
		q, when = h.Total, "whole run"
	}
	return text{
		{plain, fmt.Sprintf("p50 %s · p95 %s", human(metric, q.P50), human(metric, q.P95))},
		{dim, fmt.Sprintf("  %s · %s in all", when, count(h.Total.Count))},
	}
}

func scenarioLine(s metrics.LiveScenario, elapsed time.Duration) text {
	t := text{{bold, clean(s.Name)}, {plain, "  " + duration(elapsed)}}
	if s.PlannedDuration > 0 {
		t = t.add(plain, " / "+duration(s.PlannedDuration))
	}
	t = t.add(plain, fmt.Sprintf("  %s users · %s iterations · %s/s", count(s.Active), count(s.Iterations), digits(s.Rate)))
	if broken := unmetText(s.Thresholds); broken != "" {
		t = t.add(bad, " · "+broken)
	}
	if h := s.Histograms[metrics.LiveViewEventDuration.Name]; h.Recent.Count > 0 {
		t = t.add(plain, " · events p95 "+human(metrics.LiveViewEventDuration.Name, h.Recent.P95))
	}
	if n := s.Counters[metrics.DroppedIterations.Name]; n > 0 {
		t = t.add(warning, " · dropped "+count(n))
	}
	if len(s.Failures) > 0 {
		t = t.add(bad, " · failures "+byClass(s.Failures))
	}
	return t
}

func generatorLine(status metrics.LiveStatus) text {
	g := status.Generator
	t := row("generator", text{{plain, fmt.Sprintf("CPU %.0f %% · %s · lag %s",
		g.CPUPercent, byteSize(g.RSSBytes), microseconds(float64(g.Lag.Microseconds())))}})
	if status.Nodes > 1 {
		t = t.add(dim, fmt.Sprintf("  worst of %d nodes", status.Nodes))
	}
	if status.Health.Saturated {
		t = t.add(warning, "  saturated")
	}
	return t
}

// byClass prints "timeout 3 · crash 1", the most frequent first.
func byClass(counts map[string]int64) string {
	var parts []string
	for _, class := range mostFrequent(counts) {
		parts = append(parts, clean(class)+" "+count(counts[class]))
	}
	return strings.Join(parts, " · ")
}

func mostFrequent(counts map[string]int64) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}

// progressLine is the state in one plain line for each scenario, for log files.
func progressLine(status metrics.LiveStatus) string {
	var out strings.Builder
	for _, s := range status.Scenarios {
		fmt.Fprintf(&out, "%s", duration(status.Elapsed))
		if s.PlannedDuration > 0 {
			fmt.Fprintf(&out, "/%s", duration(s.PlannedDuration))
		}
		fmt.Fprintf(&out, "  %s: %d/%d users, %d iterations (%s/s)", clean(s.Name), s.Active, s.PlannedUsers, s.Iterations, digits(s.Rate))
		if n := s.Counters[metrics.DroppedIterations.Name]; n > 0 {
			fmt.Fprintf(&out, ", %d dropped", n)
		}
		if len(s.Failures) > 0 {
			fmt.Fprintf(&out, ", failures: %s", strings.ReplaceAll(byClass(s.Failures), " · ", ", "))
		}
		events := metrics.LiveViewEventDuration.Name
		if q := s.Histograms[events].Recent; q.Count > 0 {
			fmt.Fprintf(&out, ", events p50 %s p95 %s", human(events, q.P50), human(events, q.P95))
		}
		if s.Limit != nil {
			fmt.Fprintf(&out, ", %s", clean(s.Limit.Now))
		}
		if broken := unmetText(s.Thresholds); broken != "" {
			fmt.Fprintf(&out, ", %s", broken)
		}
		fmt.Fprintf(&out, ", CPU %.0f %%", status.Generator.CPUPercent)
		if status.Health.Saturated {
			out.WriteString(" (saturated)")
		}
		out.WriteString("\n")
	}
	return out.String()
}
