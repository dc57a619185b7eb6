package metrics

import "time"

// scenarioState is what the Aggregator knows of one scenario. The Aggregator's lock guards it.
type scenarioState struct {
	info     ScenarioInfo
	all      *part            // of all nodes
	nodes    map[string]*part // of each node
	recent   recentValues
	overflow map[string]int64
	newest   span          // of the newest snapshot with something of it
	planned  time.Duration // when no more of its iterations begin, since the start of the run; 0 is open

	thresholds []ThresholdOutcome
	limit      *Limit // nil without a search for it
}

// A span is a stretch of time, as offsets since the start of the run.
type span struct{ from, to time.Duration }

// A part is what one node measured, or all nodes together.
type part struct {
	users    UserCounts
	totals   map[metricLabel]*total
	series   *timeSeries
	failures map[string][]FailureSample
}

type metricLabel struct{ metric, label string }

// A total adds up one metric with one label. Exactly one of its fields is used.
type total struct {
	count  int64
	values *dist
	gauge  *GaugeValue
}

func newScenarioState(info ScenarioInfo) *scenarioState {
	return &scenarioState{
		info:     info,
		planned:  info.Duration,
		all:      newPart(),
		nodes:    make(map[string]*part),
		overflow: make(map[string]int64),
	}
}

// reach notes a snapshot with something of the scenario.
func (s *scenarioState) reach(at span) {
	if at.to > s.newest.to {
		s.newest = at
	}
}

func newPart() *part {
	return &part{
		totals:   make(map[metricLabel]*total),
		series:   newTimeSeries(),
		failures: make(map[string][]FailureSample),
	}
}

func (s *scenarioState) node(name string) *part {
	p, ok := s.nodes[name]
	if !ok {
		p = newPart()
		s.nodes[name] = p
	}
	return p
}

// addSeries adds one series of a node. Only the whole is broken down by label over time: for each node
// too, it would cost the memory of as many whole runs as there are nodes.
func (s *scenarioState) addSeries(node string, in *Series, at moment) {
	own := s.node(node)
	key := metricLabel{in.Metric, s.admit(in)}
	all, mine := s.all.total(key), own.total(key)
	switch {
	case in.Sketch != nil:
		allBucket := s.all.series.histogram(at.bucket, key)
		myBucket := own.series.histogram(at.bucket, metricLabel{metric: key.metric})
		in.Sketch.mergeInto(all.distribution(), mine.distribution(), allBucket, myBucket, s.recent.histogram(key.metric, at.second))
	case in.Gauge != nil:
		all.setGauge(*in.Gauge)
		mine.setGauge(*in.Gauge)
		s.all.series.gauge(at.bucket, key, *in.Gauge)
	default:
		all.count += in.Count
		mine.count += in.Count
		s.all.series.count(at.bucket, key, in.Count)
		own.series.count(at.bucket, metricLabel{metric: key.metric}, in.Count)
		s.recent.count(key.metric, at.second, in.Count)
	}
}

// admit keeps the labels of a metric within bounds over all nodes, as a Scope does on one.
func (s *scenarioState) admit(in *Series) string {
	metric, label := in.Metric, in.Label
	if _, known := s.all.totals[metricLabel{metric, label}]; known || label == "" || label == otherLabel {
		return label
	}
	n := 0
	for key := range s.all.totals {
		if key.metric == metric && key.label != otherLabel && key.label != "" {
			n++
		}
	}
	if n < maxLabels {
		return label
	}
	s.overflow[metric] += in.samples()
	return otherLabel
}

func (s *scenarioState) addUsers(node string, u UserCounts, bucket int) {
	for _, p := range []*part{s.all, s.node(node)} {
		p.users.Started += u.Started
		p.users.Succeeded += u.Succeeded
		p.users.Failed += u.Failed
		p.series.active(bucket, u.Started-u.Succeeded-u.Failed)
	}
}

// dropUsers ends the users of a lost node in the series, without counting how they ended.
func (s *scenarioState) dropUsers(node string, bucket int) {
	p, ok := s.nodes[node]
	if !ok {
		return
	}
	active := p.users.active()
	p.series.active(bucket, -active)
	s.all.series.active(bucket, -active)
	p.users.Started -= active
	s.all.users.Started -= active
}

func (u UserCounts) active() int64 { return u.Started - u.Succeeded - u.Failed }

func (s *scenarioState) addFailure(node string, f FailureSample) {
	class := f.Class
	f.Class, f.Scenario = "", ""
	for _, p := range []*part{s.all, s.node(node)} {
		if len(p.failures[class]) < maxFailureSamples {
			p.failures[class] = append(p.failures[class], f)
		}
	}
}

func (s *scenarioState) closeBuckets(before int) {
	s.all.series.close(before)
	for _, p := range s.nodes {
		p.series.close(before)
	}
}

func (p *part) total(key metricLabel) *total {
	t, ok := p.totals[key]
	if !ok {
		t = &total{}
		p.totals[key] = t
	}
	return t
}

func (t *total) distribution() *dist {
	if t.values == nil {
		t.values = newDist()
	}
	return t.values
}

func (t *total) setGauge(g GaugeValue) {
	if t.gauge == nil {
		t.gauge = &g
		return
	}
	*t.gauge = GaugeValue{Last: g.Last, Min: min(t.gauge.Min, g.Min), Max: max(t.gauge.Max, g.Max)}
}
