// Package metricstest helps tests to look at what was recorded and at Results.
package metricstest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Reading adds up the snapshots of a recorder, so that a test can ask for what was recorded since the
// start, whenever it asks.
type Reading struct {
	recorder *metrics.Recorder
	counts   map[key]int64
	sketches map[key]*metrics.Sketch
	gauges   map[key]metrics.GaugeValue
	users    map[string]metrics.UserCounts
	failures []metrics.FailureSample
}

type key struct{ scenario, metric, label string }

// NewReading returns a reading of r. Nobody else may take snapshots of r meanwhile.
func NewReading(r *metrics.Recorder) *Reading {
	return &Reading{
		recorder: r,
		counts:   make(map[key]int64),
		sketches: make(map[key]*metrics.Sketch),
		gauges:   make(map[key]metrics.GaugeValue),
		users:    make(map[string]metrics.UserCounts),
	}
}

// Count returns what a counter stands at.
func (r *Reading) Count(scenario string, m *metrics.Metric, label string) int64 {
	r.update()
	return r.counts[key{scenario, m.Name, label}]
}

// Sketch returns the values of a histogram, an empty sketch when there are none.
func (r *Reading) Sketch(scenario string, m *metrics.Metric, label string) *metrics.Sketch {
	r.update()
	if s, ok := r.sketches[key{scenario, m.Name, label}]; ok {
		return s
	}
	return metrics.NewSketch()
}

// Gauge returns the state of a gauge.
func (r *Reading) Gauge(scenario string, m *metrics.Metric, label string) metrics.GaugeValue {
	r.update()
	return r.gauges[key{scenario, m.Name, label}]
}

// Labels returns how many samples each label of a counter or histogram has.
func (r *Reading) Labels(scenario string, m *metrics.Metric) map[string]int64 {
	r.update()
	labels := make(map[string]int64)
	for k, n := range r.counts {
		if k.scenario == scenario && k.metric == m.Name {
			labels[k.label] = n
		}
	}
	for k, s := range r.sketches {
		if k.scenario == scenario && k.metric == m.Name {
			labels[k.label] = s.Count()
		}
	}
	return labels
}

// Users returns how many users started and ended.
func (r *Reading) Users(scenario string) metrics.UserCounts {
	r.update()
	return r.users[scenario]
}

// Failures returns the failure samples in the order of the snapshots.
func (r *Reading) Failures() []metrics.FailureSample {
	r.update()
	return r.failures
}

func (r *Reading) update() {
	snap := r.recorder.Snapshot(time.Now())
	for _, s := range snap.Series {
		k := key{s.Scenario, s.Metric, s.Label}
		switch {
		case s.Sketch != nil:
			if r.sketches[k] == nil {
				r.sketches[k] = metrics.NewSketch()
			}
			r.sketches[k].Merge(s.Sketch)
		case s.Gauge != nil:
			r.gauges[k] = *s.Gauge
		default:
			r.counts[k] += s.Count
		}
	}
	for _, u := range snap.Users {
		sum := r.users[u.Scenario]
		sum.Scenario = u.Scenario
		sum.Started += u.Started
		sum.Succeeded += u.Succeeded
		sum.Failed += u.Failed
		r.users[u.Scenario] = sum
	}
	r.failures = append(r.failures, snap.Failures...)
}

// SameJSON reports an error when want and got differ as JSON, and shows both.
func SameJSON(t testing.TB, want, got any) {
	t.Helper()
	w, g := asJSON(t, want), asJSON(t, got)
	if w != g {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatalf("encode %T: %v", v, err)
	}
	return string(b)
}
