package metrics

import (
	"slices"
	"strings"
	"time"
)

// An Interval is one second of a run: what all nodes measured in it, and the state of the run when it was
// made. It is plain data that many read and nobody may change.
type Interval struct {
	RunID    string        `json:"run_id"`
	Start    time.Time     `json:"start"`    // of the scenarios that run side by side; offsets count from here
	Offset   time.Duration `json:"offset"`   // nanoseconds from Start to the beginning of the second
	Width    time.Duration `json:"width"`    // nanoseconds
	Revision int           `json:"revision"` // 1, 2, ...; a higher one replaces what came before of the same second
	Final    bool          `json:"final"`    // it is the last one, and its state is that of the Results

	Reported  int                `json:"reported"`          // nodes that measured something in this second
	Generator []Series           `json:"generator"`         // what they measured about themselves, and what was read of the tested application
	Scenarios []ScenarioInterval `json:"scenarios"`         // in the order of RunInfo
	ByNode    []NodePart         `json:"by_node,omitempty"` // what each of them did, when RunInfo asks for it
	Metrics   []*Metric          `json:"metrics,omitempty"` // of scripts and of the tested application, so far

	Elapsed time.Duration `json:"elapsed"` // nanoseconds from Start to the end of the newest data in the state
	Nodes   int           `json:"nodes"`   // that report
	Lost    []string      `json:"lost,omitempty"`
	Health  Health        `json:"health"`

	news      *news    // of Generator, for a History
	reporters []string // the nodes of Reported, for a History
}

// A ScenarioInterval is one second of one scenario.
type ScenarioInterval struct {
	Scenario string          `json:"scenario"`
	Series   []Series        `json:"series"`             // sorted by metric and labels
	Users    UserCounts      `json:"users"`              // that started and ended in this second
	Active   int64           `json:"active"`             // users at its end
	Failures []FailureSample `json:"failures,omitempty"` // new ones
	State    *State          `json:"state"`
	ByNode   []NodePart      `json:"by_node,omitempty"` // when RunInfo asks for it

	news *news // for a History
}

// Scenario returns the part of a scenario, nil when the interval has none.
func (i *Interval) Scenario(name string) *ScenarioInterval {
	for k := range i.Scenarios {
		if i.Scenarios[k].Scenario == name {
			return &i.Scenarios[k]
		}
	}
	return nil
}

// A State is what was measured of a scenario from its start until now.
type State struct {
	Elapsed         time.Duration `json:"elapsed"`          // nanoseconds, of the run
	ScenarioElapsed time.Duration `json:"scenario_elapsed"` // nanoseconds, from the scenario's start time until it has ended
	PlannedUsers    int           `json:"planned_users"`
	PlannedDuration time.Duration `json:"planned_duration"` // nanoseconds; 0 when it ends by itself

	Users    UserCounts              `json:"users"`
	Active   int64                   `json:"active"`
	Rate     float64                 `json:"rate"`   // iterations per second over the last ten seconds
	Totals   []Series                `json:"totals"` // sorted by metric and labels; with those of Generator
	Recent   []Series                `json:"recent"` // of the last ten seconds, of the metrics that displays show, all labels of each together
	Failures map[string]FailureClass `json:"failures,omitempty"`

	// Set by the controller.
	Thresholds []ThresholdOutcome `json:"thresholds,omitempty"` // as they stand; one without a value is neither met nor failed yet
	Changes    []Change           `json:"changes,omitempty"`
	Limit      *Limit             `json:"limit,omitempty"`  // of a search for it
	Search     string             `json:"search,omitempty"` // what the search does now: "12 users settling"
}

// A FailureClass says how often iterations failed in one way.
type FailureClass struct {
	Count int64  `json:"count"`
	First string `json:"first,omitempty"` // the message of the first sample
}

// A Total is what was measured of one metric from the start of the run until now.
type Total struct {
	Series int         // sets of labels
	Count  int64       // of a counter; of a histogram its samples
	Values Sketch      // of a histogram that has samples
	Gauge  *GaugeValue // of a gauge that was set
}

// AllLabels accepts all labels, for Total.
func AllLabels(Labels) bool { return true }

// Total adds up a metric over the sets of labels that admit accepts.
func (s *State) Total(metric string, admit func(Labels) bool) Total {
	sum, series := make(seriesSum), 0
	for _, one := range seriesOf(s.Totals, metric) {
		if admit(one.Labels) {
			series++
			one.Labels = Labels{}
			sum.add(&one, 0)
		}
	}
	if all := sum.share(); len(all) > 0 {
		one := all[0]
		return Total{Series: series, Count: one.Count + one.Sketch.Count(), Values: one.Sketch, Gauge: one.Gauge}
	}
	return Total{}
}

// Count adds up all labels of a metric: of a counter what was counted, of a histogram its samples.
func (s *State) Count(m *Metric) (n int64) {
	for _, one := range seriesOf(s.Totals, m.Name) {
		n = plus(n, one.Count+one.Sketch.Count())
	}
	return n
}

// RecentValues returns the values of a histogram in the last ten seconds, an empty sketch when there are none.
func (s *State) RecentValues(m *Metric) Sketch {
	if all := seriesOf(s.Recent, m.Name); len(all) > 0 {
		return all[0].Sketch
	}
	return ""
}

// seriesOf returns the part of sorted series that is of one metric.
func seriesOf(sorted []Series, metric string) []Series {
	compare := func(s Series, name string) int { return strings.Compare(s.Metric, name) }
	from, _ := slices.BinarySearchFunc(sorted, metric, compare)
	to := from
	for to < len(sorted) && sorted[to].Metric == metric {
		to++
	}
	return sorted[from:to]
}
