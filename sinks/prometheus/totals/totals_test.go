package totals

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/liveload/liveload/metrics"
)

// TestNames: no two metrics have a name in common, in no format, and each keeps its own.
func TestNames(t *testing.T) {
	tests := []struct {
		metric string
		kind   metrics.Kind
		want   string
	}{
		{"iterations", metrics.Counter, "liveload_iterations_total"},
		{"action_duration_us", metrics.Histogram, "liveload_action_duration_us"},
		{"queue", metrics.Gauge, "liveload_queue"},
		{"users_active", metrics.Gauge, "liveload_users_active_2"},
		{"users_failed", metrics.Counter, "liveload_users_failed_2_total"},
		{usersFailed, metrics.Counter, "liveload_users_failed_total"},
		{usersFailed + metrics.ByNodeSuffix, metrics.Counter, "liveload_users_failed_by_node_total"},
		{"cart_count", metrics.Gauge, "liveload_cart_count"},
		{"cart", metrics.Histogram, "liveload_cart_2"},
		{"cart_2", metrics.Gauge, "liveload_cart_2_2"},
		{"orders_total", metrics.Counter, "liveload_orders_total"},
		{"orders", metrics.Counter, "liveload_orders_2_total"},
		{"queue_total", metrics.Counter, "liveload_queue_2_total"},
		{"action_duration_us_quantile", metrics.Gauge, "liveload_action_duration_us_quantile_2"},
	}
	n := newNames()
	for range 2 {
		for _, test := range tests {
			if got := n.of(test.metric, test.kind); got != test.want {
				t.Errorf("%s is called %s, want %s", test.metric, got, test.want)
			}
		}
	}
}

// recorded returns the sketch of some values.
func recorded(t *testing.T, values []float64) metrics.Sketch {
	t.Helper()
	began := time.Unix(0, 0)
	node := metrics.NewRecorder("a", began, metrics.NewRegistry())
	for _, v := range values {
		node.Scope("buy").Observe(metrics.StepDuration, metrics.StepDuration.With("pay"), v)
	}
	return node.Snapshot(began.Add(time.Second)).Series[0].Sketch
}

// TestHistogramsHoldEachValue in a bucket whose bounds are within 2.1 % of it, as the documentation says. A sketch has values
// below 1e-9 with its zeros.
func TestHistogramsHoldEachValue(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	values := []float64{0, 0, 1e-30, 0.001, 1, 1, 2, 1024, 1e15}
	for range 5000 {
		values = append(values, math.Exp(random.NormFloat64()*3+7), random.Float64())
	}
	h := histogramOf(recorded(t, values))
	slices.Sort(values)
	if h.GetSampleCount() != uint64(len(values)) || h.GetZeroCount() != 3 {
		t.Errorf("%d values, %d of them zero; want %d and 3", h.GetSampleCount(), h.GetZeroCount(), len(values))
	}
	rest := values[3:]
	for bucket, count := range counts(h) {
		low, high := math.Exp2(float64(bucket-1)/64), math.Exp2(float64(bucket)/64)
		for _, value := range rest[:count] {
			if value < low*0.9899 || value > high*1.0101 || high-value > 0.0211*value || value-low > 0.0211*value {
				t.Fatalf("%v is in the bucket from %v to %v", value, low, high)
			}
		}
		rest = rest[count:]
	}
	if len(rest) > 0 {
		t.Errorf("%d values are in no bucket", len(rest))
	}
}

// counts reads buckets as Prometheus does.
func counts(h *dto.Histogram) func(func(bucket int32, count int64) bool) {
	return func(yield func(int32, int64) bool) {
		bucket, count, deltas := int32(0), int64(0), h.GetPositiveDelta()
		for _, span := range h.GetPositiveSpan() {
			bucket += span.GetOffset()
			for range span.GetLength() {
				count += deltas[0]
				deltas = deltas[1:]
				if count > 0 && !yield(bucket, count) {
					return
				}
				bucket++
			}
		}
	}
}

// TestLateRevisionsHaveNoTotals: what they revise is in newer seconds.
func TestLateRevisionsHaveNoTotals(t *testing.T) {
	totals := New(metrics.RunInfo{RunID: "run-1"})
	interval := func(revision int, final bool, count int64) *metrics.Interval {
		all := []metrics.Series{{Metric: "iterations", Labels: metrics.LabelsOf("outcome", "ok"), Count: count}}
		return &metrics.Interval{Revision: revision, Final: final, Scenarios: []metrics.ScenarioInterval{{Scenario: "buy", State: &metrics.State{Totals: all}}}}
	}
	for _, step := range []struct {
		interval *metrics.Interval
		taken    bool
		want     float64
	}{
		{interval(1, false, 10), true, 10}, {interval(2, false, 99), false, 10}, {interval(1, false, 12), true, 12}, {interval(3, true, 13), true, 13},
	} {
		taken := totals.Take(step.interval)
		if got := totals.Families()[0].GetMetric()[0].GetCounter().GetValue(); got != step.want || taken != step.taken {
			t.Errorf("after %+v: %v, taken: %v", step, got, taken)
		}
	}
}
