package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
	"github.com/liveload/liveload/sinks/standout"
	"github.com/liveload/liveload/sinks/timesplit"
)

// FromResults returns what a report shows of the Results of a run.
func FromResults(results []metrics.Result) Data {
	d := Data{Kind: Report, Labels: map[string]string{}, Verdict: judge(results...), Parts: map[string]any{}}
	for i := range results {
		r := &results[i]
		if began := r.GeneratedAt.Add(-elapsed(r)); r.Error == "" && (d.Start.IsZero() || began.Before(d.Start)) {
			d.Start = began
		}
		d.RunID, d.Version = cmp.Or(d.RunID, r.RunID), cmp.Or(d.Version, r.LiveloadVersion)
		maps.Copy(d.Labels, r.Labels)
		d.Scenarios = append(d.Scenarios, d.scenario(i, r))
	}
	return d
}

func elapsed(r *metrics.Result) time.Duration {
	return time.Duration(r.Global.ElapsedMS) * time.Millisecond
}

func (d *Data) scenario(number int, r *metrics.Result) Scenario {
	g := &r.Global
	s := Scenario{
		Name: r.Name, Error: r.Error, Dead: r.Dead(), Verdict: judge(*r), Load: r.Load, ElapsedMS: g.ElapsedMS, ScenarioMS: scenarioMS(r),
		Felt: felt(r), FirstFailure: firstFailure(g), Trust: trust(r), Findings: standout.Of(r), Thresholds: thresholds(r.Thresholds), Failures: failures(g),
		Metrics: metricsOf(r, g), BucketMS: r.BucketWidthMS, Series: overTime(g), Options: options(r.Options),
		Limit: r.Limit, Journey: journey(g), Requests: requests(r, g), Checks: checks(g), Splits: timesplit.Of(r),
	}
	s.Figures, s.Marks = figures(r), marks(r, s.FirstFailure)
	for i, n := range r.Nodes {
		s.Nodes = append(s.Nodes, d.node(fmt.Sprintf("node-%d-%d", number, i), r, n))
	}
	return s
}

// overTime returns the time series, without anything that is null for a page.
func overTime(of *metrics.ScenarioResult) metrics.TimeSeries {
	t := of.TimeSeries
	if t.ActiveUsers == nil {
		t.ActiveUsers = []int64{}
	}
	if t.Histograms == nil {
		t.Histograms = map[string]metrics.By[metrics.HistogramSeries]{}
	}
	if t.Counters == nil {
		t.Counters = map[string]metrics.By[[]int64]{}
	}
	return t
}

// options are those of the Result as JSON objects have them, without what may be a secret: a report is passed on.
func options(of any) (all map[string]any) {
	text, err := json.Marshal(of)
	if err != nil || json.Unmarshal(text, &all) != nil || all == nil {
		return map[string]any{}
	}
	all, _ = redact.Value(all).(map[string]any)
	return all
}

func thresholds(outcomes []metrics.ThresholdOutcome) []Threshold {
	var all []Threshold
	for _, o := range outcomes {
		all = append(all, Threshold{Metric: o.Metric, Expression: o.Expression, Measured: threshold.Describe(o), OK: o.OK})
	}
	return all
}

// figures are the large numbers: how much load there was, and what became of it.
func figures(r *metrics.Result) []Figure {
	if r.Error != "" {
		return nil
	}
	g := &r.Global
	iterations, failed := g.Counters[metrics.Iterations.Name].Aggregate, g.Counters[metrics.IterationFailures.Name].Aggregate
	requests := g.Counters[metrics.HTTPRequests.Name].Aggregate
	most := int64(0)
	for _, n := range g.TimeSeries.ActiveUsers {
		most = max(most, n)
	}
	users := Figure{Name: "Users at once", Value: plaintext.Count(most), Detail: plaintext.Count(g.Users.Total) + " ended", Bad: g.Users.Failed > 0}
	if g.Users.Failed > 0 {
		users.Detail += ", " + plaintext.Count(g.Users.Failed) + " of them failed"
	}
	failures := Figure{Name: "Failed iterations", Value: plaintext.Count(failed), Detail: "of " + plaintext.Count(iterations), Bad: failed > 0}
	if failed > 0 && iterations > 0 {
		failures.Detail = readable.Number(100*float64(failed)/float64(iterations)) + " % of " + plaintext.Count(iterations)
	}
	return []Figure{
		users,
		{Name: "Iterations", Value: plaintext.Count(iterations), Detail: perSecond(iterations, r)},
		failures,
		{Name: "HTTP requests", Value: plaintext.Count(requests), Detail: perSecond(requests, r)},
		{Name: "Time", Value: readable.Duration(elapsed(r)), Detail: plaintext.Plural(int64(len(r.Nodes)), "node")},
	}
}

// scenarioMS is how long the scenario went on. A Result of an earlier version only says how long the run did.
func scenarioMS(r *metrics.Result) int64 { return cmp.Or(r.Global.ScenarioMS, r.Global.ElapsedMS) }

// perSecond is how often something happened in the time of the scenario.
func perSecond(n int64, r *metrics.Result) string {
	ms := scenarioMS(r)
	if ms <= 0 {
		return ""
	}
	return readable.Number(1000*float64(n)/float64(ms)) + " per second"
}
