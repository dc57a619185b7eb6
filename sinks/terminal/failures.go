package terminal

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// topFailures is how many failure classes the summary shows.
const topFailures = 10

func failureStyle(n int64) style {
	if n > 0 {
		return bad
	}
	return plain
}

// failureLines list the classes of failures, each with its first message.
func failureLines(g metrics.ScenarioResult) []text {
	counts := failureCounts(g)
	if len(counts) == 0 {
		return nil
	}
	lines := []text{{}, {{bad, "  failures"}}}
	for i, class := range plaintext.MostFrequent(counts) {
		if i == topFailures {
			lines = append(lines, text{{dim, fmt.Sprintf("    and %d more classes", len(counts)-topFailures)}})
			break
		}
		t := text{{whole, "    "}, {bad, clean(class)}, {plain, " ×" + plaintext.Count(counts[class])}}
		if samples := g.FailureSamples[class]; len(samples) > 0 {
			t = t.add(plain, "  "+clean(samples[0].ReasonInspect))
		}
		lines = append(lines, t)
		lines = append(lines, evidence(g.FailureSamples[class])...)
	}
	return lines
}

// failureCounts counts failed iterations, and users that failed without having one.
func failureCounts(g metrics.ScenarioResult) map[string]int64 {
	counts := make(map[string]int64)
	for class, n := range g.Counters[metrics.IterationFailures.Name].By {
		counts[class] = n
	}
	for class, n := range g.Counters[metrics.ScenarioFailures.Name].By {
		counts[class] = max(counts[class], n)
	}
	return counts
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
