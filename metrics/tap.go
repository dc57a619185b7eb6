package metrics

import (
	"errors"
	"fmt"
	"time"
)

// An Input is one thing that an Aggregator takes: one of its fields is set.
type Input struct {
	Snapshot *Snapshot     `json:"-"` // package snapshotio writes them
	Reading  *Reading      `json:"reading,omitempty"`
	Lost     *NodeLoss     `json:"lost,omitempty"`
	Stopped  *ScenarioStop `json:"stopped,omitempty"`
}

// Check says what no Aggregator of a run takes, as far as it is no snapshot.
func (in Input) Check(run RunInfo) error {
	possible := func(offset time.Duration) error {
		if offset < -maxOffset || offset > maxOffset {
			return fmt.Errorf("%v after the start of a run is not possible", offset)
		}
		return nil
	}
	switch {
	case in.Reading != nil:
		known := NewRegistry()
		return errors.Join(possible(in.Reading.At.Sub(run.Start)), defineAll(known, in.Reading.Metrics), checkSeries(known, in.Reading.Series))
	case in.Lost != nil:
		return possible(in.Lost.After)
	case in.Stopped != nil:
		return possible(in.Stopped.At)
	}
	return nil
}

// A NodeLoss is a call of NodeLost.
type NodeLoss struct {
	Node   string        `json:"node"`
	Reason string        `json:"reason"`
	After  time.Duration `json:"after"` // nanoseconds since the start of the run
}

// A ScenarioStop is a call of Stopped.
type ScenarioStop struct {
	Scenario string        `json:"scenario"`
	At       time.Duration `json:"at"` // nanoseconds since the start of the run
}

// Tap has see called with all that the Aggregator takes from now on, in its order. see must not block, nor call the Aggregator.
func (a *Aggregator) Tap(see func(Input)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tap = see
}

// tell tells whoever taps. The caller holds the lock.
func (a *Aggregator) tell(in Input) {
	if a.tap != nil {
		a.tap(in)
	}
}

// Take takes what a Tap has seen, and returns the intervals that are due.
func (a *Aggregator) Take(in Input) []*Interval {
	switch {
	case in.Snapshot != nil:
		return a.Add(in.Snapshot)
	case in.Reading != nil:
		a.AddReading(in.Reading)
	case in.Lost != nil:
		return a.NodeLost(in.Lost.Node, in.Lost.Reason, in.Lost.After)
	case in.Stopped != nil:
		a.Stopped(in.Stopped.Scenario, in.Stopped.At)
	}
	return nil
}
