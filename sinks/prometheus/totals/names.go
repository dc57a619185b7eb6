package totals

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
)

const (
	prefix         = "liveload_"
	totalSuffix    = "_total"
	quantileSuffix = "_quantile"
)

// Metrics of users. They have a blank, so that no metric of a script is taken for one.
const (
	usersActive    = "users active"
	usersStarted   = "users started"
	usersSucceeded = "users succeeded"
	usersFailed    = "users failed"
)

// names are those of the metrics of a run: each keeps the name that it got first.
type names struct {
	given map[string]string // by the name that the metric has in liveload
	taken map[string]bool
}

func newNames() names {
	n := names{given: make(map[string]string), taken: make(map[string]bool)}
	n.of(usersActive, metrics.Gauge)
	for _, one := range []string{usersStarted, usersSucceeded, usersFailed} {
		n.of(one, metrics.Counter)
	}
	return n
}

// of returns the name of a metric, with a number where that of another would be the same.
func (n names) of(metric string, kind metrics.Kind) string {
	if name, ok := n.given[metric]; ok {
		return name
	}
	base, name, suffixes := prefix+strings.ReplaceAll(metric, " ", "_"), "", []string{""}
	switch kind {
	case metrics.Counter:
		base, name = strings.TrimSuffix(base, totalSuffix), totalSuffix
		suffixes = append(suffixes, totalSuffix) // OpenMetrics names a counter without it
	case metrics.Histogram:
		suffixes = append(suffixes, quantileSuffix, "_count", "_sum", "_bucket")
	}
	unique := base
	for number := 2; n.anyTaken(unique, suffixes); number++ {
		unique = fmt.Sprintf("%s_%d", base, number)
	}
	for _, suffix := range suffixes {
		n.taken[unique+suffix] = true
	}
	n.given[metric] = unique + name
	return n.given[metric]
}

func (n names) anyTaken(base string, suffixes []string) bool {
	for _, suffix := range suffixes {
		if n.taken[base+suffix] {
			return true
		}
	}
	return false
}
