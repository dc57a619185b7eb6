package timesplit

import (
	"cmp"
	"maps"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// values are those of a metric with some labels.
type values struct{ metrics.Sketch }

func (v values) mean() float64 {
	if v.Count() == 0 {
		return 0
	}
	return v.Sum() / float64(v.Count())
}

// A key is what splits are told apart by.
type key struct{ name, page string }

// grouped merges the values of a metric by what key says of their labels; without one they do not count.
func grouped(r *metrics.Result, m *metrics.Metric, keyOf func(metrics.Labels) (key, bool)) map[key]values {
	all := make(map[key]values)
	for _, one := range r.Global.Histograms[m.Name].Series {
		if k, ok := keyOf(one.Labels); ok {
			all[k] = values{all[k].Plus(one.Value.Sketch)}
		}
	}
	return all
}

// byPage groups metrics whose first or only label is the page.
func byPage(r *metrics.Result, m *metrics.Metric) map[key]values {
	all := grouped(r, m, func(l metrics.Labels) (key, bool) { return key{page: l.Get("page")}, true })
	if len(all) > 0 {
		return all
	}
	for page, one := range r.Global.Histograms[m.Name].By { // a single label has no series
		all[key{page: page}] = values{one.Sketch}
	}
	return all
}

func sortedKeys(of map[key]values) []key {
	return slices.SortedFunc(maps.Keys(of), func(a, b key) int { return cmp.Or(cmp.Compare(a.page, b.page), cmp.Compare(a.name, b.name)) })
}
