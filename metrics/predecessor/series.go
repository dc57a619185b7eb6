package predecessor

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// timeSeries makes columns of LiveLoad's buckets, of which those without an event are missing.
func (s *scenario) timeSeries(width int64) (metrics.TimeSeries, error) {
	var buckets []bucket
	if err := json.Unmarshal(s.TimeSeries, &buckets); err != nil {
		return metrics.TimeSeries{}, fmt.Errorf("time_series: %w", err)
	}
	slices.SortStableFunc(buckets, func(a, b bucket) int { return cmp.Compare(a.OffsetMS, b.OffsetMS) })
	length, err := lengthOf(buckets, width)
	if err != nil {
		return metrics.TimeSeries{}, err
	}
	c := columns{length: length, out: metrics.TimeSeries{
		ActiveUsers: make([]int64, length), NodeCount: make([]int, length),
		Histograms: make(map[string]metrics.By[metrics.HistogramSeries]), Counters: make(map[string]metrics.By[[]int64]),
	}}
	last := 0
	for _, b := range buckets {
		at := int(b.OffsetMS / width)
		for i := last + 1; i < at; i++ { // nobody came and nobody left
			c.out.ActiveUsers[i], c.out.NodeCount[i] = c.out.ActiveUsers[last], c.out.NodeCount[last]
		}
		if err := c.set(at, b); err != nil {
			return metrics.TimeSeries{}, err
		}
		last = at
	}
	return c.out, nil
}

const (
	// longest is how many buckets a file may have: a day of 5 s.
	longest = 24 * 3600 / 5
	// mostLabels is how many labels of a metric are kept over time: LiveLoad has one for each address that ever was.
	mostLabels = 50
)

// lengthOf returns how many buckets there are up to the last one, which is the last in the list.
func lengthOf(buckets []bucket, width int64) (length int, err error) {
	for i, b := range buckets {
		at := b.OffsetMS / width
		if b.OffsetMS < 0 || at >= longest || i > 0 && at == buckets[i-1].OffsetMS/width {
			return 0, fmt.Errorf("time_series: there cannot be a bucket at %d ms", b.OffsetMS)
		}
		length = int(at) + 1
	}
	return length, nil
}

// columns are filled bucket by bucket.
type columns struct {
	length int
	out    metrics.TimeSeries
}

func (c *columns) set(at int, b bucket) error {
	c.out.ActiveUsers[at] = b.ActiveUsers
	if b.NodeCount != nil {
		c.out.NodeCount[at] = *b.NodeCount
	}
	for name, counts := range b.Counters {
		one, known := c.out.Counters[name]
		if !known {
			one = metrics.By[[]int64]{Aggregate: make([]int64, c.length), By: make(map[string][]int64)}
			c.out.Counters[name] = one
		}
		one.Aggregate[at] = counts.Aggregate
		for label, n := range counts.By {
			if one.By[label] == nil && len(one.By) < mostLabels {
				one.By[label] = make([]int64, c.length)
			}
			if column := one.By[label]; column != nil {
				column[at] = n
			}
		}
	}
	for name, h := range b.Histograms {
		one, known := c.out.Histograms[name]
		if !known {
			one = metrics.By[metrics.HistogramSeries]{Aggregate: c.empty(true), By: make(map[string]metrics.HistogramSeries)}
			c.out.Histograms[name] = one
		}
		if err := set(one.Aggregate, at, h.Aggregate); err != nil {
			return fmt.Errorf("time_series: %s: %w", name, err)
		}
		for label, q := range h.By {
			if _, known := one.By[label]; !known && len(one.By) == mostLabels {
				continue
			} else if !known {
				one.By[label] = c.empty(false)
			}
			if err := set(one.By[label], at, q); err != nil {
				return fmt.Errorf("time_series: %s of %s: %w", name, label, err)
			}
		}
	}
	return nil
}

func (c *columns) empty(tails bool) metrics.HistogramSeries {
	return metrics.NewHistogramSeries(make([]metrics.Sketch, c.length), tails)
}

func set(h metrics.HistogramSeries, at int, q quantiles) error {
	if q.Count == 0 {
		return nil
	}
	if len(q.Values) != 101 {
		return errors.New("values are not 101 numbers")
	}
	h.Count[at], h.Sum[at], h.Max[at], h.P50[at], h.P95[at] = q.Count, q.Sum, q.Values[100], q.Values[50], q.Values[95]
	if h.P90 != nil {
		h.P90[at], h.P99[at] = q.Values[90], q.Values[99]
	}
	return nil
}
