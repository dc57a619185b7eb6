package report

import "github.com/liveload/liveload/metrics"

// waits are what people wait for, in the order in which they do.
var waits = []struct {
	what   string
	metric *metrics.Metric
}{
	{"Page opened", metrics.DocumentLoad},
	{"LiveView connected", metrics.LiveViewConnectionDuration},
	{"Click answered", metrics.LiveViewEventDuration},
}

// felt leaves out what nobody waited for.
func felt(r *metrics.Result) []Felt {
	all := []Felt{}
	for _, w := range waits {
		h := r.Global.Histograms[w.metric.Name].Aggregate
		if h.Count > 0 {
			all = append(all, Felt{w.what, w.metric.Name, h.Count, h.Percentile(50), h.Percentile(95), h.Percentile(99)})
		}
	}
	return all
}
