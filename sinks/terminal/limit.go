package terminal

import (
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// limitRow shows the progress of the search for a scenario's limit.
func limitRow(s *metrics.State) text {
	t := text{{plain, clean(s.Search)}}
	if held := s.Limit.HeldStep(); held != nil {
		t = t.add(plain, " · ").add(good, clean(held.Text)+" held")
	}
	if broke := s.Limit.BrokenStep(); broke != nil {
		t = t.add(plain, " · ").add(markOfStep(*broke).style, clean(broke.Text)+" did not")
	}
	return row("limit", t)
}

// stepLine is the outcome of one load of a search.
func stepLine(s metrics.LimitStep, width int) text {
	mark := markOfStep(s)
	return text{{whole, ""}, mark, {bold, pad(clean(s.Text), width) + "  "}, {mark.style, judged(s)}, {dim, measured(s)}}
}

func markOfStep(s metrics.LimitStep) span {
	switch {
	case s.Held:
		return span{good, "✓ "}
	case s.By == metrics.LimitApplication:
		return span{bad, "✗ "}
	}
	return span{warning, "! "}
}

func judged(s metrics.LimitStep) string {
	reasons := clean(strings.Join(s.Reasons, ", and "))
	if s.Again {
		s.Again = false
		return "tried again, " + judged(s)
	}
	switch s.By {
	case metrics.LimitApplication:
		return "broke: " + reasons
	case metrics.LimitGenerator:
		return "the load generator was saturated: " + reasons
	case metrics.LimitLoad:
		return "could not be made: " + reasons
	}
	return "held: "
}

// measured lists the thresholds of a load that held, with their values.
func measured(s metrics.LimitStep) string {
	var parts []string
	for _, o := range s.Thresholds {
		if s.Held {
			parts = append(parts, clean(o.Metric)+" "+clean(o.Expression)+" ("+threshold.Describe(o)+")")
		}
	}
	return strings.Join(parts, " · ")
}

// newSteps returns the lines of the steps that are not printed yet.
func (d *Display) newSteps(i *metrics.Interval) string {
	var lines strings.Builder
	for _, s := range i.Scenarios {
		if s.State.Limit == nil {
			continue
		}
		for ; d.steps < len(s.State.Limit.Steps); d.steps++ {
			lines.WriteString(d.paint.line(d.width(), stepLine(s.State.Limit.Steps[d.steps], 0)))
		}
	}
	return lines.String()
}

// limitLines list all loads of a search, whose result is at the top.
func limitLines(l *metrics.Limit) []text {
	if l == nil {
		return nil
	}
	width := 0
	for _, s := range l.Steps {
		width = max(width, columns(clean(s.Text)))
	}
	lines := []text{{}, {{plain, "  the search for the limit"}}}
	for _, s := range l.Steps {
		lines = append(lines, append(text{{whole, "    "}}, stepLine(s, width)[1:]...))
	}
	return lines
}
