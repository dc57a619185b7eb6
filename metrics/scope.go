package metrics

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// NodeScope is the scenario name of what a node measures about itself. Its samples count in the Result of
// every scenario.
const NodeScope = ""

const (
	// MaxLabelSets is how many distinct sets of labels a metric keeps in one scenario; the rest goes to other.
	MaxLabelSets = 200
	// OtherLabel is the value of a label that stands for all values that are not kept.
	OtherLabel = "other"
	// MaxFailureSamples is how many samples of a failure class are kept for each node.
	MaxFailureSamples = 10
)

// A FailureSample is one failure in full, kept so that a person can see what happened.
type FailureSample struct {
	Scenario      string   `json:"scenario,omitempty"` // set in a Snapshot only
	Class         string   `json:"class,omitempty"`    // set in a Snapshot only: in a Result it is the key
	Kind          string   `json:"kind"`               // "error", "throw" or "exit"
	ReasonInspect string   `json:"reason_inspect"`     // the message, at most 10,000 bytes
	Stacktrace    []string `json:"stacktrace"`         // one frame a line, innermost first
	MonotonicTime int64    `json:"monotonic_time"`     // nanoseconds since the start of the run on the node; 0 is filled in by Failure
	UserID        int64    `json:"user_id"`

	Cause
	Evidence
}

// Evidence is the paths of what was kept of a failure; "" is nothing.
type Evidence struct {
	Screenshot string `json:"screenshot,omitempty"`
	Page       string `json:"page,omitempty"`    // its HTML
	Console    string `json:"console,omitempty"` // the last lines
	Frames     string `json:"frames,omitempty"`  // the last messages between page and server
	Trace      string `json:"trace,omitempty"`   // for Playwright's trace viewer
}

// None says that nothing was kept.
func (e Evidence) None() bool { return e == Evidence{} }

// A Scope takes the measurements of one scenario on one node. It is safe for concurrent use: records are spread over
// shards, so that they seldom wait for each other.
type Scope struct {
	scenario string
	began    time.Time
	shards   []shard // a power of two
	limits   *labelLimits
	clean    *cleaner

	started, succeeded, failed atomic.Int64

	mu       sync.Mutex // guards what is rare
	gauges   map[seriesKey]*gaugeState
	failures map[string]*failureLog
}

// A shard fills a cache line, so that writers of neighbouring shards do not disturb each other.
type shard struct {
	mu     sync.Mutex
	series map[seriesKey]*bufferedSeries
	values int // that wait to be sketched
	_      [40]byte
}

type seriesKey struct {
	metric *Metric
	labels Labels
}

type gaugeState struct {
	GaugeValue
	changed bool
}

type failureLog struct {
	kept, evident int // the second is of those that are kept for their evidence
	causes        map[Cause]bool
	new           []FailureSample
}

func newScope(scenario string, began time.Time, shards int, clean *cleaner) *Scope {
	s := &Scope{
		scenario: scenario,
		began:    began,
		shards:   make([]shard, shards),
		limits:   newLabelLimits(),
		clean:    clean,
		gauges:   make(map[seriesKey]*gaugeState),
		failures: make(map[string]*failureLog),
	}
	for i := range s.shards {
		s.shards[i].series = make(map[seriesKey]*bufferedSeries)
	}
	return s
}

// Observe records a value of a histogram. Values below 0, above 1e15 and NaN are not recorded but counted
// in liveload_samples_dropped. Build labels with Metric.With, and keep them where samples are frequent.
func (s *Scope) Observe(m *Metric, labels Labels, value float64) {
	to := s.lock()
	defer to.mu.Unlock()
	if why := refusal(value); why != "" {
		s.series(to, SamplesDropped, dropped(why)).count++
	} else {
		to.observe(s.series(to, m, labels), value)
	}
}

func dropped(why string) Labels { return SamplesDropped.With(why) }

// Add adds n to a counter. A counter never shrinks: n below 0 is a dropped sample.
func (s *Scope) Add(m *Metric, labels Labels, n int64) {
	to := s.lock()
	defer to.mu.Unlock()
	if n < 0 {
		s.series(to, SamplesDropped, dropped("negative")).count++
	} else {
		one := s.series(to, m, labels)
		one.count = plus(one.count, n)
	}
}

// SetGauge sets a gauge to value.
func (s *Scope) SetGauge(m *Metric, labels Labels, value float64) {
	if value != value {
		s.Add(SamplesDropped, dropped("not a number"), 1)
		return
	}
	labels = s.limits.admit(m, labels, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	key := seriesKey{m, labels}
	g, ok := s.gauges[key]
	if !ok {
		g = &gaugeState{GaugeValue: GaugeValue{Min: value, Max: value}}
		s.gauges[key] = g
	}
	g.Last, g.Min, g.Max, g.changed = value, min(g.Min, value), max(g.Max, value), true
}

// UserStarted counts a user that has started.
func (s *Scope) UserStarted() { s.started.Add(1) }

// UserEnded counts a user that ended. Each UserStarted has at most one UserEnded.
func (s *Scope) UserEnded(failed bool) {
	if failed {
		s.failed.Add(1)
	} else {
		s.succeeded.Add(1)
	}
}

// Failure keeps the sample when it is among the first ten of its class on this node, the first of its cause, or among the
// first ten others with evidence: to take it needs time, in which others come. It counts nothing: counters such as iteration_failures are the
// caller's.
func (s *Scope) Failure(f FailureSample) {
	f.Scenario = s.scenario
	f.redact(s.clean.secrets)
	f.shorten()
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.MonotonicTime == 0 {
		f.MonotonicTime = time.Since(s.began).Nanoseconds()
	}
	if s.failures[f.Class] == nil && len(s.failures) >= MaxLabelSets {
		f.Class = OtherLabel
	}
	log := s.failures[f.Class]
	if log == nil {
		log = &failureLog{causes: make(map[Cause]bool)}
		s.failures[f.Class] = log
	}
	switch {
	case log.kept < MaxFailureSamples:
		log.kept++
	case !log.causes[f.Cause] && len(log.causes) < MaxLabelSets:
	case !f.Evidence.None() && log.evident < MaxFailureSamples:
		log.evident++
	default:
		return
	}
	log.causes[f.Cause] = true
	log.new = append(log.new, f)
}

// lock returns any shard, locked.
func (s *Scope) lock() *shard {
	one := &s.shards[rand.Uint32()&uint32(len(s.shards)-1)]
	one.mu.Lock()
	return one
}

// series returns the series of a metric and labels in a shard that the caller has locked.
func (s *Scope) series(in *shard, m *Metric, labels Labels) *bufferedSeries {
	if known, ok := in.series[seriesKey{m, labels}]; ok {
		return known
	}
	key := seriesKey{m, s.limits.admit(m, labels, 1)}
	known, ok := in.series[key]
	if !ok {
		known = &bufferedSeries{}
		in.series[key] = known
	}
	return known
}
