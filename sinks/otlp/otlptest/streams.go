package otlptest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"
)

// A stream is the points of one metric with the same attributes, in the order of their times.
type stream struct{ points []*Point }

// key tells streams apart.
func (p *Point) key() string {
	if p.stream == "" {
		key := strconv.AppendQuote(nil, p.Metric)
		for _, attributes := range []map[string]string{p.Resource, p.Attributes} {
			for _, name := range slices.Sorted(maps.Keys(attributes)) {
				key = strconv.AppendQuote(append(strconv.AppendQuote(append(key, ' '), name), '='), attributes[name])
			}
		}
		p.stream = string(key)
	}
	return p.stream
}

// check says what is wrong with points beside those of their streams. Those that came before may come again.
func (r *Receiver) check(points []*Point) error {
	newest := make(map[string]*Point)
	for _, p := range points {
		key := p.key()
		last := newest[key]
		if s := r.streams[key]; s != nil && last == nil {
			if s.has(p) {
				continue
			}
			last = s.points[len(s.points)-1]
		}
		if last != nil {
			if err := follows(last, p); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
		newest[key] = p
	}
	return nil
}

// follows says what is wrong with a point after the last one of its stream.
func follows(last, p *Point) error {
	switch {
	case p.Kind != last.Kind || p.Delta != last.Delta || p.Unit != last.Unit:
		return fmt.Errorf("it was a %s in %s", last.Kind, last.Unit)
	case !p.Time.After(last.Time):
		return fmt.Errorf("a point at %v comes after one at %v", p.Time, last.Time)
	case p.Kind == Gauge:
		return nil
	case (p.Delta || !p.Start.Equal(last.Start)) && p.Start.Before(last.Time):
		return fmt.Errorf("a point from %v overlaps with one until %v", p.Start, last.Time)
	case p.Delta || !p.Start.Equal(last.Start):
		return nil
	case p.Kind == Sum && p.Value < last.Value:
		return fmt.Errorf("%v comes after %v", p.Value, last.Value)
	case p.Kind == Histogram:
		return shrinks(last, p)
	}
	return nil
}

// shrinks says whether a bucket has fewer values than before.
func shrinks(last, p *Point) error {
	now, before := p.Histogram, last.Histogram
	if now.Count < before.Count || now.GetSum() < before.GetSum() || now.ZeroCount < before.ZeroCount {
		return fmt.Errorf("a histogram of %d values comes after one of %d", now.Count, before.Count)
	}
	if now.Scale > before.Scale {
		return fmt.Errorf("the scale %d comes after %d", now.Scale, before.Scale)
	}
	if now.Scale < before.Scale {
		return nil
	}
	for i, count := range before.GetPositive().GetBucketCounts() {
		at := int(before.Positive.Offset) + i - int(now.GetPositive().GetOffset())
		if counts := now.GetPositive().GetBucketCounts(); count > 0 && (at < 0 || at >= len(counts) || counts[at] < count) {
			return fmt.Errorf("bucket %d has fewer values than before", int(before.Positive.Offset)+i)
		}
	}
	return nil
}

// has says whether the same point is there already.
func (s *stream) has(p *Point) bool {
	return slices.ContainsFunc(s.points, func(known *Point) bool {
		return known.Time.Equal(p.Time) && known.Start.Equal(p.Start) && known.Value == p.Value && proto.Equal(known.Histogram, p.Histogram)
	})
}

// keep adds a point, unless it is there.
func (r *Receiver) keep(p *Point) {
	key := p.key()
	s := r.streams[key]
	if s == nil {
		s = &stream{}
		r.streams[key] = s
	}
	if !s.has(p) {
		s.points = append(s.points, p)
		r.points = append(r.points, p)
	}
}
