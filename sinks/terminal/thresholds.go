package terminal

import (
	"fmt"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/sinks/plaintext"
)

// drawnThresholds is how many thresholds the drawing shows, those that are not met first.
const drawnThresholds = 6

// thresholdWidth is the widest name, with labels, for which the columns of the summary make room.
const thresholdWidth = 60

// thresholdRows show how thresholds stand, each in a line that fits the width.
func thresholdRows(outcomes []metrics.ThresholdOutcome, width int) []text {
	var rows []text
	shown := slices.Clone(outcomes)
	slices.SortStableFunc(shown, func(a, b metrics.ThresholdOutcome) int { return urgency(b) - urgency(a) })
	title := "thresholds"
	for i, o := range shown {
		if i == drawnThresholds {
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
		name := cut(clean(o.Metric), max(width-16-columns(rest), 8))
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

// markOf returns the mark of a threshold during the run; one without a value is neither met nor failed.
func markOf(o metrics.ThresholdOutcome) span {
	switch urgency(o) {
	case 0:
		return span{good, "✓ "}
	case 1:
		return span{dim, "– "}
	}
	return span{bad, "✗ "}
}

// unmet counts thresholds that are not met; those without a value do not count.
func unmet(outcomes []metrics.ThresholdOutcome) (n int) {
	for _, o := range outcomes {
		if urgency(o) == 2 {
			n++
		}
	}
	return n
}

// unmetText says how many thresholds are not met, "" when all are.
func unmetText(outcomes []metrics.ThresholdOutcome) string {
	if n := unmet(outcomes); n > 0 {
		return fmt.Sprintf("%d of %s not met", n, plaintext.Plural(int64(len(outcomes)), "threshold"))
	}
	return ""
}

// thresholdLines list the outcome of each threshold. That one is met says nothing of a run that is dead.
func thresholdLines(r *metrics.Result) []text {
	outcomes := r.Thresholds
	if len(outcomes) == 0 {
		return nil
	}
	names, expressions := 0, 0
	for _, o := range outcomes {
		names = max(names, min(columns(clean(o.Metric)), thresholdWidth))
		expressions = max(expressions, columns(clean(o.Expression)))
	}
	lines := []text{{}, {{plain, "  thresholds"}}}
	for _, o := range outcomes {
		mark := span{good, "✓ "}
		switch {
		case !o.OK:
			mark = span{bad, "✗ "}
		case r.Dead() != "":
			mark = span{dim, "– "}
		}
		lines = append(lines, text{{whole, "    "}, mark,
			{plain, pad(clean(o.Metric), names) + "  "}, {dim, pad(clean(o.Expression), expressions) + "  "},
			{mark.style, threshold.Describe(o)}})
	}
	return lines
}
