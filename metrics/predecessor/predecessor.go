// Package predecessor reads the Results of LiveLoad, the Elixir library that liveload succeeds, as Results of liveload.
package predecessor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
)

// Notes are what to know of metrics that mean something else in LiveLoad. They are notes of each Result.
var Notes = []string{
	"percentiles come from LiveLoad's 101 quantiles, which are within 2 %",
	metrics.HTTPRequestDuration.Name + " " + differs[metrics.HTTPRequestDuration.Name],
	metrics.LiveViewConnectionDuration.Name + " " + differs[metrics.LiveViewConnectionDuration.Name],
	"pages have their whole address in LiveLoad, and their path, with parameters left out, in liveload",
	"scenario_duration_us is that of a user in both; LiveLoad has no iterations",
}

// differs are metrics whose numbers cannot be held to liveload's.
var differs = map[string]string{
	metrics.HTTPRequestDuration.Name:        "ends with the first byte in LiveLoad, and with the last one in liveload",
	metrics.LiveViewConnectionDuration.Name: "begins with phx:page-loading-start in LiveLoad, and with the navigation in liveload",
}

// Wrote says whether a Result is LiveLoad's.
func Wrote(r *metrics.Result) bool { return slices.Contains(r.Health.Notes, Notes[0]) }

// Differs says how a metric of LiveLoad differs from liveload's, "" when it does not.
func Differs(metric string) string { return differs[metric] }

// A file is an array of Results, an object of them by name, or a single one.
type result struct {
	Name            string          `json:"name"`
	Scenario        string          `json:"scenario"`
	Error           json.RawMessage `json:"error"`
	GeneratedAt     time.Time       `json:"generated_at"`
	LiveloadVersion string          `json:"liveload_version"`
	Format          *int            `json:"format"`
	RunID           *string         `json:"run_id"`
	BucketWidthMS   int64           `json:"bucket_width_ms"`
	QuantilePoints  []float64       `json:"quantile_points"`
	Global          *scenario       `json:"global"`
	Nodes           []nodeResult    `json:"nodes"`
}

type nodeResult struct {
	Node   string    `json:"node"`
	Status string    `json:"status"`
	Result *scenario `json:"result"`
}

type scenario struct {
	Users          metrics.UserTotals                 `json:"users"`
	DurationMS     int64                              `json:"duration_ms"`
	Histograms     map[string]by[quantiles]           `json:"histograms"`
	Counters       map[string]by[int64]               `json:"counters"`
	TimeSeries     json.RawMessage                    `json:"time_series"`
	FailureSamples map[string][]metrics.FailureSample `json:"failure_samples"`
}

type by[T any] struct {
	Aggregate T            `json:"aggregate"`
	By        map[string]T `json:"by"`
}

type quantiles struct {
	Count  int64     `json:"count"`
	Sum    float64   `json:"sum"`
	Values []float64 `json:"values"`
}

type bucket struct {
	OffsetMS    int64                    `json:"offset_ms"`
	ActiveUsers int64                    `json:"active_users"`
	NodeCount   *int                     `json:"node_count"`
	Histograms  map[string]by[quantiles] `json:"histograms"`
	Counters    map[string]by[int64]     `json:"counters"`
}

// Read reads a file. ok is false when it is none of LiveLoad.
func Read(text []byte) (results []metrics.Result, ok bool, err error) {
	all, ok := entries(text)
	if !ok {
		return nil, false, nil
	}
	for _, r := range all {
		one, err := r.convert()
		if err != nil {
			return nil, true, fmt.Errorf("the Result %q of LiveLoad cannot be read: %w", r.Name, err)
		}
		results = append(results, one)
	}
	return results, true, nil
}

// entries returns the Results of a file, if they are LiveLoad's.
func entries(text []byte) (all []result, ok bool) {
	var named map[string]json.RawMessage
	var single result
	text = bytes.TrimSpace(text)
	switch {
	case json.Unmarshal(text, &all) == nil && len(all) > 0:
	case json.Unmarshal(text, &single) == nil && single.Global != nil:
		all = []result{single}
	case json.Unmarshal(text, &named) == nil && len(named) > 0:
		for _, name := range slices.Sorted(maps.Keys(named)) {
			r := result{}
			if json.Unmarshal(named[name], &r) != nil {
				return nil, false
			}
			if r.Name == "" {
				r.Name = name
			}
			all = append(all, r)
		}
	default:
		return nil, false
	}
	known := named != nil // ours are a list
	for i := range all {
		if all[i].Name == "" {
			all[i].Name = all[i].Scenario
		}
		if !all[i].isOurs() && !all[i].isLiveLoad() {
			return nil, false
		}
		known = known || all[i].isLiveLoad()
	}
	return all, known
}

// isLiveLoad says whether only LiveLoad writes such a Result: its time series is a list of buckets.
func (r *result) isLiveLoad() bool {
	if r.Global == nil {
		return r.Scenario != "" && len(r.Error) > 0
	}
	return r.Format == nil && r.RunID == nil && len(r.Global.TimeSeries) > 0 && r.Global.TimeSeries[0] == '['
}

// isOurs says whether both write such an entry: that of a scenario that could not run.
func (r *result) isOurs() bool { return r.Global == nil && r.Name != "" && len(r.Error) > 0 }

func (r *result) convert() (metrics.Result, error) {
	if r.Global == nil {
		return metrics.Result{Name: r.Name, Error: errorText(r.Error)}, nil
	}
	if len(r.QuantilePoints) != 101 {
		return metrics.Result{}, fmt.Errorf("quantile_points has %d entries, not 101", len(r.QuantilePoints))
	}
	if r.BucketWidthMS <= 0 || r.BucketWidthMS > time.Hour.Milliseconds() {
		return metrics.Result{}, fmt.Errorf("bucket_width_ms is %d", r.BucketWidthMS)
	}
	out := metrics.Result{
		Name: r.Name, GeneratedAt: r.GeneratedAt, LiveloadVersion: "LiveLoad " + r.LiveloadVersion, BucketWidthMS: r.BucketWidthMS, QuantilePoints: r.QuantilePoints,
		Health: metrics.Health{Reasons: []string{}, Notes: slices.Clone(Notes)},
	}
	var err error
	if out.Global, err = r.Global.convert(r.BucketWidthMS); err != nil {
		return metrics.Result{}, err
	}
	for _, n := range r.Nodes {
		one := metrics.NodeResult{Node: n.Node, Status: metrics.NodeStatus(n.Status)}
		if n.Result != nil {
			part, err := n.Result.convert(r.BucketWidthMS)
			if err != nil {
				return metrics.Result{}, fmt.Errorf("node %s: %w", n.Node, err)
			}
			part.TimeSeries.NodeCount = nil
			one.Result = &part
		}
		out.Nodes = append(out.Nodes, one)
	}
	return out, nil
}

func errorText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

func (s *scenario) convert(width int64) (metrics.ScenarioResult, error) {
	out := metrics.ScenarioResult{
		Users: s.Users, DurationMS: s.DurationMS, ElapsedMS: s.DurationMS, Histograms: make(map[string]metrics.HistogramBy),
		Counters: make(map[string]metrics.CounterBy), FailureSamples: s.FailureSamples,
	}
	if s.DurationMS < 0 {
		return out, errors.New("duration_ms is negative")
	}
	for name, c := range s.Counters {
		out.Counters[name] = metrics.CounterBy{Aggregate: c.Aggregate, By: c.By}
	}
	for name, h := range s.Histograms {
		one := metrics.HistogramBy{By: make(map[string]metrics.HistogramValues)}
		var err error
		if one.Aggregate, err = h.Aggregate.sketch(); err != nil {
			return out, fmt.Errorf("%s: %w", name, err)
		}
		for label, q := range h.By {
			if one.By[label], err = q.sketch(); err != nil {
				return out, fmt.Errorf("%s of %s: %w", name, label, err)
			}
		}
		out.Histograms[name] = one
	}
	var err error
	out.TimeSeries, err = s.timeSeries(width)
	return out, err
}

func (q quantiles) sketch() (metrics.HistogramValues, error) {
	s, err := metrics.SketchOfQuantiles(q.Values, q.Count, q.Sum)
	return metrics.ValuesOf(s), err
}
