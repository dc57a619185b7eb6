package terminal

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// topFailures is how many causes of failures the short summary shows.
const topFailures = 10

// most is how many failures of a kind a summary shows.
func most(how Summary) int {
	if how == Full {
		return metrics.MaxLabelSets
	}
	return topFailures
}

func failureStyle(n int64) style {
	if n > 0 {
		return bad
	}
	return plain
}

// failureLines list the causes of failures, each with its first message.
func failureLines(g metrics.ScenarioResult, how Summary, width int) []text {
	causes := g.FailureCauses()
	if len(causes) == 0 {
		return nil
	}
	lines := []text{{}, {{bad, "  failures"}}}
	for i, cause := range causes {
		if i == most(how) {
			lines = append(lines, text{{dim, fmt.Sprintf("    and %s more of %s", plaintext.Count(failuresOf(causes[i:])), plaintext.Plural(int64(len(causes)-i), "other cause"))}})
			break
		}
		t := text{{plain, "    "}, {bad, clean(cause.Class)}, {plain, " ×" + plaintext.Count(cause.Count)}}
		if said := readable.MessageOf(cause); said != "" {
			t = t.add(plain, "  "+said)
		}
		lines = append(lines, wrapped(t, width, 6)...)
		lines = append(lines, evidence(cause.Samples)...)
	}
	return lines
}

func failuresOf(causes []metrics.FailureCause) (n int64) {
	for _, cause := range causes {
		n += cause.Count
	}
	return n
}

// evidence points to where the first sample happened, and to the files that were kept of it.
func evidence(samples []metrics.FailureSample) []text {
	if len(samples) == 0 {
		return nil
	}
	var lines []text
	first := samples[0]
	for _, s := range samples { // the order of simultaneous failures is not fixed
		if s.Screenshot != "" {
			first = s
			break
		}
	}
	if len(first.Stacktrace) > 0 && !strings.Contains(first.ReasonInspect, placeOf(first.Stacktrace[0])) {
		lines = append(lines, text{{whole, ""}, {dim, "      " + clean(first.Stacktrace[0])}})
	}
	for _, kept := range []struct{ what, path string }{
		{"screenshot", first.Screenshot}, {"page", first.Page}, {"console", first.Console}, {"frames", first.Frames}, {"trace", first.Trace},
	} {
		if kept.path != "" {
			lines = append(lines, text{{whole, ""}, {dim, "      " + kept.what + ": " + clean(kept.path)}})
		}
	}
	return lines
}

// placeOf is the place in the script of a line such as "at default (buy.js:12:9)".
func placeOf(line string) string {
	_, place, _ := strings.Cut(line, "(")
	return strings.TrimSuffix(place, ")")
}
