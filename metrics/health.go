package metrics

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

const (
	// A node is saturated when its machine's CPU was busier than saturatedCPU for more than
	// saturatedShare of the seconds: browsers then wait for the CPU, and so do their clocks.
	saturatedCPU   = 90.0
	saturatedShare = 0.20
	// It is also saturated when one timer in twenty fires later than saturatedLag.
	saturatedLag = 100 * time.Millisecond
	// Fewer seconds than minHealthSamples say nothing.
	minHealthSamples = 5
)

// health judges the nodes by what they measured about themselves.
func (a *Aggregator) health() Health {
	h := Health{Reasons: []string{}}
	t := newTally()
	t.addTotals(a.own.all)
	for _, node := range slices.Sorted(maps.Keys(t.histograms[GeneratorCPUPercent.Name])) {
		d := t.histograms[GeneratorCPUPercent.Name][node]
		if busy := quantiles(d, 1-saturatedShare)[0]; d.GetCount() >= minHealthSamples && busy > saturatedCPU {
			h.Reasons = append(h.Reasons, fmt.Sprintf("node %s: the machine's CPU was above %.0f %% for more than %.0f %% of the time (p80 %.0f %%)",
				node, saturatedCPU, 100*saturatedShare, busy))
		}
	}
	for _, node := range slices.Sorted(maps.Keys(t.histograms[GeneratorLag.Name])) {
		d := t.histograms[GeneratorLag.Name][node]
		lag := time.Duration(quantiles(d, 0.95)[0]) * time.Microsecond
		if d.GetCount() >= minHealthSamples && lag > saturatedLag {
			h.Reasons = append(h.Reasons, fmt.Sprintf("node %s: timers fired late, by %s at p95 (limit %s)", node, lag.Round(time.Millisecond), saturatedLag))
		}
	}
	h.Saturated = len(h.Reasons) > 0
	h.Notes = a.notes()
	return h
}

// notes tells what is missing from the numbers.
func (a *Aggregator) notes() []string {
	var notes []string
	for _, name := range slices.Sorted(maps.Keys(a.nodes)) {
		if n := a.nodes[name]; n.lost {
			notes = append(notes, fmt.Sprintf("node %s was lost: %s; its numbers up to then count", name, n.reason))
		}
	}
	for _, s := range append(slices.Clone(a.scenarios), a.own) {
		dropped := newTally()
		dropped.addTotals(s.all)
		if n := dropped.countOf(SamplesDropped); n > 0 {
			notes = append(notes, fmt.Sprintf("%s%d samples were not recorded, see %s", s.prefix(), n, SamplesDropped.Name))
		}
		for _, metric := range slices.Sorted(maps.Keys(s.overflow)) {
			notes = append(notes, fmt.Sprintf("%s%s has more than %d labels: %d samples are in %q",
				s.prefix(), metric, maxLabels, s.overflow[metric], otherLabel))
		}
	}
	return notes
}

func (s *scenarioState) prefix() string {
	if s.info.Name == NodeScope {
		return ""
	}
	return s.info.Name + ": "
}
