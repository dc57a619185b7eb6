package compare

import (
	"maps"
	"math"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// counts compares the counters: those that say that something went wrong as shares or per second, the iterations per
// second, and what a user causes per iteration. Where a run has no iterations, as those of LiveLoad, that is per second, too.
func counts(a, b *metrics.Result) (rows []Row) {
	names := maps.Clone(b.Global.Counters)
	if names == nil {
		names = make(map[string]metrics.CounterBy)
	}
	maps.Copy(names, a.Global.Counters) // a failure may be new, or gone
	for _, name := range slices.Sorted(maps.Keys(names)) {
		m := b.Metric(name)
		if m.OfGenerator() || m.OfSinks() || m == metrics.SamplesDropped || m == metrics.FailureCauses {
			continue // causes are those of iteration_failures, which is compared as a share
		}
		x, y := counted(a, m), counted(b, m)
		if x.statistic == PerIteration && (x.whole == 0 || y.whole == 0) {
			x, y = x.perSecond(a), y.perSecond(b)
		}
		if x.part == 0 && y.part == 0 {
			continue
		}
		rows = append(rows, comparedCounts(m, "", x, y))
	}
	return append(rows, failedRequests(a, b)...)
}

// A tally is how often something was counted, of how much.
type tally struct {
	part, whole             float64
	parts, wholes           []float64 // over time
	statistic               Statistic
	width                   int64
	higher, either, perRate bool
}

// counted is what a run counted of a metric.
func counted(r *metrics.Result, m *metrics.Metric) tally {
	g := r.Global
	t := tally{width: r.BucketWidthMS, part: float64(g.Counters[m.Name].Aggregate), parts: floats(g.TimeSeries.Counters[m.Name].Aggregate)}
	switch {
	case m.PassesOrFails():
		t.statistic, t.higher = Share, true
		t.whole = t.part
		t.wholes = t.parts
		t.part, t.parts = passed(r, m)
	case len(m.Wholes) > 0:
		t.statistic = Share
		for _, w := range m.Wholes {
			t.whole += float64(samplesOf(r, w))
			t.wholes = plus(t.wholes, samplesOverTime(r, w))
		}
	case m == metrics.HTTPRequestFailures:
		t = withoutAnswer(r)
	case m == metrics.Iterations:
		t.higher = true
		t = t.perSecond(r)
	case isTrouble(m):
		t = t.perSecond(r)
	default:
		t.statistic, t.either, t.perRate = PerIteration, true, true
		t.whole, t.wholes = float64(g.Counters[metrics.Iterations.Name].Aggregate), floats(g.TimeSeries.Counters[metrics.Iterations.Name].Aggregate)
	}
	return t
}

// perSecond is how often something was counted per second.
func (t tally) perSecond(r *metrics.Result) tally {
	t.statistic, t.perRate = PerSecond, true
	t.whole, t.wholes = seconds(r)
	return t
}

// isTrouble says whether less of a counter is better.
func isTrouble(m *metrics.Metric) bool {
	return slices.Contains([]*metrics.Metric{
		metrics.LateIterations, metrics.StepFailures, metrics.LiveViewDisconnections, metrics.LiveViewReconnections, metrics.LiveViewErrors, metrics.LiveViewRepeatedJoins,
		metrics.WebSocketConnectionFailures, metrics.BrowserJSErrors, metrics.BrowserConsoleErrors,
		metrics.BrowserCrashes,
	}, m)
}

func comparedCounts(m *metrics.Metric, label string, a, b tally) Row {
	row := Row{Metric: m, Name: m.Name, Label: label, Statistic: a.statistic, higher: a.higher, either: a.either, chance: 1, least: LeastChange, Old: over(a.part, a.whole), New: over(b.part, b.whole)}
	if !a.perRate {
		row.least = LeastShare
		row.Change = new(row.New - row.Old)
	} else if row.Old > 0 {
		row.Change = new(row.New/row.Old - 1)
	} else if row.New == 0 {
		row.Change = new(0.0)
	}
	if a.whole == 0 || b.whole == 0 {
		row.Why = "a run has nothing to divide it by, such as iterations"
		return row
	}
	s, ok := spreadOf(differences(a, b))
	if !ok {
		row.Why = "the runs are too short"
		return row
	}
	s.se = max(s.se, a.chanceError(b))
	if m.PassesOrFails() {
		s.se = max(s.se, 2*a.chanceError(b)) // failures come together, which cannot be seen over time
	}
	change := row.New - row.Old
	noise := s.reach(0.05)
	if a.perRate && row.Old > 0 {
		noise /= row.Old
	}
	if a.perRate && row.Old == 0 {
		noise = math.NaN()
	}
	if !math.IsNaN(noise) && !math.IsInf(noise, 0) {
		row.Noise = new(noise)
	}
	if change*s.mean > 0 {
		row.chance = s.chance(min(math.Abs(change), math.Abs(s.mean)))
	}
	return row
}

// chanceError is the standard error of a difference of counts that are independent of each other, which buckets without
// any would take for 0.
func (t tally) chanceError(o tally) float64 {
	if t.perRate {
		return math.Sqrt((t.part+1)/(t.whole*t.whole) + (o.part+1)/(o.whole*o.whole))
	}
	p := (t.part + o.part + 1) / (t.whole + o.whole + 2)
	return math.Sqrt(p * (1 - min(p, 1)) * (1/t.whole + 1/o.whole))
}

// differences are those of part over whole, in each bucket.
func differences(a, b tally) (samples []sample) {
	width := max(a.width, b.width)
	x, y := a.wide(width), b.wide(width)
	for i := range min(len(x.wholes), len(y.wholes)) {
		if x.wholes[i] > 0 && y.wholes[i] > 0 {
			samples = append(samples, sample{y.parts[i]/y.wholes[i] - x.parts[i]/x.wholes[i], together(x.wholes[i], y.wholes[i])})
		}
	}
	return samples
}

// wide joins buckets until they are so wide.
func (t tally) wide(width int64) tally {
	factor := int(width / max(t.width, 1))
	join := func(in []float64) []float64 {
		out := make([]float64, (len(in)+factor-1)/factor)
		for i, v := range in {
			out[i/factor] += v
		}
		return out
	}
	t.parts, t.wholes = join(t.parts), join(t.wholes)
	for len(t.parts) < len(t.wholes) {
		t.parts = append(t.parts, 0)
	}
	return t
}

func over(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}
