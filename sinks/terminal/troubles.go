package terminal

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// troubleLines list requests and checks that have failed: no iteration need have failed with them.
func troubleLines(r metrics.Result, how Summary, width int) []text {
	var lines []text
	requests := r.FailedRequests()
	if len(requests) > 0 {
		lines = append(lines, text{}, text{{bad, "  failed requests"}})
	}
	for i, f := range requests {
		if i == most(how) {
			lines = append(lines, text{{dim, fmt.Sprintf("    and %s more of %s", plaintext.Count(requestsOf(requests[i:])), plaintext.Plural(int64(len(requests)-i), "other kind"))}})
			break
		}
		lines = append(lines, wrapped(text{{plain, "    "}, {bad, clean(f.What)}, {plain, " ×" + plaintext.Count(f.Count) + "  " + clean(f.Where)}}, width, 6)...)
	}
	checks := r.FailedChecks()
	if len(checks) > 0 {
		lines = append(lines, text{}, text{{bad, "  failed checks"}})
	}
	for i, f := range checks {
		if i == most(how) {
			lines = append(lines, text{{dim, fmt.Sprintf("    and %s", plaintext.Plural(int64(len(checks)-i), "other check"))}})
			break
		}
		lines = append(lines, wrapped(text{{plain, "    "}, {bad, clean(f.Name)}, {plain, fmt.Sprintf(" ×%s of %s", plaintext.Count(f.Count), plaintext.Count(f.Total))}}, width, 6)...)
	}
	return lines
}

func requestsOf(all []metrics.FailedRequest) (n int64) {
	for _, f := range all {
		n += f.Count
	}
	return n
}
