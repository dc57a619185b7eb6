package probe

import (
	"regexp"
	"strings"
	"sync"

	"github.com/liveload/liveload/metrics"
)

// mostName is the longest name of a metric that is taken.
const mostName = 200

// A names maps metrics of the applications to ours. Safe for concurrent use.
type names struct {
	mu    sync.Mutex
	known map[string]*named // by our name
}

type named struct {
	metric *metrics.Metric
	source string // the application's name
}

func newNames() *names { return &names{known: make(map[string]*named)} }

// metric returns the metric for one of an application, nil when another one, or one of liveload itself, has the name. It
// makes no new one unless there is room for its series.
func (n *names) metric(name, source string, kind metrics.Kind, room bool) *metrics.Metric {
	if len(name) > mostName || name == metrics.ServerProbeFailures.Name {
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	one, ok := n.known[name]
	if !ok && !room {
		return nil
	}
	if !ok {
		m := metrics.ServerMetric(name, kind)
		one = &named{&m, source}
		n.known[name] = one
	}
	if one.source != source || one.metric.Kind != kind {
		return nil
	}
	return one.metric
}

// all returns the metrics so far, in no order.
func (n *names) all() (all []*metrics.Metric) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, one := range n.known {
		all = append(all, one.metric)
	}
	return all
}

// units are those that become ours.
var units = []struct {
	suffix, ours string
	scale        float64
}{
	{"_seconds", "_us", 1e6},
	{"_milliseconds", "_us", 1e3},
	{"_microseconds", "_us", 1},
	{"_nanoseconds", "_us", 1e-3},
}

var unfit = regexp.MustCompile(`[^a-zA-Z0-9_]`)

// convert returns our name for a metric of an application, and by what its values are multiplied: durations are in
// microseconds, and the name says so.
func convert(source string) (name string, scale float64) {
	name = unfit.ReplaceAllString(source, "_")
	base, total := strings.CutSuffix(name, "_total")
	scale = 1
	for _, u := range units {
		if rest, ok := strings.CutSuffix(base, u.suffix); ok {
			base, scale = rest+u.ours, u.scale
			break
		}
	}
	if total {
		base += "_total"
	}
	return metrics.ServerPrefix + base, scale
}
