package markdown

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
	"github.com/liveload/liveload/sinks/timesplit"
)

// timeSplits says where the time of events and navigations went, those first that users have waited for longest in all.
func timeSplits(r *metrics.Result) block {
	b := block{name: "where the time went", rank: rankMeasured, more: row("and %s more", "", "", "", "")}
	for _, s := range timesplit.Of(r) {
		if len(s.Parts) < 2 {
			continue // nothing is known of its parts
		}
		b.rows = append(b.rows, row(splitName(s), Code(short(s.Page)), plaintext.Count(s.Count), readable.Microseconds(s.Mean), splitParts(s)))
	}
	return table(b, "Where the time went", "| | page | count | mean | of that |\n|---|---|--:|--:|---|\n")
}

func splitName(s timesplit.Split) string {
	switch s.Of {
	case timesplit.Page:
		return "page opened"
	case timesplit.Navigation:
		return "live " + Text(s.Name)
	}
	return Code(short(s.Name))
}

func splitParts(s timesplit.Split) string {
	var parts []string
	for _, p := range s.Parts {
		parts = append(parts, fmt.Sprintf("%.0f %% %s", 100*p.Share, Text(p.Name)))
	}
	return strings.Join(parts, ", ")
}
