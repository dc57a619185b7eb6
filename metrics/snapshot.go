package metrics

import "time"

// A Snapshot is what one node measured between two moments. Package snapshotio has it travel. The receiver
// must not change it: several readers share it.
type Snapshot struct {
	Node     string           `json:"node"`
	Seq      int64            `json:"seq"`   // 1, 2, 3, ... on each node
	Start    time.Time        `json:"start"` // of the run, on the node's clock
	From     time.Time        `json:"from"`
	To       time.Time        `json:"to"`
	Last     bool             `json:"last,omitempty"`    // the node sends none after it
	Metrics  []*Metric        `json:"metrics,omitempty"` // that scripts have defined since the snapshot before
	Series   []Series         `json:"series,omitempty"`
	Users    []UserCounts     `json:"users,omitempty"`
	Failures []FailureSample  `json:"failures,omitempty"`
	Overflow []LabelsOverflow `json:"overflow,omitempty"`
}

// A Series is one metric with one set of labels in one scenario. Exactly one of Count, Sketch and Gauge is set, by
// the metric's kind.
type Series struct {
	Scenario string      `json:"scenario,omitempty"` // in a Snapshot only; NodeScope is empty
	Metric   string      `json:"metric"`
	Labels   Labels      `json:"labels,omitzero"`
	Count    int64       `json:"count,omitempty"`  // what a counter grew by
	Sketch   Sketch      `json:"sketch,omitempty"` // the new values of a histogram
	Gauge    *GaugeValue `json:"gauge,omitempty"`
}

// Kind is what the series is one of.
func (s *Series) Kind() Kind {
	switch {
	case s.Sketch != "":
		return Histogram
	case s.Gauge != nil:
		return Gauge
	}
	return Counter
}

func (s *Series) samples() int64 {
	if s.Sketch != "" {
		return s.Sketch.Count()
	}
	return max(s.Count, 1)
}

// A GaugeValue is the state of a gauge: the last value, and the extremes. In a Snapshot they are those
// since the one before, in a Result those of the run or of the bucket.
type GaugeValue struct {
	Last float64 `json:"last"`
	Min  float64 `json:"min"`
	Max  float64 `json:"max"`
}

// UserCounts says how many users of a scenario started and ended.
type UserCounts struct {
	Scenario  string `json:"scenario,omitempty"` // in a Snapshot only
	Started   int64  `json:"started"`
	Succeeded int64  `json:"succeeded"`
	Failed    int64  `json:"failed"`
}

// LabelsOverflow counts the samples of a metric that were recorded as "other", since it has too many sets of labels.
type LabelsOverflow struct {
	Scenario string `json:"scenario"`
	Metric   string `json:"metric"`
	Samples  int64  `json:"samples"`
}
