package snapshotio

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
)

// An Encoder turns the snapshots of one worker into messages. One goroutine at a time uses it.
type Encoder struct {
	generation uint64
	numbers    map[key]int
}

// NewEncoder returns the encoder of a batch on a worker.
func NewEncoder() *Encoder { return &Encoder{generation: 1, numbers: make(map[key]int)} }

// startOver has the next messages explain all keys again.
func (e *Encoder) startOver() {
	e.generation++
	clear(e.numbers)
}

// Encode returns the message of a snapshot. The node's name is not in it: the controller knows who sent it. What a Decoder
// would refuse is an error, after which the snapshot is lost and all others can be encoded.
func (e *Encoder) Encode(s *metrics.Snapshot) ([]byte, error) {
	if len(e.numbers)+len(s.Series) > maxKeys {
		e.startOver()
	}
	b, err := e.encode(s)
	if err != nil {
		e.startOver() // keys that nobody gets
		return nil, fmt.Errorf("encode snapshot %d: %w", s.Seq, err)
	}
	return b, nil
}

func (e *Encoder) encode(s *metrics.Snapshot) ([]byte, error) {
	m := &message{
		Generation: e.generation, First: len(e.numbers),
		Seq: s.Seq, Seconds: s.Start.Unix(), Nanos: int64(s.Start.Nanosecond()), Last: s.Last,
		From: int64(s.From.Sub(s.Start)), To: int64(s.To.Sub(s.Start)),
		Metrics: s.Metrics, Failures: s.Failures,
	}
	next := 0
	for i := range s.Series {
		one := &s.Series[i]
		number := e.number(m, key{Scenario: one.Scenario, Metric: one.Metric, Kind: one.Kind(), Labels: one.Labels})
		m.Series = append(m.Series, number-next)
		next = number + 1
		m.addValue(one)
	}
	for _, u := range s.Users {
		m.Users = append(m.Users, users{Key: e.number(m, key{Scenario: u.Scenario}), Started: u.Started, Succeeded: u.Succeeded, Failed: u.Failed})
	}
	for _, o := range s.Overflow {
		m.Overflow = append(m.Overflow, overflow{Key: e.number(m, key{Scenario: o.Scenario, Metric: o.Metric}), Samples: o.Samples})
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	b, err := encoding.Marshal(m)
	if err == nil && len(b) > MaxSize {
		err = fmt.Errorf("it has %d bytes, but %d are the most", len(b), MaxSize)
	}
	return b, err
}

// number returns the number of a key, which the message has in full when it is new.
func (e *Encoder) number(m *message, k key) int {
	n, known := e.numbers[k]
	if !known {
		n = len(e.numbers)
		e.numbers[k] = n
		m.Keys = append(m.Keys, k)
	}
	return n
}

func (m *message) addValue(s *metrics.Series) {
	switch s.Kind() {
	case metrics.Histogram:
		m.Sketches = append(m.Sketches, s.Sketch)
	case metrics.Gauge:
		m.Gauges = append(m.Gauges, [3]float64{s.Gauge.Last, s.Gauge.Min, s.Gauge.Max})
	default:
		m.Counts = append(m.Counts, s.Count)
	}
}

// start is when the run began on the node.
func (m *message) start() time.Time { return time.Unix(m.Seconds, m.Nanos).UTC() }
