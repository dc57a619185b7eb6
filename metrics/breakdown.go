package metrics

import (
	"cmp"
	"maps"
	"slices"
)

// SeriesLabels is how many labels of a metric a time series keeps besides other.
const SeriesLabels = 10

// A breakdown is one metric over time, by label: for each a column, with a value for each bucket. It keeps the labels
// with the most samples; the rest counts as other. A label of the rest replaces the smallest that is kept once it has
// twice its samples, and its column begins then: what it had before stays in other.
type breakdown[T any] struct {
	plus    func(T, T) T
	columns map[string][]T
	samples map[string]int64
}

func breakdownOf[T any](all map[string]*breakdown[T], metric string, plus func(T, T) T) *breakdown[T] {
	b, ok := all[metric]
	if !ok {
		b = &breakdown[T]{plus: plus, columns: make(map[string][]T), samples: make(map[string]int64)}
		all[metric] = b
	}
	return b
}

// add returns the first bucket that it has changed.
func (b *breakdown[T]) add(bucket int, label string, value T, samples int64) (from int) {
	b.samples[label] = plus(b.samples[label], samples)
	label, replaces := b.admit(label)
	b.columns[label] = addAt(b.columns[label], bucket, value, b.plus)
	if replaces {
		return 0
	}
	return bucket
}

// admit returns the label to keep a sample under, and makes room for it, which may replace another one.
func (b *breakdown[T]) admit(label string) (kept string, replaces bool) {
	if _, known := b.columns[label]; known || label == "" || label == OtherLabel {
		return label, false
	}
	var all []string
	for known := range b.columns {
		if known != "" && known != OtherLabel {
			all = append(all, known)
		}
	}
	if len(all) < SeriesLabels {
		return label, false
	}
	smallest := slices.MinFunc(all, b.compare)
	if b.samples[label] < 2*b.samples[smallest] {
		return OtherLabel, false
	}
	b.columns[OtherLabel] = added(b.columns[OtherLabel], b.columns[smallest], b.plus)
	delete(b.columns, smallest)
	return label, true
}

// from returns the columns from a bucket on, which the caller may read.
func (b *breakdown[T]) from(bucket int) *breakdown[T] {
	part := &breakdown[T]{plus: b.plus, columns: make(map[string][]T, len(b.columns))}
	for label, column := range b.columns {
		part.columns[label] = cut(column, bucket)
	}
	return part
}

func allFrom[T any](all map[string]*breakdown[T], bucket int) map[string]*breakdown[T] {
	if bucket == 0 {
		return all
	}
	parts := make(map[string]*breakdown[T], len(all))
	for metric, b := range all {
		parts[metric] = b.from(bucket)
	}
	return parts
}

func cut[T any](column []T, from int) []T { return column[min(from, len(column)):] }

// compare orders labels by their samples, so that no two are equal.
func (b *breakdown[T]) compare(x, y string) int {
	return cmp.Or(cmp.Compare(b.samples[x], b.samples[y]), cmp.Compare(y, x))
}

// aggregate returns all labels together.
func (b *breakdown[T]) aggregate(join func(T, T) T) []T {
	var all []T
	for _, label := range slices.Sorted(maps.Keys(b.columns)) { // in order: sums of floats depend on it
		all = added(all, b.columns[label], join)
	}
	return all
}

func halveAll[T any](all map[string]*breakdown[T]) {
	for _, b := range all {
		for label, column := range b.columns {
			b.columns[label] = halved(column, b.plus)
		}
	}
}

// addAt adds a value to a bucket of a column, which it changes and may replace.
func addAt[T any](column []T, bucket int, value T, plus func(T, T) T) []T {
	if missing := bucket + 1 - len(column); missing > 0 {
		column = append(column, make([]T, missing)...)
	}
	column[bucket] = plus(column[bucket], value)
	return column
}

// halved merges neighbours within the column's own memory, of which the second half is for the buckets to come.
func halved[T any](column []T, plus func(T, T) T) []T {
	n := (len(column) + 1) / 2
	for i := range n {
		column[i] = column[2*i]
		if 2*i+1 < len(column) {
			column[i] = plus(column[i], column[2*i+1])
		}
	}
	clear(column[n:])
	return column[:n]
}

// added returns a new column with the sums of both.
func added[T any](a, b []T, plus func(T, T) T) []T {
	sums := make([]T, max(len(a), len(b)))
	copy(sums, a)
	for i := range b {
		sums[i] = plus(sums[i], b[i])
	}
	return sums
}
