package terminal

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// troubleLines list requests and checks that have failed: no iteration need have failed with them.
func troubleLines(r metrics.Result) []text {
	var lines []text
	requests := r.FailedRequests()
	if len(requests) > 0 {
		lines = append(lines, text{}, text{{bad, "  failed requests"}})
	}
	for i, f := range requests {
		if i == topFailures {
			lines = append(lines, text{{dim, fmt.Sprintf("    and %s more of %s", plaintext.Count(requestsOf(requests[i:])), plaintext.Plural(int64(len(requests)-i), "other kind"))}})
			break
		}
		lines = append(lines, text{{whole, "    "}, {bad, clean(f.What)}, {plain, " ×" + plaintext.Count(f.Count) + "  " + clean(f.Where)}})
	}
	checks := r.FailedChecks()
	if len(checks) > 0 {
		lines = append(lines, text{}, text{{bad, "  failed checks"}})
	}
	for i, f := range checks {
		if i == topFailures {
			lines = append(lines, text{{dim, fmt.Sprintf("    and %s", plaintext.Plural(int64(len(checks)-i), "other check"))}})
			break
		}
		lines = append(lines, text{{whole, "    "}, {bad, clean(f.Name)}, {plain, fmt.Sprintf(" ×%s of %s", plaintext.Count(f.Count), plaintext.Count(f.Total))}})
	}
	return lines
}

// troubleText says in the headline what else is wrong.
func troubleText(r metrics.Result) text {
	var t text
	if n := requestsOf(r.FailedRequests()); n > 0 {
		t = t.add(plain, " · ").add(bad, plaintext.Plural(n, "request")+" failed")
	}
	failed := int64(0)
	for _, f := range r.FailedChecks() {
		failed += f.Count
	}
	if failed > 0 {
		t = t.add(plain, " · ").add(bad, plaintext.Plural(failed, "check")+" failed")
	}
	return t
}

func requestsOf(all []metrics.FailedRequest) (n int64) {
	for _, f := range all {
		n += f.Count
	}
	return n
}
