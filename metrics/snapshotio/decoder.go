package snapshotio

import (
	"errors"
	"fmt"
	"slices"
	"time"
	"unique"

	"github.com/liveload/liveload/metrics"
)

// A Decoder reads the messages of one worker, whatever is in them: what it returns is fit for an Aggregator. One
// goroutine at a time uses it.
type Decoder struct {
	node      string
	scenarios []string
	known     dictionary
}

// NewDecoder returns the decoder of what a node sends of a batch with these scenarios.
func NewDecoder(node string, scenarios ...string) *Decoder {
	return &Decoder{node: node, scenarios: scenarios, known: dictionary{generation: 1}}
}

// Decode returns the snapshot of a message, of which it keeps nothing. A *MissingError means that the message can be
// read later. After any error everything is as it was before.
func (d *Decoder) Decode(b []byte) (*metrics.Snapshot, error) {
	s, err := d.decode(b)
	if err != nil {
		return nil, fmt.Errorf("read a snapshot of node %s: %w", d.node, err)
	}
	return s, nil
}

func (d *Decoder) decode(b []byte) (*metrics.Snapshot, error) {
	if len(b) > MaxSize {
		return nil, fmt.Errorf("it has %d bytes, but %d are the most", len(b), MaxSize)
	}
	var m message
	if err := decoding.Unmarshal(b, &m); err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	known, err := d.learn(&m)
	if err != nil {
		return nil, err
	}
	s, err := d.snapshot(&m, known)
	if err != nil {
		return nil, err
	}
	d.known = known
	return s, nil
}

// learn returns what is known with a message.
func (d *Decoder) learn(m *message) (dictionary, error) {
	known := d.known
	if m.Generation > known.generation {
		known = dictionary{generation: m.Generation}
	}
	if m.Generation < known.generation || m.First > len(known.keys) {
		return known, &MissingError{m.Generation}
	}
	for i, k := range m.Keys {
		if err := d.runs(k.Scenario); err != nil {
			return known, err
		}
		switch at := m.First + i; {
		case at == len(known.keys):
			known.keys = append(known.keys, unique.Make(k))
		case known.keys[at] != unique.Make(k):
			return known, fmt.Errorf("key %d is not what it was", at)
		}
	}
	return known, nil
}

func (d *Decoder) runs(scenario string) error {
	if scenario != metrics.NodeScope && !slices.Contains(d.scenarios, scenario) {
		return fmt.Errorf("scenario %.100q does not run", scenario)
	}
	return nil
}

// A dictionary has the keys of a generation by number. Other workers have the same keys, in whatever order.
type dictionary struct {
	generation uint64
	keys       []unique.Handle[key]
}

func (d dictionary) find(number int) (key, error) {
	switch {
	case number < 0:
		return key{}, fmt.Errorf("there is no key %d", number)
	case number >= len(d.keys):
		return key{}, &MissingError{d.generation}
	}
	return d.keys[number].Value(), nil
}

// snapshot puts the parts of a message together.
func (d *Decoder) snapshot(m *message, known dictionary) (s *metrics.Snapshot, err error) {
	start := m.start()
	s = &metrics.Snapshot{
		Node: d.node, Seq: m.Seq, Start: start, From: start.Add(time.Duration(m.From)), To: start.Add(time.Duration(m.To)),
		Last: m.Last, Metrics: m.Metrics, Failures: m.Failures,
	}
	if s.Series, err = m.series(known); err != nil {
		return nil, err
	}
	for _, u := range m.Users {
		k, err := known.find(u.Key)
		if err != nil {
			return nil, err
		}
		s.Users = append(s.Users, metrics.UserCounts{Scenario: k.Scenario, Started: u.Started, Succeeded: u.Succeeded, Failed: u.Failed})
	}
	for _, o := range m.Overflow {
		k, err := known.find(o.Key)
		if err != nil {
			return nil, err
		}
		s.Overflow = append(s.Overflow, metrics.LabelsOverflow{Scenario: k.Scenario, Metric: k.Metric, Samples: o.Samples})
	}
	for _, f := range m.Failures {
		if err := d.runs(f.Scenario); err != nil {
			return nil, err
		}
	}
	return s, nil
}

var errValues = errors.New("it has more or fewer values than series")

// series puts keys and values together.
func (m *message) series(known dictionary) ([]metrics.Series, error) {
	if len(m.Series) != len(m.Counts)+len(m.Sketches)+len(m.Gauges) {
		return nil, errValues
	}
	if len(m.Series) == 0 {
		return nil, nil
	}
	all, number := make([]metrics.Series, len(m.Series)), 0
	counts, sketches, gauges := m.Counts, m.Sketches, m.Gauges
	for i, step := range m.Series {
		number += step
		k, err := known.find(number)
		if err != nil {
			return nil, err
		}
		number++
		one := metrics.Series{Scenario: k.Scenario, Metric: k.Metric, Labels: k.Labels}
		switch {
		case k.Kind == metrics.Counter && len(counts) > 0:
			one.Count, counts = counts[0], counts[1:]
		case k.Kind == metrics.Histogram && len(sketches) > 0 && sketches[0] != "":
			one.Sketch, sketches = sketches[0], sketches[1:]
		case k.Kind == metrics.Gauge && len(gauges) > 0:
			one.Gauge, gauges = &metrics.GaugeValue{Last: gauges[0][0], Min: gauges[0][1], Max: gauges[0][2]}, gauges[1:]
		default:
			return nil, errValues
		}
		all[i] = one
	}
	return all, nil
}
