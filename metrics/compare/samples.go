package compare

import "github.com/liveload/liveload/metrics"

// samplesOf counts what was recorded of a metric.
func samplesOf(r *metrics.Result, m *metrics.Metric) int64 {
	if m.Kind == metrics.Histogram {
		return r.Global.Histograms[m.Name].Aggregate.Count
	}
	return r.Global.Counters[m.Name].Aggregate
}

func samplesOverTime(r *metrics.Result, m *metrics.Metric) []float64 {
	if m.Kind == metrics.Histogram {
		return floats(r.Global.TimeSeries.Histograms[m.Name].Aggregate.Count)
	}
	return floats(r.Global.TimeSeries.Counters[m.Name].Aggregate)
}

// passed counts what passed. Over time only all together are known, of which the share of the run is taken as passed: the
// error then is that of chance alone.
func passed(r *metrics.Result, m *metrics.Metric) (n float64, overTime []float64) {
	all := float64(0)
	for _, s := range r.Global.Counters[m.Name].Series {
		all += float64(s.Value)
		if s.Labels.Get(metrics.OutcomeLabel) == metrics.OutcomePass {
			n += float64(s.Value)
		}
	}
	for _, v := range r.Global.TimeSeries.Counters[m.Name].Aggregate {
		overTime = append(overTime, float64(v)*over(n, all))
	}
	return n, overTime
}

// seconds is how long the scenario took, in all and in each bucket. The last bucket may not be whole.
func seconds(r *metrics.Result) (all float64, each []float64) {
	ms := r.Global.ScenarioMS
	if ms == 0 {
		ms = r.Global.ElapsedMS
	}
	for i := range r.Global.TimeSeries.ActiveUsers {
		left := r.Global.ElapsedMS - int64(i)*r.BucketWidthMS
		each = append(each, float64(max(min(left, r.BucketWidthMS), 0))/1e3)
	}
	return float64(ms) / 1e3, each
}

func floats(in []int64) []float64 {
	out := make([]float64, len(in))
	for i, v := range in {
		out[i] = float64(v)
	}
	return out
}

// plus adds up two columns.
func plus(a, b []float64) []float64 {
	if len(a) < len(b) {
		a, b = b, a
	}
	sum := append([]float64(nil), a...)
	for i, v := range b {
		sum[i] += v
	}
	return sum
}
