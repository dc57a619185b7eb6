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

// errorClasses are the statuses that are compared.
var errorClasses = []string{"4xx", "5xx"}

// failedRequests compares the shares of requests that were answered with an error, by 4xx and 5xx.
func failedRequests(a, b *metrics.Result) (rows []Row) {
	old, new := a.ErrorAnswers(), b.ErrorAnswers()
	for _, class := range errorClasses {
		if old[class]+new[class] > 0 {
			rows = append(rows, comparedCounts(metrics.HTTPRequests, class, answeredWith(a, class, old[class]), answeredWith(b, class, new[class])))
		}
	}
	return rows
}

// answeredWith is the share of requests that n errors of a class are. What a scenario accepts of them is not known over
// time, and is taken to be the same share always.
func answeredWith(r *metrics.Result, class string, n int64) tally {
	t := ofRequests(r)
	t.part = float64(n)
	share := over(t.part, float64(r.Global.Counters[metrics.HTTPRequests.Name].By[class]))
	for _, v := range r.Global.TimeSeries.Counters[metrics.HTTPRequests.Name].By[class] {
		t.parts = append(t.parts, float64(v)*share)
	}
	return t
}

// withoutAnswer is the share of requests that got no answer, through no fault of the page or the scenario.
func withoutAnswer(r *metrics.Result) tally {
	t := ofRequests(r)
	for reason, n := range r.Global.Counters[metrics.HTTPRequestFailures.Name].By {
		if !metrics.IsOrdinary(reason) {
			t.part += float64(n)
		}
	}
	for reason, column := range r.Global.TimeSeries.Counters[metrics.HTTPRequestFailures.Name].By {
		if !metrics.IsOrdinary(reason) {
			t.parts = plus(t.parts, floats(column))
		}
	}
	return t
}

// ofRequests is a share of all requests.
func ofRequests(r *metrics.Result) tally {
	return tally{
		statistic: Share, width: r.BucketWidthMS, whole: float64(samplesOf(r, metrics.HTTPRequests)), wholes: samplesOverTime(r, metrics.HTTPRequests),
	}
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
