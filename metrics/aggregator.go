package metrics

import (
	"cmp"
	"sync"
	"time"
)

const (
	intervalWidth = time.Second
	// maxWait is how many seconds an interval waits for nodes that are behind the others.
	maxWait = 3
	// A second can be revised until every node has reported it: for minKept seconds at least, for maxKept at most.
	minKept = 15
	maxKept = 600
	// recentWindow is what a State says of the last seconds.
	recentWindow = 10 * time.Second
)

// An Aggregator merges the Snapshots of all nodes into Intervals, and at the end into Results. Safe for concurrent
// use.
type Aggregator struct {
	run RunInfo

	mu        sync.Mutex
	grid      *grid // of the time series
	nodes     map[string]*nodeState
	behind    map[*nodeState]bool // those that the next interval waits for
	scenarios []*scenarioState    // in the order of RunInfo, then of appearance
	generator *scenarioState      // NodeScope
	metrics   *Registry           // of all nodes
	seconds   map[int]*second     // that may still change
	readings  []*Reading          // of the tested application, that are not in a second yet
	closed    int                 // seconds below do not change any more
	reached   int                 // the newest second of any node, -1 for none
	emitted   int                 // the newest second with an interval, -1 for none
	elapsed   time.Duration       // end of the newest snapshot that is in the totals
	tap       func(Input)         // sees all that comes; nil for nobody
}

// NewAggregator returns an empty aggregator of a run.
func NewAggregator(run RunInfo) *Aggregator {
	g, known := &grid{width: cmp.Or(run.BucketWidth, DefaultBucketWidth)}, NewRegistry()
	a := &Aggregator{
		run: run, grid: g, reached: -1, emitted: -1, generator: newScenarioState(ScenarioInfo{Name: NodeScope}, g, known), metrics: known,
		nodes: make(map[string]*nodeState), behind: make(map[*nodeState]bool), seconds: make(map[int]*second),
	}
	for _, info := range run.Scenarios {
		a.scenarios = append(a.scenarios, newScenarioState(info, g, known))
	}
	for _, name := range run.Nodes {
		a.node(name)
	}
	return a
}

// Add takes a snapshot and returns the intervals that are due now. A snapshot that was added before is ignored;
// the snapshots of a node may come late and in any order. An interval is due when every node has reported its
// second, or when a node is maxWait seconds ahead. A snapshot that comes later makes a new revision of its second,
// which is returned together with the next new interval.
func (a *Aggregator) Add(snap *Snapshot) []*Interval {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := a.node(snap.Node)
	if !n.accept(snap.Seq) {
		return nil
	}
	a.tell(Input{Snapshot: snap})
	// Offsets count from the node's own start, so that clocks that differ do not shift its series.
	at := span{max(snap.From.Sub(snap.Start), 0), max(snap.To.Sub(snap.Start), 0)}
	s := a.second(int((at.from + at.to) / 2 / intervalWidth))
	if s.number < a.closed {
		n.late++
	}
	if n.lost {
		a.restoreUsers(n)
	}
	s.nodes[n.name] = true
	a.generator.node(n.name).series.reported(s.number)
	n.reached, n.end, n.ended = max(n.reached, s.number), max(n.end, at.to), n.ended || snap.Last
	s.end, a.reached = max(s.end, at.to), max(a.reached, s.number)
	a.collect(snap, s, at)
	if n.lost {
		a.dropUsers(n)
	}
	if n.complete(a.emitted-maxKept) > a.emitted {
		delete(a.behind, n)
	}
	return a.emitDue()
}

// markUsersChanged marks the later seconds, whose active users a late snapshot changes too.
func (a *Aggregator) markUsersChanged(s *second) {
	for number, other := range a.seconds {
		if number > s.number && number <= a.emitted {
			other.changed = true
		}
	}
}

// second returns a second by its number. Also a closed one takes content, which then only counts in the totals.
func (a *Aggregator) second(number int) *second {
	s, ok := a.seconds[number]
	if !ok {
		s = &second{number: number, nodes: make(map[string]bool), parts: make(map[*scenarioState]*secondPart)}
		a.seconds[number] = s
	}
	return s
}

// NodeLost ends the waiting for a node that was found to be lost so long after the start, and returns the intervals that are due
// now. What it reported counts, also what still comes; after its newest snapshot its users are no longer active.
func (a *Aggregator) NodeLost(node, reason string, after time.Duration) []*Interval {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := a.node(node)
	if n.lost {
		return nil
	}
	a.tell(Input{Lost: &NodeLoss{node, reason, after}})
	n.lost, n.reason, n.lostAfter = true, reason, after
	delete(a.behind, n)
	a.dropUsers(n)
	return a.emitDue()
}

// dropUsers ends the users of a lost node with its newest snapshot, without counting them as ended.
func (a *Aggregator) dropUsers(n *nodeState) {
	n.goneAt = int(n.end / intervalWidth)
	for _, scenario := range a.scenarios {
		if p, ok := scenario.nodes[n.name]; ok {
			a.addGone(n, scenario, p.users.active()-p.gone)
		}
	}
}

// restoreUsers undoes dropUsers, before a snapshot of a lost node is added.
func (a *Aggregator) restoreUsers(n *nodeState) {
	for _, scenario := range a.scenarios {
		if p, ok := scenario.nodes[n.name]; ok {
			a.addGone(n, scenario, -p.gone)
		}
	}
}

func (a *Aggregator) addGone(n *nodeState, scenario *scenarioState, users int64) {
	if users == 0 {
		return
	}
	s := a.second(n.goneAt)
	s.of(scenario).gone += users
	if a.run.ByNode {
		s.keepNode(scenario, n.name).gone += users
	}
	scenario.node(n.name).addUsers(UserCounts{}, users, n.goneAt)
	a.markUsersChanged(s)
}

func (a *Aggregator) node(name string) *nodeState {
	n, ok := a.nodes[name]
	if !ok {
		n = &nodeState{name: name, reached: -1, missing: make(map[int64]int)}
		a.nodes[name], a.behind[n] = n, true
	}
	return n
}

func (a *Aggregator) scenario(name string) *scenarioState {
	if name == NodeScope {
		return a.generator
	}
	for _, s := range a.scenarios {
		if s.info.Name == name {
			return s
		}
	}
	s := newScenarioState(ScenarioInfo{Name: name}, a.grid, a.metrics)
	a.scenarios = append(a.scenarios, s)
	return s
}
