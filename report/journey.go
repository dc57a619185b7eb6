package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// A Journey is the way of a user through an iteration.
type Journey struct {
	Of     JourneyOf `json:"of"`
	Stages []Stage   `json:"stages"`
}

// A JourneyOf is what the stages of a journey are.
type JourneyOf string

const (
	// Steps are in the order in which they began, each after the step that it belongs to.
	Steps JourneyOf = "steps"
	// Operations are those of a script that names no steps. They have no order: the ones that took most time come first.
	Operations JourneyOf = "operations"
)

// A Stage is a named step, or all operations of a kind. Its times are those of the ones that succeeded, in microseconds; when
// none has, of those that failed.
type Stage struct {
	Name   string  `json:"name"`
	Short  string  `json:"short"` // without the names of outer steps
	Depth  int     `json:"depth"` // in how many steps it is
	Count  int64   `json:"count"` // that ended
	Failed int64   `json:"failed"`
	Start  float64 `json:"start"` // when it began in the iteration, the median; 0 for operations
	P50    float64 `json:"p50"`
	P95    float64 `json:"p95"`
	P99    float64 `json:"p99"`
	Sum    float64 `json:"sum"` // of all that ended
}

// stepSeparator is between the names of a step and of one within it.
const stepSeparator = " / "

// journey returns the steps, or without any the operations.
func journey(g *metrics.ScenarioResult) Journey {
	j := Journey{Of: Steps, Stages: stages(g, metrics.StepDuration, metrics.StepFailureTime)}
	if len(j.Stages) == 0 {
		j = Journey{Of: Operations, Stages: stages(g, metrics.ActionDuration, metrics.ActionFailureTime)}
		slices.SortFunc(j.Stages, func(a, b Stage) int { return cmp.Or(cmp.Compare(b.Sum, a.Sum), cmp.Compare(a.Name, b.Name)) })
		return j
	}
	if begun := g.Histograms[metrics.StepOffset.Name].By; len(begun) > 0 {
		for i := range j.Stages {
			j.Stages[i].Start = digits(begun[j.Stages[i].Name].Percentile(50))
		}
	} else {
		j.queue()
	}
	j.Stages = nested(j.Stages)
	return j
}

// stages are sorted by name.
func stages(g *metrics.ScenarioResult, succeeded, failed *metrics.Metric) []Stage {
	ok, bad := g.Histograms[succeeded.Name].By, g.Histograms[failed.Name].By
	names := maps.Clone(ok)
	if names == nil {
		names = make(map[string]metrics.HistogramValues)
	}
	maps.Copy(names, bad)
	all := []Stage{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		of := ok[name]
		if of.Count == 0 {
			of = bad[name]
		}
		all = append(all, Stage{
			Name: name, Short: name, Count: ok[name].Count + bad[name].Count, Failed: bad[name].Count,
			P50: digits(of.Percentile(50)), P95: digits(of.Percentile(95)), P99: digits(of.Percentile(99)), Sum: digits(ok[name].Sum + bad[name].Sum),
		})
	}
	return all
}

// queue has the steps begin one after the other, in the order of their names: a Result of an earlier version does not say when
// they did. A step within another begins with it.
func (j *Journey) queue() {
	end, starts := 0.0, make(map[string]float64)
	for i := range j.Stages {
		s := &j.Stages[i]
		if start, known := starts[outerStep(s.Name, starts)]; known {
			s.Start = start
		} else {
			s.Start, end = end, end+s.P50
		}
		starts[s.Name] = s.Start
	}
}

// nested puts each stage after the one that it belongs to, and those that belong to the same one in the order in which they
// began.
func nested(all []Stage) []Stage {
	known := make(map[string]float64, len(all))
	for _, s := range all {
		known[s.Name] = s.Start
	}
	within := make(map[string][]Stage)
	for _, s := range all {
		outer := outerStep(s.Name, known)
		within[outer] = append(within[outer], s)
	}
	sorted := make([]Stage, 0, len(all))
	var add func(outer string, depth int)
	add = func(outer string, depth int) {
		slices.SortStableFunc(within[outer], func(a, b Stage) int { return cmp.Compare(a.Start, b.Start) })
		for _, s := range within[outer] {
			s.Depth, s.Short = depth, strings.TrimPrefix(s.Name, outer+stepSeparator)
			sorted = append(sorted, s)
			if s.Name != "" { // as files of others may have
				add(s.Name, depth+1)
			}
		}
	}
	add("", 0)
	return sorted
}

// outerStep is the innermost of the known steps that a step is in, "" for none.
func outerStep(name string, known map[string]float64) string {
	for {
		i := strings.LastIndex(name, stepSeparator)
		if i <= 0 {
			return ""
		}
		name = name[:i]
		if _, ok := known[name]; ok {
			return name
		}
	}
}
