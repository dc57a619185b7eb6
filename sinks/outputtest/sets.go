package outputtest

import "github.com/liveload/liveload/metrics"

// Sets returns what a Result says of each set of labels of a metric.
func Sets[T any](r *metrics.Result, metric string, all metrics.By[T]) map[metrics.Labels]T {
	sets := make(map[metrics.Labels]T)
	for _, one := range all.Series {
		sets[one.Labels] = one.Value
	}
	if m := r.Metric(metric); len(sets) == 0 && len(m.Labels) > 0 {
		for value, one := range all.By {
			sets[m.With(value)] = one
		}
	}
	if len(sets) == 0 {
		sets[metrics.Labels{}] = all.Aggregate
	}
	return sets
}
