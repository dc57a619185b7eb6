package metrics

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"
)

// A History makes the Results of a run that goes on from its intervals, those of an Aggregator. They are what Results would be if
// the run ended now, with the same time series, but for what intervals do not tell: nodes have no part of their own, and a
// snapshot that is ten minutes late counts in the totals only. What it keeps does not grow with the length of a run.
//
// It takes the intervals of all batches of a run, in their order. It is not safe for concurrent use.
type History struct {
	run    RunInfo
	before []Progress // of batches that have ended
	batch  *batchHistory
}

// A Progress is a Result so far.
type Progress struct {
	Result
	// Since is the first bucket of the time series that may be another one than in the Progress before.
	Since int
}

// NewHistory returns an empty history of a run with all its scenarios.
func NewHistory(run RunInfo) *History { return &History{run: run} }

// Add takes an interval.
func (h *History) Add(i *Interval) {
	if h.batch == nil || !h.batch.start.Equal(i.Start) {
		if h.batch != nil {
			h.before = h.settled()
		}
		h.batch = newBatchHistory(h.run, i)
	}
	h.batch.add(i)
}

// Latest returns the newest interval, nil before the first one.
func (h *History) Latest() *Interval {
	if h.batch == nil {
		return nil
	}
	return h.batch.latest
}

// Results returns one Progress for each scenario that has begun. They may be read until the next call of a method.
func (h *History) Results() []Progress {
	if h.batch == nil {
		return nil
	}
	results := slices.Concat(h.before, h.batch.results(h.run))
	for i := range h.before { // they were new once
		h.before[i].Since = len(h.before[i].Global.TimeSeries.ActiveUsers)
	}
	return results
}

// settled returns the Results of all batches, of which nobody has seen the end yet.
func (h *History) settled() []Progress {
	all := slices.Concat(h.before, h.batch.results(h.run))
	for i := range all {
		all[i].Since = 0
	}
	return all
}

// A batchHistory is the history of scenarios that run side by side.
type batchHistory struct {
	start     time.Time
	grid      *grid
	metrics   *Registry
	scenarios []*scenarioHistory
	own       *timeSeries // of the nodes themselves
	nodes     nodeCounts
	latest    *Interval
}

// A scenarioHistory is the history of one scenario.
type scenarioHistory struct {
	info ScenarioInfo
	kept *part      // its time series and failures
	last TimeSeries // of the Progress before
}

func newBatchHistory(run RunInfo, first *Interval) *batchHistory {
	width := cmp.Or(run.BucketWidth, DefaultBucketWidth)
	g := &grid{width: width}
	b := &batchHistory{start: first.Start, grid: g, metrics: NewRegistry(), own: newTimeSeries(g), nodes: nodeCounts{width, make(map[string][]bool)}}
	for _, s := range first.Scenarios {
		one := &scenarioHistory{info: ScenarioInfo{Name: s.Scenario}, kept: newPart(g)}
		if k := slices.IndexFunc(run.Scenarios, func(info ScenarioInfo) bool { return info.Name == s.Scenario }); k >= 0 {
			one.info = run.Scenarios[k]
		}
		b.scenarios = append(b.scenarios, one)
	}
	return b
}

func (b *batchHistory) add(i *Interval) {
	for _, m := range i.Metrics {
		b.metrics.adopt(*m)
	}
	second := int(i.Offset / intervalWidth)
	if i.news != nil {
		b.addSeries(b.own, i.news, second)
	}
	for k := range i.Scenarios {
		s, to := &i.Scenarios[k], b.scenarios[k]
		if s.news == nil {
			continue
		}
		b.addSeries(to.kept.series, s.news, second)
		if s.news.active != 0 {
			to.kept.series.addActive(second, s.news.active)
		}
		for _, f := range s.news.failures {
			to.kept.addFailure(f)
		}
	}
	b.nodes.add(b.grid, b.grid.bucket(i.Offset), i.reporters)
	b.latest = i
}

func (b *batchHistory) addSeries(to *timeSeries, n *news, second int) {
	for i := range n.series {
		one := &n.series[i]
		to.add(second, b.metrics.find(one.Metric).By(one.Labels), one)
	}
}

func (b *batchHistory) results(run RunInfo) []Progress {
	now := b.latest
	b.grid.bucket(now.Elapsed - 1) // this may change the width
	b.own.widen()
	nodes, results := b.nodes.column(b.grid), make([]Progress, 0, len(b.scenarios))
	for k, s := range b.scenarios {
		state := now.Scenarios[k].State
		r := Progress{Since: s.update(b.own), Result: Result{
			Name: s.info.Name, RunID: run.RunID, GeneratedAt: b.start.Add(now.Elapsed).UTC(), LiveloadVersion: run.Version, Format: ResultFormat,
			BucketWidthMS: b.grid.width.Milliseconds(), QuantilePoints: quantilePoints(), Load: s.info.Load, Options: s.info.Options,
			Labels: map[string]string{}, Nodes: []NodeResult{}, Thresholds: append([]ThresholdOutcome{}, state.Thresholds...),
			Health: now.Health, Changes: state.Changes, Limit: state.Limit, Metrics: now.Metrics,
		}}
		maps.Copy(r.Labels, run.Labels)
		maps.Copy(r.Labels, s.info.Tags)
		for _, node := range slices.Sorted(maps.Keys(b.nodes.byNode)) {
			r.Nodes = append(r.Nodes, NodeResult{Node: node, Status: NodeOK})
			if slices.Contains(now.Lost, node) {
				r.Nodes[len(r.Nodes)-1].Status = NodeLost
			}
		}
		r.Global = ScenarioResult{
			Users:      UserTotals{Total: state.Users.Succeeded + state.Users.Failed, Succeeded: state.Users.Succeeded, Failed: state.Users.Failed},
			DurationMS: int64(b.grid.length) * b.grid.width.Milliseconds(), ElapsedMS: now.Elapsed.Milliseconds(), ScenarioMS: state.ScenarioElapsed.Milliseconds(),
			Histograms: make(map[string]HistogramBy), Counters: make(map[string]CounterBy), Gauges: make(map[string]GaugeBy),
			TimeSeries: s.last, FailureSamples: maps.Clone(s.kept.failures),
		}
		r.Global.TimeSeries.NodeCount = nodes
		r.Global.addTotals(state.Totals, b.metrics, true)
		results = append(results, r)
	}
	b.own.touched = math.MaxInt
	return results
}
