package metrics

import (
	"slices"
	"time"
)

// scenarioState is what the Aggregator knows of one scenario. The Aggregator's lock guards it.
type scenarioState struct {
	info    ScenarioInfo
	grid    *grid
	metrics *Registry        // of all nodes
	all     *part            // of all nodes, as far as it is in the totals
	nodes   map[string]*part // of each node
	limits  *labelLimits
	places  map[seriesID]*place
	before  int64         // active users at the beginning of the seconds that are kept
	newest  span          // of the newest snapshot with something of it
	planned time.Duration // when no more of its iterations begin, since the start of the run; 0 is open
}

// A span is a stretch of time, as offsets since the start of the run.
type span struct{ from, to time.Duration }

func (s span) later(o span) span {
	if o.to > s.to {
		return o
	}
	return s
}

// A part is what one node measured, or all nodes together.
type part struct {
	users    UserCounts
	gone     int64 // users of lost nodes
	totals   seriesSum
	shown    seriesSum // of the snapshot that is added now, what a node shows over time
	series   *timeSeries
	failures map[string][]FailureSample
}

type seriesID struct {
	metric string
	labels Labels
}

func newScenarioState(info ScenarioInfo, g *grid, known *Registry) *scenarioState {
	return &scenarioState{
		info:    info,
		grid:    g,
		metrics: known,
		planned: info.Duration,
		all:     newPart(g),
		nodes:   make(map[string]*part),
		limits:  newLabelLimits(),
		places:  make(map[seriesID]*place),
	}
}

func newPart(g *grid) *part {
	return &part{totals: make(seriesSum), shown: make(seriesSum), series: newTimeSeries(g), failures: make(map[string][]FailureSample)}
}

func (s *scenarioState) node(name string) *part {
	p, ok := s.nodes[name]
	if !ok {
		p = newPart(s.grid)
		s.nodes[name] = p
	}
	return p
}

// fold adds fresh content of a second to the whole, and returns the failure samples that are kept. Its series come sorted:
// sums of floats, and which labels a breakdown keeps, depend on the order.
func (s *scenarioState) fold(c *content, sorted []Series, second int) (kept []FailureSample) {
	for i := range sorted {
		one := &sorted[i]
		s.all.totals.add(one, second)
		s.all.series.add(second, s.metrics.find(one.Metric).By(one.Labels), one)
	}
	s.all.addUsers(c.users, c.gone, second)
	for _, f := range c.failures {
		if s.all.addFailure(f) {
			kept = append(kept, f)
		}
	}
	s.newest = s.newest.later(c.newest)
	return kept
}

// maxSeriesNodes is how many nodes may have distributions over time of their own. Those of more nodes would take as
// much memory as many whole runs.
const maxSeriesNodes = 200

// addSeries adds one series of a node, which it may change.
func (p *part) addSeries(in *Series, to *place, second int, many bool) {
	p.totals.add(in, second)
	if to.shown && (!many || in.Sketch == "") {
		in.Labels = Labels{}
		p.shown.add(in, second)
	}
}

// addShown ends a snapshot of a node. Over time only some metrics are kept of it, all labels together.
func (p *part) addShown(second int) {
	for one := range p.shown.all() {
		p.series.add(second, "", &one.Series)
	}
	clear(p.shown)
}

// addUsers counts users; gone ones were lost with their node.
func (p *part) addUsers(u UserCounts, gone int64, second int) {
	p.users = p.users.plus(u)
	p.gone += gone
	p.series.addActive(second, u.active()-gone)
}

// addFailure keeps a sample that is among the first of its class, the first of its cause, or has evidence, which counts
// more.
func (p *part) addFailure(f FailureSample) bool {
	class := f.Class
	if p.failures[class] == nil && len(p.failures) >= MaxLabelSets {
		class = OtherLabel
	}
	f.Class, f.Scenario = "", ""
	kept := p.failures[class]
	if len(kept) >= MaxFailureSamples && !isNewCause(kept, f) {
		last := replaceable(kept, f)
		if last < 0 || f.Evidence.None() {
			return false
		}
		kept = slices.Concat(kept[:last], kept[last+1:]) // a Result may have the former ones
	}
	if f.Stacktrace == nil {
		f.Stacktrace = []string{} // in JSON, too
	}
	p.failures[class] = append(kept, f)
	return true
}

// isNewCause says whether a sample is the first of its cause, of which a class has a bounded number.
func isNewCause(kept []FailureSample, f FailureSample) bool {
	known := func(one FailureSample) bool { return one.Cause == f.Cause }
	return len(kept) < MaxFailureSamples+MaxLabelSets && !slices.ContainsFunc(kept, known)
}

// replaceable returns the last sample without evidence that is not the only one of its cause once f is there; -1 for none.
func replaceable(kept []FailureSample, f FailureSample) int {
	of := map[Cause]int{f.Cause: 1}
	for _, one := range kept {
		of[one.Cause]++
	}
	for i, one := range slices.Backward(kept) {
		if one.Evidence.None() && of[one.Cause] > 1 {
			return i
		}
	}
	return -1
}

func (u UserCounts) active() int64 { return u.Started - u.Succeeded - u.Failed }

func (u UserCounts) plus(o UserCounts) UserCounts {
	return UserCounts{Started: u.Started + o.Started, Succeeded: u.Succeeded + o.Succeeded, Failed: u.Failed + o.Failed}
}
