// Package metricstest has helpers for tests that compare what was recorded.
package metricstest

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Reading adds up the snapshots of a recorder, so that a test sees everything that was recorded so far.
type Reading struct {
	recorder *metrics.Recorder
	counts   map[key]int64
	sketches map[key]*metrics.Sketch
	gauges   map[key]metrics.GaugeValue
	users    map[string]metrics.UserCounts
	failures []metrics.FailureSample
}

type key struct {
	scenario, metric string
	labels           metrics.Labels
}

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

// Count returns the count of a counter, over all labels whose m.By is by.
func (r *Reading) Count(scenario string, m *metrics.Metric, by string) int64 {
	r.update()
	var n int64
	for k, counted := range r.counts {
		if k.is(scenario, m, by) {
			n += counted
		}
	}
	return n
}

// Sketch returns the values of a histogram, an empty sketch when there are none.
func (r *Reading) Sketch(scenario string, m *metrics.Metric, by string) *metrics.Sketch {
	r.update()
	all := metrics.NewSketch()
	for k, s := range r.sketches {
		if k.is(scenario, m, by) {
			all.Merge(s)
		}
	}
	return all
}

// Gauge returns the state of a gauge.
func (r *Reading) Gauge(scenario string, m *metrics.Metric, labels metrics.Labels) metrics.GaugeValue {
	r.update()
	return r.gauges[key{scenario, m.Name, labels}]
}

func (k key) is(scenario string, m *metrics.Metric, by string) bool {
	return k.scenario == scenario && k.metric == m.Name && m.By(k.labels) == by
}

// Labels returns the number of samples of a counter or histogram for each m.By.
func (r *Reading) Labels(scenario string, m *metrics.Metric) map[string]int64 {
	by := make(map[string]int64)
	for labels, n := range r.Sets(scenario, m) {
		by[m.By(labels)] += n
	}
	return by
}

// Sets returns the number of samples of a counter or histogram for each set of labels.
func (r *Reading) Sets(scenario string, m *metrics.Metric) map[metrics.Labels]int64 {
	r.update()
	sets := make(map[metrics.Labels]int64)
	for k, n := range r.counts {
		if k.scenario == scenario && k.metric == m.Name {
			sets[k.labels] = n
		}
	}
	for k, s := range r.sketches {
		if k.scenario == scenario && k.metric == m.Name {
			sets[k.labels] = s.Count()
		}
	}
	return sets
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
		k := key{s.Scenario, s.Metric, s.Labels}
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

// Values returns the values of labels in the order of their names, separated by spaces.
func Values(labels metrics.Labels) string {
	var values []string
	for _, value := range labels.All() {
		values = append(values, value)
	}
	return strings.Join(values, " ")
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
