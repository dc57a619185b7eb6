package terminal

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// liveThresholds is how many thresholds the drawing of a running run shows, the troubled ones first.
const liveThresholds = 6

// thresholdWidth is the most that the name of a metric with its labels takes of a line in the summary
// before the columns give way.
const thresholdWidth = 60

// thresholdRows show how the thresholds of a running scenario stand, each in a line that fits the width.
func thresholdRows(outcomes []metrics.ThresholdOutcome, width int) []text {
	var rows []text
	shown := slices.Clone(outcomes)
	slices.SortStableFunc(shown, func(a, b metrics.ThresholdOutcome) int { return urgency(b) - urgency(a) })
	title := "thresholds"
	for i, o := range shown {
		if i == liveThresholds {
			more := fmt.Sprintf("and %d more", len(shown)-i)
			if n := unmet(shown[i:]); n > 0 {
				more += fmt.Sprintf(", %d of them not met", n)
			}
			rows = append(rows, row("", text{{dim, more}}))
			break
		}
		mark := markOf(o)
		value := "waiting"
		if o.Value != nil {
			value = threshold.Describe(o)
		}
		rest := "  " + clean(o.Expression) + "  " + value
		name := cut(clean(o.Metric), max(width-16-utf8.RuneCountInString(rest), 8))
		rows = append(rows, row(title, text{mark, {plain, name}, {dim, "  " + clean(o.Expression)}, {mark.style, "  " + value}}))
		title = ""
	}
	return rows
}

// urgency orders thresholds: what is not met, what was not measured, what is met.
func urgency(o metrics.ThresholdOutcome) int {
	switch {
	case o.Value == nil:
		return 1
	case o.OK:
		return 0
	}
	return 2
}

// markOf is the mark of a threshold while the run goes on: there is none as long as nothing was measured.
func markOf(o metrics.ThresholdOutcome) span {
	switch urgency(o) {
	case 0:
		return span{good, "✓ "}
	case 1:
		return span{dim, "– "}
	}
	return span{bad, "✗ "}
}

// unmet counts those that are not met; what was not measured yet is not among them.
func unmet(outcomes []metrics.ThresholdOutcome) (n int) {
	for _, o := range outcomes {
		if urgency(o) == 2 {
			n++
		}
	}
	return n
}

// unmetText says in a few words that thresholds are not met, "" when all are.
func unmetText(outcomes []metrics.ThresholdOutcome) string {
	if n := unmet(outcomes); n > 0 {
		return fmt.Sprintf("%d of %s not met", n, plural(int64(len(outcomes)), "threshold"))
	}
	return ""
}

// thresholdLines show at the end what became of each threshold.
func thresholdLines(outcomes []metrics.ThresholdOutcome) []text {
	if len(outcomes) == 0 {
		return nil
	}
	names, expressions := 0, 0
	for _, o := range outcomes {
		names = max(names, min(utf8.RuneCountInString(clean(o.Metric)), thresholdWidth))
		expressions = max(expressions, utf8.RuneCountInString(clean(o.Expression)))
	}
	lines := []text{{}, {{plain, "  thresholds"}}}
	for _, o := range outcomes {
		mark := span{good, "✓ "}
		if !o.OK {
			mark = span{bad, "✗ "}
		}
		lines = append(lines, text{{whole, "    "}, mark,
			{plain, pad(clean(o.Metric), names) + "  "}, {dim, pad(clean(o.Expression), expressions) + "  "},
			{mark.style, threshold.Describe(o)}})
	}
	return lines
}

func allMet(outcomes []metrics.ThresholdOutcome) bool {
	return !slices.ContainsFunc(outcomes, func(o metrics.ThresholdOutcome) bool { return !o.OK })
}
