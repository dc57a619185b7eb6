package terminal

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

const barWidth = 30

// introduction says what a scenario will do.
func introduction(s metrics.ScenarioInfo) text {
	load := s.Load
	if load == "" {
		load = plaintext.Plural(int64(s.Users), "user")
	}
	t := text{{bold, clean(s.Name)}, {plain, ": " + clean(load)}}
	if s.Duration > 0 {
		t = t.add(plain, " for "+readable.Length(s.Duration-s.StartTime))
	}
	if s.StartTime > 0 {
		t = t.add(plain, ", starts after "+readable.Length(s.StartTime))
	}
	return t
}

// drawing shows a run that goes on. A single scenario gets many lines, several get one each.
func drawing(now *metrics.Interval, width int) []text {
	var lines []text
	if len(now.Scenarios) == 1 {
		lines = scenarioLines(now.Scenarios[0], width)
	} else {
		for _, s := range now.Scenarios {
			lines = append(lines, scenarioLine(s))
		}
	}
	lines = append(lines, generatorLine(now))
	for _, node := range now.Lost {
		lines = append(lines, text{{bad, "  lost        " + clean(node)}})
	}
	return lines
}

func scenarioLines(scenario metrics.ScenarioInterval, width int) []text {
	s := scenario.State
	lines := []text{
		progress(scenario, width),
		row("users", usersText(s)),
		row("iterations", text{{plain, fmt.Sprintf("%s · %s/s", plaintext.Count(s.Count(metrics.Iterations)), readable.Number(s.Rate))}}),
	}
	if s.Limit != nil {
		lines = append(lines, limitRow(s))
	}
	if n := s.Count(metrics.DroppedIterations); n > 0 {
		lines = append(lines, row("dropped", text{{warning, plaintext.Plural(n, "iteration") + " never began"}}))
	}
	if len(s.Failures) > 0 {
		lines = append(lines, row("failures", text{{bad, byClass(s.Failures)}}))
	}
	for _, shown := range []struct {
		title  string
		metric *metrics.Metric
	}{{"events", metrics.LiveViewEventDuration}, {"joins", metrics.LiveViewJoinDuration}, {"operations", metrics.ActionDuration}, {"http", metrics.HTTPRequestDuration}} {
		if s.Count(shown.metric) > 0 {
			lines = append(lines, row(shown.title, quantileText(shown.metric, s)))
		}
	}
	return append(lines, thresholdRows(s.Thresholds, width)...)
}

func row(title string, t text) text {
	return append(text{{dim, "  " + pad(title, 12)}}, t...)
}

// progress shows how much of the planned time is over, or the time alone when the scenario ends by itself.
func progress(scenario metrics.ScenarioInterval, width int) text {
	s, t := scenario.State, text{{bold, clean(scenario.Scenario) + "  "}}
	if s.PlannedDuration <= 0 {
		return t.add(plain, readable.Duration(s.Elapsed))
	}
	done := min(float64(s.Elapsed)/float64(s.PlannedDuration), 1)
	cells := min(barWidth, max(width/3, 1))
	full := int(done * float64(cells))
	t = t.add(styleOf(s), strings.Repeat("━", full)).add(dim, strings.Repeat("─", cells-full))
	t = t.add(plain, fmt.Sprintf("  %s / %s", readable.Duration(s.Elapsed), readable.Duration(s.PlannedDuration)))
	if done == 1 && s.Active > 0 {
		t = t.add(dim, "  finishing")
	}
	return t
}

// styleOf is good while anything works.
func styleOf(s *metrics.State) style {
	var failed int64
	for _, f := range s.Failures {
		failed += f.Count
	}
	ended := s.Count(metrics.Iterations)
	if dead := s.Active == 0 && s.Users.Failed > 0 && s.Users.Succeeded == 0; dead || failed > 0 && failed >= ended {
		return bad
	}
	return good
}

func usersText(s *metrics.State) text {
	t := text{{plain, fmt.Sprintf("%s active of %s", plaintext.Count(s.Active), plaintext.Count(max(int64(s.PlannedUsers), s.Active)))}}
	if s.Users.Failed > 0 {
		t = t.add(plain, " · ").add(bad, plaintext.Count(s.Users.Failed)+" failed")
	}
	return t
}

// quantileText shows the last ten seconds, or the whole run while nothing happened in them.
func quantileText(m *metrics.Metric, s *metrics.State) text {
	values, when := s.RecentValues(m), "last 10 s"
	if values.Count() == 0 {
		values, when = s.Total(m.Name, metrics.AllLabels).Values, "whole run"
	}
	q := values.Quantiles(0.5, 0.95)
	return text{
		{plain, fmt.Sprintf("p50 %s · p95 %s", readable.Value(m, q[0]), readable.Value(m, q[1]))},
		{dim, fmt.Sprintf("  %s · %s in all", when, plaintext.Count(s.Count(m)))},
	}
}

func scenarioLine(scenario metrics.ScenarioInterval) text {
	s := scenario.State
	t := text{{bold, clean(scenario.Scenario)}, {plain, "  " + readable.Duration(s.Elapsed)}}
	if s.PlannedDuration > 0 {
		t = t.add(plain, " / "+readable.Duration(s.PlannedDuration))
	}
	t = t.add(plain, fmt.Sprintf("  %s users · %s iterations · %s/s", plaintext.Count(s.Active), plaintext.Count(s.Count(metrics.Iterations)), readable.Number(s.Rate)))
	if broken := unmetText(s.Thresholds); broken != "" {
		t = t.add(bad, " · "+broken)
	}
	if events := s.RecentValues(metrics.LiveViewEventDuration); events.Count() > 0 {
		t = t.add(plain, " · events p95 "+readable.Value(metrics.LiveViewEventDuration, events.Quantile(0.95)))
	}
	if n := s.Count(metrics.DroppedIterations); n > 0 {
		t = t.add(warning, " · dropped "+plaintext.Count(n))
	}
	if len(s.Failures) > 0 {
		t = t.add(bad, " · failures "+byClass(s.Failures))
	}
	return t
}

func generatorLine(now *metrics.Interval) text {
	t := row("generator", text{{plain, fmt.Sprintf("CPU %.0f %% · %s · lag %s",
		worst(now, metrics.GeneratorCPUPercent), readable.Bytes(worst(now, metrics.GeneratorRSSBytes)), readable.Microseconds(worst(now, metrics.GeneratorLag)))}})
	if now.Nodes > 1 {
		t = t.add(dim, fmt.Sprintf("  worst of %d nodes", now.Nodes))
	}
	if now.Health.Saturated {
		t = t.add(warning, "  "+saturated(now))
	}
	return t
}

// mostSaturated is how many nodes a line names.
const mostSaturated = 3

// saturated names the nodes that are saturated when others are not.
func saturated(now *metrics.Interval) string {
	names := now.Health.SaturatedNodes
	if len(names) == 0 || len(names) >= now.Nodes {
		return "saturated"
	}
	text := "saturated: " + clean(strings.Join(names[:min(len(names), mostSaturated)], ", "))
	if more := len(names) - mostSaturated; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// worst is the largest value that any node measured about itself in the last ten seconds.
func worst(now *metrics.Interval, m *metrics.Metric) float64 {
	if len(now.Scenarios) == 0 {
		return 0
	}
	return now.Scenarios[0].State.RecentValues(m).Max()
}

// byClass prints "timeout 3 · crash 1", the most frequent first.
func byClass(failures map[string]metrics.FailureClass) string {
	counts := make(map[string]int64, len(failures))
	for class, f := range failures {
		counts[class] = f.Count
	}
	var parts []string
	for _, class := range plaintext.MostFrequent(counts) {
		parts = append(parts, clean(class)+" "+plaintext.Count(counts[class]))
	}
	return strings.Join(parts, " · ")
}

// progressLine is the state in one plain line for each scenario, for log files.
func progressLine(now *metrics.Interval) string {
	var out strings.Builder
	for _, scenario := range now.Scenarios {
		s := scenario.State
		fmt.Fprintf(&out, "%s", readable.Duration(s.Elapsed))
		if s.PlannedDuration > 0 {
			fmt.Fprintf(&out, "/%s", readable.Duration(s.PlannedDuration))
		}
		fmt.Fprintf(&out, "  %s: %d/%d users, %s (%s/s)", clean(scenario.Scenario), s.Active, s.PlannedUsers, plaintext.Plural(s.Count(metrics.Iterations), "iteration"), readable.Number(s.Rate))
		if n := s.Count(metrics.DroppedIterations); n > 0 {
			fmt.Fprintf(&out, ", %d dropped", n)
		}
		if len(s.Failures) > 0 {
			fmt.Fprintf(&out, ", failures: %s", strings.ReplaceAll(byClass(s.Failures), " · ", ", "))
		}
		events := metrics.LiveViewEventDuration
		if values := s.RecentValues(events); values.Count() > 0 {
			q := values.Quantiles(0.5, 0.95)
			fmt.Fprintf(&out, ", events p50 %s p95 %s", readable.Value(events, q[0]), readable.Value(events, q[1]))
		}
		if s.Limit != nil {
			fmt.Fprintf(&out, ", %s", clean(s.Search))
		}
		if broken := unmetText(s.Thresholds); broken != "" {
			fmt.Fprintf(&out, ", %s", broken)
		}
		fmt.Fprintf(&out, ", CPU %.0f %%", worst(now, metrics.GeneratorCPUPercent))
		if now.Health.Saturated {
			fmt.Fprintf(&out, " (%s)", saturated(now))
		}
		out.WriteString("\n")
	}
	return out.String()
}
