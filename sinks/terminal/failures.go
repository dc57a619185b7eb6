package terminal

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// topFailures is how many causes of failures the summary shows.
const topFailures = 10

func failureStyle(n int64) style {
	if n > 0 {
		return bad
	}
	return plain
}

// failureLines list the causes of failures, each with its first message.
func failureLines(g metrics.ScenarioResult) []text {
	causes := g.FailureCauses()
	if len(causes) == 0 {
		return nil
	}
	lines := []text{{}, {{bad, "  failures"}}}
	for i, cause := range causes {
		if i == topFailures {
			lines = append(lines, text{{dim, fmt.Sprintf("    and %s more of %s", plaintext.Count(failuresOf(causes[i:])), plaintext.Plural(int64(len(causes)-i), "other cause"))}})
			break
		}
		t := text{{whole, "    "}, {bad, clean(cause.Class)}, {plain, " ×" + plaintext.Count(cause.Count)}}
		if len(cause.Samples) > 0 {
			t = t.add(plain, "  "+clean(cause.Samples[0].ReasonInspect))
		}
		lines = append(lines, t)
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
	if len(first.Stacktrace) > 0 {
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
