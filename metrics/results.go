package metrics

import (
	"maps"
	"math"
	"slices"
	"time"
)

// Results returns one Result for each scenario, of everything that was added. end is when the run ended. Thresholds,
// Changes and Limit are the caller's to set.
func (a *Aggregator) Results(end time.Time) []Result {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fold(math.MaxInt)
	elapsed := max(a.elapsed, end.Sub(a.run.Start))
	results := make([]Result, 0, len(a.scenarios))
	for _, s := range a.scenarios {
		r := Result{
			Name:            s.info.Name,
			RunID:           a.run.RunID,
			GeneratedAt:     end.UTC(),
			LiveloadVersion: a.run.Version,
			BucketWidthMS:   a.width.Milliseconds(),
			QuantilePoints:  quantilePoints(),
			Options:         a.run.Options,
			Labels:          maps.Clone(a.run.Labels),
			Nodes:           []NodeResult{},
			Thresholds:      []ThresholdOutcome{},
			Health:          a.health(),
		}
		if r.Labels == nil {
			r.Labels = map[string]string{}
		}
		maps.Copy(r.Labels, s.info.Tags)
		if s.info.Options != nil {
			r.Options = s.info.Options
		}
		r.Global = a.scenarioResult(elapsed, s.all, a.own.all)
		for i := range r.Global.TimeSeries {
			r.Global.TimeSeries[i].NodeCount = a.nodeCount(i)
		}
		for _, name := range slices.Sorted(maps.Keys(a.nodes)) {
			r.Nodes = append(r.Nodes, a.nodeResult(elapsed, s, a.nodes[name]))
		}
		results = append(results, r)
	}
	return results
}

func (a *Aggregator) nodeCount(bucket int) *int {
	n := 0
	for _, node := range a.nodes {
		if node.buckets[bucket] {
			n++
		}
	}
	return &n
}

func (a *Aggregator) nodeResult(elapsed time.Duration, s *scenarioState, n *nodeState) NodeResult {
	r := NodeResult{Node: n.name, Status: NodeOK, Reason: n.reason}
	if n.lost {
		r.Status = NodeLost
		if n.newest == 0 {
			r.Status = NodeError
			return r
		}
	}
	result := a.scenarioResult(elapsed, s.node(n.name), a.own.node(n.name))
	r.Result = &result
	return r
}

// scenarioResult brings a scenario's part and what the nodes measured about themselves together. Users
// and failures are the scenario's.
func (a *Aggregator) scenarioResult(elapsed time.Duration, p, own *part) ScenarioResult {
	t := newTally()
	t.addTotals(p)
	t.addTotals(own)
	buckets := max(int((elapsed-1)/a.width)+1, p.series.highest+1, own.series.highest+1)
	return ScenarioResult{
		Users:          UserTotals{Total: p.users.Succeeded + p.users.Failed, Succeeded: p.users.Succeeded, Failed: p.users.Failed},
		DurationMS:     int64(buckets) * a.width.Milliseconds(),
		ElapsedMS:      elapsed.Milliseconds(),
		Histograms:     t.histogramResults(),
		Counters:       t.counterResults(),
		Gauges:         t.gaugeResults(),
		TimeSeries:     a.timeSeries(buckets, p, own),
		FailureSamples: failureSamples(p),
	}
}

func (a *Aggregator) timeSeries(buckets int, p, own *part) []Bucket {
	series := make([]Bucket, buckets)
	var active int64
	for i := range series {
		t := newTally()
		t.addBucket(p, i)
		t.addBucket(own, i)
		if b, ok := p.series.buckets[i]; ok {
			active += b.active
		}
		series[i] = Bucket{
			OffsetMS:    int64(i) * a.width.Milliseconds(),
			ActiveUsers: active,
			Histograms:  t.histogramResults(),
			Counters:    t.counterResults(),
			Gauges:      t.gaugeResults(),
		}
	}
	return series
}

func failureSamples(p *part) map[string][]FailureSample {
	samples := make(map[string][]FailureSample, len(p.failures))
	for class, list := range p.failures {
		samples[class] = slices.Clone(list)
		for i := range samples[class] {
			if samples[class][i].Stacktrace == nil {
				samples[class][i].Stacktrace = []string{}
			}
		}
	}
	return samples
}
