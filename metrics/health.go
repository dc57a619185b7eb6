package metrics

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	// A node is saturated when its machine's CPU was busier than saturatedCPU for more than
	// saturatedShare of the seconds: browsers then wait for the CPU, and so do their clocks.
	saturatedCPU   = 90.0
	saturatedShare = 0.20
	// It is also saturated when one timer in twenty fires later than saturatedLag.
	saturatedLag = 100 * time.Millisecond
	// It has too little memory when more than scarceMemory of it was taken in one second of twenty: the system then kills
	// processes, or spends its time on finding memory.
	scarceMemory = 95.0
	// A limit was near when more than nearLimit of it was taken in any second.
	nearLimit = 95.0
	// Fewer seconds than minHealthSamples say nothing.
	minHealthSamples = 5
)

// health judges the nodes by what they measured about themselves.
func (a *Aggregator) health() Health {
	series := a.generator.all.totals.share()
	names, reasons := saturation(series)
	if n := a.killedForMemory(); n > 0 {
		reasons = append(reasons, fmt.Sprintf("the system killed processes of browsers %s, since there was too little memory: use a machine with more, or fewer users", times(n)))
	}
	notes := slices.Concat(a.notes(), unwatched(series), nearLimits(series))
	if all := len(seriesOf(series, GeneratorCPUPercent.Name)); 0 < len(names) && len(names) < all {
		notes = append(notes, fmt.Sprintf("saturated, while %d of %d nodes are not: %s. Use larger machines there, or say with --users-per-node what they carry",
			all-len(names), all, strings.Join(names, ", ")))
	}
	return Health{Saturated: len(reasons) > 0, SaturatedNodes: names, Reasons: reasons, Notes: notes}
}

// killedForMemory counts the processes of browsers and drivers that were killed since there was no memory left.
func (a *Aggregator) killedForMemory() (n int64) {
	for _, s := range append(slices.Clone(a.scenarios), a.generator) {
		for _, one := range seriesOf(s.all.totals.share(), BrowserCrashes.Name) {
			if BrowserCrashes.By(one.Labels) == CrashMemory {
				n += one.Count
			}
		}
	}
	return n
}

// unwatched names the nodes whose CPU was not measured in every second: what is not known may have saturated them.
func unwatched(series []Series) (notes []string) {
	measured := map[string]int64{}
	for _, one := range seriesOf(series, GeneratorCPUPercent.Name) {
		measured[GeneratorCPUPercent.By(one.Labels)] = one.Sketch.Count()
	}
	for _, one := range seriesOf(series, GeneratorLag.Name) {
		node, seconds := GeneratorLag.By(one.Labels), one.Sketch.Count()
		if missing := seconds - measured[node]; missing > 0 {
			notes = append(notes, fmt.Sprintf("the CPU of node %s was not measured in %d of %d seconds: nobody knows whether it was saturated then", node, missing, seconds))
		}
	}
	return notes
}

// nearLimits names the limits at which browsers and pages do not start, or die.
func nearLimits(series []Series) (notes []string) {
	fixes := map[string]string{
		LimitProcesses: "raise it (ulimit -u, pids.max; a container: --pids-limit=-1)", LimitFiles: "raise it (ulimit -n 65536)",
		LimitDisk: "free some, or set LIVELOAD_CACHE to a folder on another disk",
	}
	for _, one := range seriesOf(series, GeneratorLimit.Name) {
		if most := one.Sketch.Quantile(1); most > nearLimit {
			limit := one.Labels.Get("limit")
			notes = append(notes, fmt.Sprintf("node %s came near its limit of %s (%.0f %% taken): what crashed or did not start then is no fault of the application: %s",
				one.Labels.Get("node"), limit, most, fixes[limit]))
		}
	}
	return notes
}

// Saturation says why nodes are saturated, by what is among the series of what they measured about themselves.
// The series are sorted.
func Saturation(series []Series) []string {
	_, reasons := saturation(series)
	return reasons
}

// saturation returns the nodes that are saturated, too.
func saturation(series []Series) (names, reasons []string) {
	reasons = []string{}
	found := map[string]bool{}
	saturated := func(node, format string, args ...any) {
		found[node] = true
		reasons = append(reasons, "node "+node+": "+fmt.Sprintf(format, args...))
	}
	for _, one := range seriesOf(series, GeneratorCPUPercent.Name) {
		if busy := one.Sketch.Quantile(1 - saturatedShare); one.Sketch.Count() >= minHealthSamples && busy > saturatedCPU {
			saturated(GeneratorCPUPercent.By(one.Labels), "the machine's CPU was above %.0f %% for more than %.0f %% of the time (p80 %.0f %%)",
				saturatedCPU, 100*saturatedShare, busy)
		}
	}
	for _, one := range seriesOf(series, GeneratorLag.Name) {
		lag := time.Duration(one.Sketch.Quantile(0.95)) * time.Microsecond
		if one.Sketch.Count() >= minHealthSamples && lag > saturatedLag {
			saturated(GeneratorLag.By(one.Labels), "timers fired late, by %s at p95 (limit %s)", lag.Round(time.Millisecond), saturatedLag)
		}
	}
	for _, one := range seriesOf(series, GeneratorMemory.Name) {
		if taken := one.Sketch.Quantile(0.95); one.Sketch.Count() >= minHealthSamples && taken > scarceMemory {
			saturated(GeneratorMemory.By(one.Labels), "more than %.0f %% of the memory that it may use was taken for more than 5 %% of the time (p95 %.0f %%)", scarceMemory, taken)
		}
	}
	return slices.Sorted(maps.Keys(found)), reasons
}

// notes says what is missing from the numbers.
func (a *Aggregator) notes() []string {
	var notes []string
	for _, name := range slices.Sorted(maps.Keys(a.nodes)) {
		n := a.nodes[name]
		if n.lost {
			notes = append(notes, n.loss())
		}
		if n.late > 0 {
			notes = append(notes, fmt.Sprintf("%d snapshots of node %s came so late that only the totals have them, not the intervals of their seconds", n.late, name))
		}
		if n.absurd > 0 {
			notes = append(notes, fmt.Sprintf("%d snapshots of node %s do not count: their numbers are more than %d ahead of what had come", n.absurd, name, maxMissing))
		}
	}
	for _, s := range append(slices.Clone(a.scenarios), a.generator) {
		if n := s.all.totals.count(SamplesDropped); n > 0 {
			notes = append(notes, fmt.Sprintf("%s%d samples were not recorded, see %s", s.prefix(), n, SamplesDropped.Name))
		}
		if n := s.all.totals.count(FilesDropped); n > 0 {
			notes = append(notes, fmt.Sprintf("%s%d downloads and other files were not kept, since the run had its share of the disk (--max-disk), see %s", s.prefix(), n, FilesDropped.Name))
		}
		if n := s.all.totals.count(SessionsLost); n > 0 {
			notes = append(notes, fmt.Sprintf("%s%s lost with their browser or page (%s): what these had measured since their last report, 0.3 s at most, is missing from the numbers",
				s.prefix(), sessions(n), byCause(seriesOf(s.all.totals.share(), SessionsLost.Name))))
		}
		if n := s.all.totals.count(BrowserStalls); n > 0 {
			notes = append(notes, fmt.Sprintf("%sbrowsers or their drivers gave no answer for 5 s or longer, %s (see %s): what was measured then is their time, not the application's",
				s.prefix(), times(n), BrowserStalls.Name))
		}
		if n := s.all.totals.count(ServiceWorkerRequests); n > 0 {
			notes = append(notes, fmt.Sprintf("%s%d requests of pages went to service workers, see %s: what these asked the server for is not counted",
				s.prefix(), n, ServiceWorkerRequests.Name))
		}
		for _, name := range s.all.totals.full() {
			notes = append(notes, fmt.Sprintf("%s%s has counted as far as it can, to %d: what came later is missing", s.prefix(), name, int64(MaxCount)))
		}
		for _, metric := range slices.Sorted(maps.Keys(s.limits.refused)) {
			notes = append(notes, fmt.Sprintf("%s%s has more than %d sets of labels: %d samples are in %q",
				s.prefix(), metric, MaxLabelSets, s.limits.refused[metric], OtherLabel))
		}
	}
	for _, one := range seriesOf(a.generator.all.totals.share(), ServerProbeFailures.Name) {
		if one.Count > 0 {
			notes = append(notes, fmt.Sprintf("the metrics of the application at %s could not be read %s: the server_ metrics of those seconds are missing",
				one.Labels.Get(TargetLabel), times(one.Count)))
		}
	}
	return notes
}

func sessions(n int64) string {
	if n == 1 {
		return "1 session was"
	}
	return fmt.Sprintf("%d sessions were", n)
}

// byCause lists the values of the label cause, with how often each was counted.
func byCause(series []Series) string {
	counts := map[string]int64{}
	for _, one := range series {
		counts[one.Labels.Get("cause")] += one.Count
	}
	var parts []string
	for _, cause := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", cause, counts[cause]))
	}
	return strings.Join(parts, ", ")
}

func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func (s *scenarioState) prefix() string {
	if s.info.Name == NodeScope {
		return ""
	}
	return s.info.Name + ": "
}
