package metrics

import (
	"maps"
	"slices"
	"time"
)

// A Checkpoint is what an Aggregator knows at a moment. Restore makes one of it that goes on from there. Its size does not
// grow with the length of a run.
type Checkpoint struct{ data checkpoint }

// checkpoint is plain data, in a form of liveload's own: only the same version reads it.
type checkpoint struct {
	Width                    time.Duration // of the buckets of the time series
	Length                   int           // buckets
	Elapsed                  time.Duration
	Closed, Reached, Emitted int
	Metrics                  []*Metric
	Nodes                    []nodeCheckpoint
	Scenarios                []scenarioCheckpoint // the last one is of the nodes themselves
	Seconds                  []secondCheckpoint   // that are not in the totals yet
	Readings                 []readingCheckpoint  // the same
}

type nodeCheckpoint struct {
	Name         string
	Newest       int64
	Missing      map[int64]int
	Reached      int
	Ended        bool
	End          time.Duration
	Late, Absurd int
	Lost         bool
	Reason       string
	LostAfter    time.Duration
	GoneAt       int
}

type scenarioCheckpoint struct {
	Name     string
	All      partCheckpoint
	Nodes    map[string]partCheckpoint
	Known    map[string][]Labels // by metric: what is kept apart
	Refused  map[string]int64
	From, To time.Duration // of the newest snapshot
	Planned  time.Duration
}

type partCheckpoint struct {
	Users      UserCounts
	Gone       int64
	Totals     []totalCheckpoint
	Active     []int64
	Reports    []int64
	Histograms map[string]columns[coarseSketch]
	Counters   map[string]columns[int64]
	Gauges     map[string]columns[*GaugeValue]
	Failures   map[string][]FailureSample
}

type totalCheckpoint struct {
	Series
	Second int // that the last value of a gauge is of
}

type columns[T any] struct {
	Columns map[string][]T
	Samples map[string]int64
}

type secondCheckpoint struct {
	Number int
	End    time.Duration
	Nodes  []string
	Parts  map[string]contentCheckpoint // by scenario
}

type readingCheckpoint struct {
	At      time.Duration // since the start
	Metrics []*Metric
	Series  []Series
}

type contentCheckpoint struct {
	Series   []totalCheckpoint
	Users    UserCounts
	Gone     int64
	Failures []FailureSample
	From, To time.Duration
}

// A coarseSketch is a sketch of a time series.
type coarseSketch Sketch

// MarshalBinary returns the sketch as it is in memory.
func (s coarseSketch) MarshalBinary() ([]byte, error) { return []byte(s), nil }

// UnmarshalBinary reads what MarshalBinary wrote.
func (s *coarseSketch) UnmarshalBinary(b []byte) error {
	read, err := ReadSketch(b)
	*s = coarseSketch(read)
	return err
}

// Checkpoint hands out a checkpoint, of all that was taken until then: no call of Tap's function comes in between. take must
// not block, nor call the Aggregator.
func (a *Aggregator) Checkpoint(take func(*Checkpoint)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := checkpoint{
		Width: a.grid.width, Length: a.grid.length, Elapsed: a.elapsed, Closed: a.closed, Reached: a.reached, Emitted: a.emitted,
		Metrics: a.metrics.definedSince(0),
	}
	for _, r := range a.readings {
		c.Readings = append(c.Readings, readingCheckpoint{r.At.Sub(a.run.Start), r.Metrics, r.Series})
	}
	for _, name := range slices.Sorted(maps.Keys(a.nodes)) {
		n := a.nodes[name]
		c.Nodes = append(c.Nodes, nodeCheckpoint{
			Name: n.name, Newest: n.newest, Missing: maps.Clone(n.missing), Reached: n.reached, Ended: n.ended, End: n.end, Late: n.late, Absurd: n.absurd,
			Lost: n.lost, Reason: n.reason, LostAfter: n.lostAfter, GoneAt: n.goneAt,
		})
	}
	for _, s := range append(slices.Clone(a.scenarios), a.generator) {
		c.Scenarios = append(c.Scenarios, s.checkpoint())
	}
	for _, number := range slices.Sorted(maps.Keys(a.seconds)) {
		if s := a.seconds[number]; s.changed {
			c.Seconds = append(c.Seconds, s.checkpoint())
		}
	}
	take(&Checkpoint{c})
}

func (s *scenarioState) checkpoint() scenarioCheckpoint {
	c := scenarioCheckpoint{
		Name: s.info.Name, All: s.all.checkpoint(), Nodes: make(map[string]partCheckpoint), Known: make(map[string][]Labels),
		Refused: maps.Clone(s.limits.refused), From: s.newest.from, To: s.newest.to, Planned: s.planned,
	}
	for name, p := range s.nodes {
		c.Nodes[name] = p.checkpoint()
	}
	for metric, sets := range s.limits.known {
		c.Known[metric] = slices.Collect(maps.Keys(sets))
	}
	return c
}

func (p *part) checkpoint() partCheckpoint {
	p.series.widen()
	c := partCheckpoint{
		Users: p.users, Gone: p.gone, Totals: p.totals.checkpoint(), Active: slices.Clone(p.series.active), Reports: slices.Clone(p.series.reports),
		Histograms: make(map[string]columns[coarseSketch]), Counters: allColumns(p.series.counters), Gauges: allColumns(p.series.gauges),
		Failures: maps.Clone(p.failures), // their lists do not change
	}
	for metric, b := range p.series.histograms {
		own := columns[coarseSketch]{make(map[string][]coarseSketch), maps.Clone(b.samples)}
		for label, column := range b.columns {
			for _, sketch := range column {
				own.Columns[label] = append(own.Columns[label], coarseSketch(sketch))
			}
		}
		c.Histograms[metric] = own
	}
	return c
}

func allColumns[T any](all map[string]*breakdown[T]) map[string]columns[T] {
	copied := make(map[string]columns[T], len(all))
	for metric, b := range all {
		own := columns[T]{make(map[string][]T, len(b.columns)), maps.Clone(b.samples)}
		for label, column := range b.columns {
			own.Columns[label] = slices.Clone(column)
		}
		copied[metric] = own
	}
	return copied
}

func (s seriesSum) checkpoint() []totalCheckpoint {
	all := make([]totalCheckpoint, 0, len(s))
	for one := range s.all() {
		all = append(all, totalCheckpoint{one.Series, one.second})
	}
	return all
}

// checkpoint returns what is fresh in a second. What is in the totals is not needed any more.
func (s *second) checkpoint() secondCheckpoint {
	c := secondCheckpoint{Number: s.number, End: s.end, Nodes: slices.Collect(maps.Keys(s.nodes)), Parts: make(map[string]contentCheckpoint)}
	for scenario, p := range s.parts {
		fresh := &p.fresh
		c.Parts[scenario.info.Name] = contentCheckpoint{
			Series: fresh.series.checkpoint(), Users: fresh.users, Gone: fresh.gone, Failures: slices.Clone(fresh.failures),
			From: fresh.newest.from, To: fresh.newest.to,
		}
	}
	return c
}
