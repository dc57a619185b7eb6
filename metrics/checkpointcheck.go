package metrics

import (
	"errors"
	"fmt"
	"math"
	"time"
)

const (
	maxOffset         = 366 * 24 * time.Hour // since the start of a run
	maxCheckpointNode = 10_000
)

// check says what no Aggregator can know whose buckets have had this width, and defines the metrics.
func (c *checkpoint) check(width time.Duration, known *Registry) error {
	for width < c.Width && width < maxOffset {
		width *= 2
	}
	switch {
	case c.Width != width || c.Length < 0 || c.Length > MaxBuckets:
		return fmt.Errorf("there cannot be %d buckets of %v", c.Length, c.Width)
	case c.Elapsed < 0 || c.Elapsed > maxOffset:
		return fmt.Errorf("a run of %v is not possible", c.Elapsed)
	case len(c.Nodes) > maxCheckpointNode:
		return fmt.Errorf("there are %d nodes", len(c.Nodes))
	}
	for _, number := range []int{c.Closed, c.Reached, c.Emitted} {
		if err := checkSecond(number); err != nil {
			return err
		}
	}
	if err := defineAll(known, c.Metrics); err != nil {
		return err
	}
	for _, n := range c.Nodes {
		if err := n.check(); err != nil {
			return fmt.Errorf("node %.100q: %w", n.Name, err)
		}
	}
	for _, s := range c.Scenarios {
		if err := s.check(c, known); err != nil {
			return fmt.Errorf("scenario %.100q: %w", s.Name, err)
		}
	}
	for _, s := range c.Seconds {
		if err := s.check(known); err != nil {
			return fmt.Errorf("second %d: %w", s.Number, err)
		}
	}
	for _, r := range c.Readings {
		if r.At < -maxOffset || r.At > maxOffset {
			return fmt.Errorf("a reading of %v after the start is not possible", r.At)
		}
		if err := defineAll(known, r.Metrics); err != nil {
			return err
		}
		if err := checkSeries(known, r.Series); err != nil {
			return err
		}
	}
	return nil
}

func defineAll(known *Registry, all []*Metric) error {
	for _, m := range all {
		if m == nil {
			return errors.New("a definition of a metric is empty")
		}
		if err := m.Check(); err != nil {
			return err
		}
		if _, err := known.Register(*m); err != nil {
			return err
		}
	}
	return nil
}

func checkSecond(number int) error {
	if number < -1 || number > int(maxOffset/intervalWidth) {
		return fmt.Errorf("%d is no second of a run", number)
	}
	return nil
}

func checkTotals(counts ...int64) error {
	for _, n := range counts {
		if n < 0 || n > MaxCount {
			return fmt.Errorf("%d is no count", n)
		}
	}
	return nil
}

func (n *nodeCheckpoint) check() error {
	if n.End < 0 || n.End > maxOffset || n.LostAfter < 0 || n.LostAfter > maxOffset {
		return errors.New("its times are not possible")
	}
	if len(n.Missing) > maxMissing {
		return fmt.Errorf("%d of its snapshots are missing", len(n.Missing))
	}
	return errors.Join(checkSecond(n.Reached), checkSecond(n.GoneAt), checkTotals(n.Newest, int64(n.Late), int64(n.Absurd)))
}

func (s *scenarioCheckpoint) check(c *checkpoint, known *Registry) error {
	if s.From < 0 || s.To > maxOffset || s.From > s.To || s.Planned < 0 || s.Planned > longestRun {
		return errors.New("its times are not possible")
	}
	if len(s.Nodes) > maxCheckpointNode {
		return fmt.Errorf("it has %d nodes", len(s.Nodes))
	}
	if err := s.All.check(c.Length, known); err != nil {
		return err
	}
	for name, p := range s.Nodes {
		if err := p.check(c.Length, known); err != nil {
			return fmt.Errorf("node %.100q: %w", name, err)
		}
	}
	for metric, sets := range s.Known {
		if len(sets) > MaxLabelSets {
			return fmt.Errorf("%.100q has %d sets of labels", metric, len(sets))
		}
	}
	for _, n := range s.Refused {
		if err := checkTotals(n); err != nil {
			return err
		}
	}
	return nil
}

func (p *partCheckpoint) check(buckets int, known *Registry) error {
	if err := checkTotals(p.Users.Started, p.Users.Succeeded, p.Users.Failed); err != nil {
		return err
	}
	if len(p.Active) > buckets || len(p.Reports) > buckets {
		return fmt.Errorf("it has more than %d buckets", buckets)
	}
	for _, one := range p.Totals {
		if err := one.check(known); err != nil {
			return err
		}
	}
	return errors.Join(
		checkColumns(p.Histograms, Histogram, buckets, known, nil),
		checkColumns(p.Counters, Counter, buckets, known, nil),
		checkColumns(p.Gauges, Gauge, buckets, known, (*GaugeValue).check),
		checkFailures(p.Failures),
	)
}

func checkFailures(all map[string][]FailureSample) error {
	for _, samples := range all {
		for _, f := range samples {
			if err := f.Check(); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkColumns[T any](all map[string]columns[T], kind Kind, buckets int, known *Registry, value func(T) error) error {
	for metric, one := range all {
		if m, ok := known.Lookup(metric); !ok || m.Kind != kind {
			return fmt.Errorf("%.100q is no %s", metric, kind)
		}
		if len(one.Columns) > SeriesLabels+2 {
			return fmt.Errorf("%s has %d columns", metric, len(one.Columns))
		}
		for _, column := range one.Columns {
			if len(column) > buckets {
				return fmt.Errorf("%s has more than %d buckets", metric, buckets)
			}
			for _, v := range column {
				if value == nil {
					break
				}
				if err := value(v); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (g *GaugeValue) check() error {
	if g == nil {
		return nil
	}
	for _, v := range []float64{g.Last, g.Min, g.Max} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("a gauge is %v", v)
		}
	}
	return nil
}

func (t *totalCheckpoint) check(known *Registry) error {
	if err := checkSecond(t.Second); err != nil {
		return err
	}
	return checkSeries(known, []Series{t.Series})
}

// checkSeries refuses series of metrics that nobody knows, or of another kind.
func checkSeries(known *Registry, all []Series) error {
	for _, one := range all {
		if m, ok := known.Lookup(one.Metric); !ok || m.Kind != one.Kind() {
			return fmt.Errorf("%.100q is no %s", one.Metric, one.Kind())
		}
		if err := errors.Join(checkTotals(one.Count), one.Gauge.check()); err != nil {
			return err
		}
	}
	return nil
}

func (s *secondCheckpoint) check(known *Registry) error {
	if s.Number < 0 || s.End < 0 || s.End > maxOffset {
		return errors.New("it is not possible")
	}
	if err := checkSecond(s.Number); err != nil {
		return err
	}
	for _, p := range s.Parts {
		if err := checkTotals(p.Users.Started, p.Users.Succeeded, p.Users.Failed); err != nil {
			return err
		}
		if p.From < 0 || p.From > p.To || p.To > maxOffset {
			return errors.New("its times are not possible")
		}
		for _, one := range p.Series {
			if err := one.check(known); err != nil {
				return err
			}
		}
		if err := checkFailures(map[string][]FailureSample{"": p.Failures}); err != nil {
			return err
		}
	}
	return nil
}
