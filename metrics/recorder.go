package metrics

import (
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/liveload/liveload/redact"
)

// A Recorder collects what one node measures and hands it out as Snapshots. It is safe for concurrent use.
type Recorder struct {
	node  string
	start time.Time
	reg   *Registry
	clean *cleaner

	mu          sync.Mutex
	scopes      map[string]*Scope
	seq         int64
	sentMetrics int // metrics of scripts that were in a snapshot
	last        time.Time
}

// NewRecorder returns the recorder of a node for a run that started, or will start, at start. Offsets in
// the run are counted from there; Begin moves it.
func NewRecorder(node string, start time.Time, reg *Registry) *Recorder {
	return &Recorder{node: node, start: start, last: start, reg: reg, clean: &cleaner{}, scopes: make(map[string]*Scope)}
}

// Hide has snapshots show no secrets: neither in labels nor in failures. It is called before anything is recorded.
func (r *Recorder) Hide(secrets *redact.Redactor) { r.clean.secrets = secrets }

// Begin moves the start of the run to start and forgets what was recorded until then, while the run was being
// prepared. It is called once, at now, before users record. On a node that joins later the first snapshot begins then.
func (r *Recorder) Begin(start, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.start, r.last = start, start
	if now.Sub(start) > intervalWidth {
		r.last = now
	}
	for _, s := range r.scopes {
		s.collect(&Snapshot{})
		s.mu.Lock()
		s.began = start
		clear(s.gauges)
		clear(s.failures)
		s.mu.Unlock()
	}
}

// Registry returns the metrics that can be recorded by name.
func (r *Recorder) Registry() *Registry { return r.reg }

// Scope returns the scope of a scenario, always the same one. NodeScope is the node's own.
func (r *Recorder) Scope(scenario string) *Scope {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.scopes[scenario]
	if !ok {
		s = newScope(scenario, r.start, shardCount(), r.clean)
		r.scopes[scenario] = s
	}
	return s
}

// shardCount is a power of two, a few shards for each thread that can record at once.
func shardCount() int {
	n := 8
	for n < 4*runtime.GOMAXPROCS(0) {
		n *= 2
	}
	return n
}

// Snapshot returns what was recorded since the last one. A record that runs at this moment may be in the
// next one; when nobody records any more, nothing is left behind.
func (r *Recorder) Snapshot(now time.Time) *Snapshot {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seq++
	if now.Before(r.last) {
		now = r.last
	}
	snap := &Snapshot{Node: r.node, Seq: r.seq, Start: r.start, From: r.last, To: now}
	r.last = now
	for _, name := range slices.Sorted(maps.Keys(r.scopes)) {
		r.scopes[name].collect(snap)
	}
	snap.Metrics = r.reg.definedSince(r.sentMetrics) // after the samples, so that none lacks its definition
	r.sentMetrics += len(snap.Metrics)
	return snap
}

// collect moves all samples of the scope into the snapshot.
func (s *Scope) collect(snap *Snapshot) {
	merged := make(map[seriesKey]*bufferedSeries)
	s.clean.renew()
	for i := range s.shards {
		s.shards[i].drain(merged, s.clean)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var series []Series
	for key, one := range merged {
		one.settle()
		series = append(series, Series{Scenario: s.scenario, Metric: key.metric.Name, Labels: key.labels, Count: one.count, Sketch: one.sketch})
	}
	series = append(series, s.collectGauges()...)
	slices.SortFunc(series, compareSeries)
	snap.Series = append(snap.Series, series...)
	s.collectRare(snap)
}

// drain moves the samples to merged.
func (s *shard) drain(merged map[seriesKey]*bufferedSeries, clean *cleaner) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values = 0
	room := 0
	for key, from := range s.series {
		if !from.empty() {
			shown := seriesKey{key.metric, clean.labels(key.labels)}
			to, ok := merged[shown]
			if !ok {
				to = &bufferedSeries{}
				merged[shown] = to
			}
			to.take(from)
		}
		if room += cap(from.values); room > mostRoom {
			from.values = nil
		}
	}
}

// collectGauges returns the gauges that were set since the last snapshot. The caller holds the lock.
func (s *Scope) collectGauges() (series []Series) {
	for key, g := range s.gauges {
		if g.changed {
			g.changed = false
			value := g.GaugeValue
			g.Min, g.Max = g.Last, g.Last // the extremes since this snapshot
			series = append(series, Series{Scenario: s.scenario, Metric: key.metric.Name, Labels: s.clean.labels(key.labels), Gauge: &value})
		}
	}
	return series
}

// collectRare adds users, failures and refused labels. The caller holds the lock.
func (s *Scope) collectRare(snap *Snapshot) {
	users := UserCounts{Scenario: s.scenario}
	// Ends first: a user that starts and ends in between then never counts as ended only.
	users.Succeeded, users.Failed = s.succeeded.Swap(0), s.failed.Swap(0)
	users.Started = s.started.Swap(0)
	if users.Started+users.Succeeded+users.Failed > 0 {
		snap.Users = append(snap.Users, users)
	}
	refused := s.limits.takeRefused()
	for _, metric := range slices.Sorted(maps.Keys(refused)) {
		snap.Overflow = append(snap.Overflow, LabelsOverflow{Scenario: s.scenario, Metric: metric, Samples: refused[metric]})
	}
	for _, class := range slices.Sorted(maps.Keys(s.failures)) {
		log := s.failures[class]
		snap.Failures = append(snap.Failures, log.new...)
		log.new = nil
	}
}
