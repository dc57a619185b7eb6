package journal

import (
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Head says which run a journal is of, and where that would have written what.
type Head struct {
	RunID     string    `json:"run_id"`
	Version   string    `json:"liveload_version"`
	Began     time.Time `json:"began"`
	Host      string    `json:"host"`
	Folder    string    `json:"folder"` // in which liveload ran; relative paths begin there
	Scripts   []string  `json:"scripts"`
	Scenarios []string  `json:"scenarios"`         // all that are planned
	Result    string    `json:"result,omitempty"`  // file; "" for none
	JUnit     string    `json:"junit,omitempty"`   // file; "" for none
	Reports   []string  `json:"reports,omitempty"` // files
}

// A Batch is what is planned for scenarios that run side by side.
type Batch struct {
	Info metrics.RunInfo `json:"info"`
	// Limits are those of the scenarios in Info, in their order.
	Limits []*metrics.FailureLimit `json:"limits"`
}

// A Standing is what the controller knows of a batch besides numbers.
type Standing struct {
	Scenarios []ScenarioStanding `json:"scenarios"` // those of the batch, in their order
	// Clocks are how far the clocks of nodes are ahead, in milliseconds.
	Clocks map[string]float64 `json:"clocks,omitempty"`
	// Ended says that a threshold has ended the run: they keep their outcomes.
	Ended bool `json:"ended,omitempty"`
}

// A ScenarioStanding is what the controller knows of one scenario.
type ScenarioStanding struct {
	Thresholds []metrics.ThresholdOutcome `json:"thresholds,omitempty"`
	Changes    []metrics.Change           `json:"changes,omitempty"`
	Limit      *metrics.Limit             `json:"limit,omitempty"`
	Notes      []string                   `json:"notes,omitempty"`
}

// A Content is what a journal has.
type Content struct {
	Head
	Ended   []metrics.Result // of scenarios that have ended
	Running *Running         // the batch that ran, nil for none
	// Whole says that everything was measured: what was missing is to write it.
	Whole bool
	// Dropped are bytes at the end that cannot be read: the last thing that was written is not whole.
	Dropped int64
}

// A Running is a batch that has not ended.
type Running struct {
	Batch
	Standing   Standing
	Aggregator *metrics.Aggregator // which has all that was measured
}
