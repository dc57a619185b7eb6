package snapshotio

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/liveload/liveload/metrics"
)

// check says what is absurd about a message, apart from its keys and sketches.
func (m *message) check() error {
	switch {
	case m.Generation == 0 || m.First < 0:
		return errors.New("its keys have no generation, or no place in it")
	case m.Seq < 1 || m.Seq > maxSeq:
		return fmt.Errorf("its number is %d, but they are 1 to %d", m.Seq, maxSeq)
	case m.Nanos < 0 || m.Nanos >= int64(time.Second):
		return fmt.Errorf("its start has %d ns", m.Nanos)
	case m.From > m.To || m.From < -int64(maxOffset) || m.To > int64(maxOffset):
		return fmt.Errorf("it is of %v to %v since the start", time.Duration(m.From), time.Duration(m.To))
	case len(m.Keys)+m.First > maxKeys || len(m.Series) > maxKeys:
		return fmt.Errorf("it has %d series with %d keys in all, but %d are the most", len(m.Series), len(m.Keys)+m.First, maxKeys)
	}
	for i := range m.Keys {
		if err := m.Keys[i].check(); err != nil {
			return err
		}
	}
	for _, one := range m.Metrics {
		if one == nil {
			return errors.New("a definition of a metric is empty")
		}
		if err := one.Check(); err != nil {
			return err
		}
	}
	for i := range m.Failures {
		if err := m.Failures[i].Check(); err != nil {
			return err
		}
	}
	return m.checkValues()
}

func (m *message) checkValues() error {
	for _, n := range m.Counts {
		if err := checkCounts(n); err != nil {
			return err
		}
	}
	for _, g := range m.Gauges {
		for _, v := range g {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("a gauge is %v", v)
			}
		}
	}
	for _, u := range m.Users {
		if err := checkCounts(u.Started, u.Succeeded, u.Failed); err != nil {
			return fmt.Errorf("users: %w", err)
		}
	}
	for _, o := range m.Overflow {
		if err := checkCounts(o.Samples); err != nil {
			return fmt.Errorf("overflow of labels: %w", err)
		}
	}
	return nil
}

func checkCounts(counts ...int64) error {
	for _, n := range counts {
		if n < 0 || n > maxCount {
			return fmt.Errorf("%d is no count: they are 0 to %d", n, int64(maxCount))
		}
	}
	return nil
}

// catalogue is only read.
var catalogue = metrics.NewRegistry()

// check says what is wrong with a new key.
func (k *key) check() error {
	if k.Metric == "" {
		return nil
	}
	one := metrics.Metric{Name: k.Metric, Kind: cmp.Or(k.Kind, metrics.Counter)} // of an overflow it does not matter
	if err := one.Check(); err != nil {
		return err
	}
	if known, ok := catalogue.Lookup(k.Metric); ok && k.Kind != "" && known.Kind != k.Kind {
		return fmt.Errorf("%s is a %s, not a %s", k.Metric, known.Kind, k.Kind)
	}
	return nil
}
