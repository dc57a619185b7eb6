// Package metricstest has helpers for tests that compare what was recorded or written.
package metricstest

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Reading keeps the snapshots of a recorder, so that a test sees everything that was recorded so far.
type Reading struct {
	recorder  *metrics.Recorder
	snapshots []*metrics.Snapshot
}

// NewReading returns a reading of r. Nobody else may take snapshots of r meanwhile.
func NewReading(r *metrics.Recorder) *Reading { return &Reading{recorder: r} }

// update returns all snapshots, with a new one.
func (r *Reading) update() []*metrics.Snapshot {
	r.snapshots = append(r.snapshots, r.recorder.Snapshot(time.Now()))
	return r.snapshots
}

// series returns everything that was recorded of a metric.
func (r *Reading) series(scenario string, m *metrics.Metric) (all []metrics.Series) {
	for _, snap := range r.update() {
		for _, s := range snap.Series {
			if s.Scenario == scenario && s.Metric == m.Name {
				all = append(all, s)
			}
		}
	}
	return all
}

// Count returns the count of a counter, over all labels whose m.By is by.
func (r *Reading) Count(scenario string, m *metrics.Metric, by string) (n int64) {
	for _, s := range r.series(scenario, m) {
		if m.By(s.Labels) == by {
			n += s.Count
		}
	}
	return n
}

// Sketch returns the values of a histogram, an empty sketch when there are none.
func (r *Reading) Sketch(scenario string, m *metrics.Metric, by string) (all metrics.Sketch) {
	for _, s := range r.series(scenario, m) {
		if m.By(s.Labels) == by {
			all = all.Plus(s.Sketch)
		}
	}
	return all
}

// Gauge returns the newest state of a gauge.
func (r *Reading) Gauge(scenario string, m *metrics.Metric, labels metrics.Labels) (newest metrics.GaugeValue) {
	for _, s := range r.series(scenario, m) {
		if s.Labels == labels {
			newest = *s.Gauge
		}
	}
	return newest
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
	sets := make(map[metrics.Labels]int64)
	for _, s := range r.series(scenario, m) {
		sets[s.Labels] += s.Count + s.Sketch.Count()
	}
	return sets
}

// Users returns how many users started and ended.
func (r *Reading) Users(scenario string) (sum metrics.UserCounts) {
	for _, snap := range r.update() {
		for _, u := range snap.Users {
			if u.Scenario == scenario {
				sum = metrics.UserCounts{Scenario: scenario, Started: sum.Started + u.Started, Succeeded: sum.Succeeded + u.Succeeded, Failed: sum.Failed + u.Failed}
			}
		}
	}
	return sum
}

// Failures returns the failure samples in the order of the snapshots.
func (r *Reading) Failures() (all []metrics.FailureSample) {
	for _, snap := range r.update() {
		all = append(all, snap.Failures...)
	}
	return all
}

// SketchOf returns the distribution of values.
func SketchOf(values ...float64) metrics.Sketch {
	r := metrics.NewRecorder("", time.Time{}, metrics.NewRegistry())
	for _, v := range values {
		r.Scope("").Observe(metrics.StepDuration, metrics.Labels{}, v)
	}
	return NewReading(r).Sketch("", metrics.StepDuration, "")
}

// With returns what a Result's metric has with exactly these labels.
func With[T any](by metrics.By[T], labels metrics.Labels) (value T) {
	for _, s := range by.Series {
		if s.Labels == labels {
			value = s.Value
		}
	}
	return value
}

// Values returns the values of labels in the order of their names, separated by spaces.
func Values(labels metrics.Labels) string {
	var values []string
	for _, value := range labels.All() {
		values = append(values, value)
	}
	return strings.Join(values, " ")
}

var update = flag.Bool("update", false, "write the golden files")

// Golden reports an error when got is not what the file holds. With -update it writes the file.
func Golden(t testing.TB, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s, which -update writes:\n%s", path, got[:min(len(got), 10_000)])
	}
}

// SameJSON reports an error when want and got differ as JSON, and shows both.
func SameJSON(t testing.TB, want, got any) {
	t.Helper()
	var texts [2]string
	for i, v := range []any{want, got} {
		b, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			t.Fatalf("encode %T: %v", v, err)
		}
		texts[i] = string(b)
	}
	if texts[0] != texts[1] {
		t.Errorf("got\n%s\nwant\n%s", texts[1], texts[0])
	}
}
