package merge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// health keeps what the parts say of their load generators. Of several runs it says which one a note is about.
func (a *alignment) health(parts []part, remarks []string) metrics.Health {
	h := metrics.Health{Reasons: []string{}}
	for _, p := range parts {
		h.Saturated = h.Saturated || p.Health.Saturated
		for _, name := range p.Health.SaturatedNodes {
			h.SaturatedNodes = addOnce(h.SaturatedNodes, name)
		}
		for _, reason := range p.Health.Reasons {
			h.Reasons = addOnce(h.Reasons, a.attributed(p, reason))
		}
		for _, note := range p.Health.Notes {
			if p.PartOf == 0 || note != incomplete(p.Result) { // which the merged Result says for itself
				h.Notes = addOnce(h.Notes, a.attributed(p, note))
			}
		}
	}
	slices.Sort(h.SaturatedNodes)
	h.Notes = append(h.Notes, remarks...)
	return h
}

func (a *alignment) attributed(p part, text string) string {
	if len(a.begins) > 1 {
		return p.from.Name + ": " + text
	}
	return text
}

func addOnce(texts []string, text string) []string {
	if slices.Contains(texts, text) {
		return texts
	}
	return append(texts, text)
}

// incomplete says that parts of the run are missing.
func incomplete(r *metrics.Result) string {
	return fmt.Sprintf("only the parts of %d of the run's %d nodes are here", len(r.Nodes), r.PartOf)
}

// remarks say what there is to know of the merged Result itself.
func (a *alignment) remarks(parts []part, r *metrics.Result) (notes []string) {
	switch {
	case a.byClock:
		notes = append(notes, fmt.Sprintf("merged from %d runs of the same time: the time series has them by the clock", a.runs))
	case a.runs > 1:
		notes = append(notes, fmt.Sprintf("merged from %d runs of different times: the time series has them as if they had begun together", a.runs))
	}
	if r.PartOf > 0 {
		notes = append(notes, incomplete(r))
	}
	if len(parts) > 1 && len(withoutSketches(parts)) > 0 {
		notes = append(notes, "percentiles over time are upper bounds where buckets of several files became one; those of the whole are exact")
	}
	if names := differing(parts); len(names) > 0 {
		notes = append(notes, "left out of the options, since they differ: "+strings.Join(names, ", "))
	}
	return notes
}
