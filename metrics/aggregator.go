package metrics

import (
	"slices"
	"sync"
	"time"
)

// An Aggregator brings the Snapshots of all nodes together. It is safe for concurrent use.
type Aggregator struct {
	run   RunInfo
	width time.Duration

	mu        sync.Mutex
	nodes     map[string]*nodeState
	scenarios []*scenarioState // in the order of RunInfo, then of appearance
	own       *scenarioState   // NodeScope
	newest    time.Duration    // offset of the end of the newest snapshot
}

type nodeState struct {
	name    string
	lastSeq int64
	lastEnd time.Duration // offset of the end of its newest snapshot
	buckets map[int]bool  // buckets that it reported in
	lost    bool
	reason  string
}

// NewAggregator returns an empty aggregator of a run.
func NewAggregator(run RunInfo) *Aggregator {
	a := &Aggregator{run: run, width: run.BucketWidth, nodes: make(map[string]*nodeState), own: newScenarioState(ScenarioInfo{Name: NodeScope})}
	if a.width <= 0 {
		a.width = DefaultBucketWidth
	}
	for _, info := range run.Scenarios {
		a.scenarios = append(a.scenarios, newScenarioState(info))
	}
	return a
}

// Add takes a snapshot. One that it has already seen is ignored; one that comes late finds its place. The
// snapshots of one node come in order.
func (a *Aggregator) Add(snap *Snapshot) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := a.node(snap.Node)
	if snap.Seq <= n.lastSeq {
		return
	}
	n.lastSeq = snap.Seq
	// Offsets count from the node's own start, so that clocks that differ do not shift its series.
	from, to := max(snap.From.Sub(snap.Start), 0), max(snap.To.Sub(snap.Start), 0)
	n.lastEnd = max(n.lastEnd, to)
	at := moment{bucket: a.bucketOf((from + to) / 2), second: int(to / time.Second)}
	n.buckets[at.bucket] = true
	for i := range snap.Series {
		s := a.scenario(snap.Series[i].Scenario)
		s.addSeries(snap.Node, &snap.Series[i], at)
		s.reach(span{from, to})
	}
	for _, u := range snap.Users {
		s := a.scenario(u.Scenario)
		s.addUsers(snap.Node, u, at.bucket)
		s.reach(span{from, to})
	}
	for _, f := range snap.Failures {
		a.scenario(f.Scenario).addFailure(snap.Node, f)
	}
	for _, o := range snap.Overflow {
		a.scenario(o.Scenario).overflow[o.Metric] += o.Samples
	}
	a.advance(to)
}

// moment is where in the run a snapshot lies.
type moment struct {
	bucket int
	second int // since the start, for windows of recent values
}

func (a *Aggregator) bucketOf(offset time.Duration) int {
	return int(max(offset, 0) / a.width)
}

// advance closes the buckets that no snapshot is expected for any more, so that they take little memory.
func (a *Aggregator) advance(to time.Duration) {
	if to <= a.newest {
		return
	}
	before, now := a.bucketOf(a.newest), a.bucketOf(to)
	a.newest = to
	if now == before {
		return
	}
	for _, s := range append(slices.Clone(a.scenarios), a.own) {
		s.closeBuckets(now - 1)
	}
}

// NodeLost says that no more snapshots of the node come. What it reported counts; its users are no
// longer active.
func (a *Aggregator) NodeLost(node, reason string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := a.node(node)
	if n.lost {
		return
	}
	n.lost, n.reason = true, reason
	for _, s := range a.scenarios {
		s.dropUsers(node, a.bucketOf(n.lastEnd))
	}
}

func (a *Aggregator) node(name string) *nodeState {
	n, ok := a.nodes[name]
	if !ok {
		n = &nodeState{name: name, buckets: make(map[int]bool)}
		a.nodes[name] = n
	}
	return n
}

func (a *Aggregator) scenario(name string) *scenarioState {
	if name == NodeScope {
		return a.own
	}
	for _, s := range a.scenarios {
		if s.info.Name == name {
			return s
		}
	}
	s := newScenarioState(ScenarioInfo{Name: name})
	a.scenarios = append(a.scenarios, s)
	return s
}
