package metrics_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

func TestCustomMetrics(t *testing.T) {
	r := metrics.NewRegistry()
	for name, want := range map[string]string{"search_us": "us", "page_bytes": "bytes", "load_percent": "percent", "score": "ratio"} {
		m, err := r.Custom(metrics.CustomTrend(name))
		if err != nil || m.Unit != want || m.Kind != metrics.Histogram {
			t.Errorf("%s: %+v, %v; want the unit %s", name, m, err, want)
		}
		again, err := r.Custom(metrics.CustomTrend(name))
		if err != nil || again != m {
			t.Errorf("%s again: %p, %v; want the first, %p", name, again, err, m)
		}
		if known, ok := r.Lookup(name); !ok || known != m {
			t.Errorf("Lookup(%s) = %v, %v", name, known, ok)
		}
	}
	if m, err := r.Custom(metrics.CustomCounter("orders")); err != nil || m.Unit != metrics.Events {
		t.Errorf("orders: %+v, %v", m, err)
	}
	for _, m := range metrics.Catalogue() {
		if _, err := r.Custom(metrics.Metric{Name: m.Name, Kind: m.Kind, Labels: m.Labels}); err == nil {
			t.Errorf("a script can define %s", m.Name)
		}
	}
	for i := range 195 {
		if _, err := r.Custom(metrics.CustomGauge(fmt.Sprintf("g%d", i))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Custom(metrics.CustomGauge("g195")); err == nil || !strings.Contains(err.Error(), "one metric too many") {
		t.Errorf("the 201st metric: %v", err)
	}
	if _, err := r.Custom(metrics.CustomGauge("g0")); err != nil {
		t.Errorf("a metric that is there already, when there is no room for more: %v", err)
	}
}

func TestTags(t *testing.T) {
	for _, c := range []struct {
		metric *metrics.Metric
		tags   map[string]string
		want   string // of the labels, or of the error
	}{
		{metrics.Checks, map[string]string{"plan": "pro", "n": "2"}, "n=2,plan=pro"},
		{metrics.Checks, nil, ""},
		{metrics.Checks, map[string]string{"plan": ""}, "the tag plan is empty: leave it out"},
		{metrics.Checks, map[string]string{"my plan": "x"}, `"my plan" cannot be the key of a tag: use letters`},
		{metrics.Checks, map[string]string{"outcome": "x"}, "the tag outcome cannot be told from the outcome of checks"},
		{metrics.StepDuration, map[string]string{"1": "", "2": "", "3": "", "4": "", "5": "", "6": "", "7": "", "8": "", "9": ""}, "9 tags are too many: a sample may have 8"},
	} {
		labels, err := c.metric.Tags(c.tags)
		if got := labels.String(); err == nil && got != c.want || err != nil && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v: %q, %v; want %q", c.tags, got, err, c.want)
		}
	}
}

// TestCustomMetricsTravel: a snapshot brings the definitions that are new on its node, once.
func TestCustomMetricsTravel(t *testing.T) {
	agg := newRun("buy")
	n := newNode("a", agg)
	found, err := n.Registry().Custom(metrics.CustomRate("found"))
	if err != nil {
		t.Fatal(err)
	}
	n.Scope("buy").Add(found, found.With("pass").With("plan", "pro"), 3)
	n.Scope("buy").Add(found, found.With("fail"), 1)
	first := n.Snapshot(n.start.Add(time.Second))
	metricstest.SameJSON(t, []*metrics.Metric{found}, first.Metrics)
	agg.Add(first)
	if again := n.Snapshot(n.start.Add(2 * time.Second)); len(again.Metrics) != 0 {
		t.Errorf("the second snapshot brings %v, too", again.Metrics)
	}
	r := agg.Results(began.Add(2 * time.Second))[0]
	metricstest.SameJSON(t, map[string]int64{"pass": 3, "fail": 1}, r.Global.Counters["found"].By)
	metricstest.SameJSON(t, []*metrics.Metric{found}, r.Metrics)
}

// TestGaugesOverTime: a bucket has the last value and the extremes of its own time, the Result those of all.
func TestGaugesOverTime(t *testing.T) {
	agg := newRun("buy")
	n := newNode("a", agg)
	level := &metrics.Metric{Name: "stock", Kind: metrics.Gauge}
	for s, values := range [][]float64{{5, 9}, {7}, nil, nil, nil, {3, 4}} {
		for _, v := range values {
			n.Scope("buy").SetGauge(level, metrics.LabelsOf("shop", "a"), v)
		}
		n.report(time.Duration(s+1) * time.Second)
	}
	r := agg.Results(began.Add(6 * time.Second))[0].Global
	metricstest.SameJSON(t, metrics.GaugeValue{Last: 4, Min: 3, Max: 9}, r.Gauges["stock"].Aggregate)
	metricstest.SameJSON(t, metrics.GaugeValue{Last: 7, Min: 5, Max: 9}, *r.TimeSeries.Gauges["stock"].By["shop=a"][0])
	metricstest.SameJSON(t, metrics.GaugeValue{Last: 4, Min: 3, Max: 7}, *r.TimeSeries.Gauges["stock"].Aggregate[1])
	metricstest.SameJSON(t, metrics.GaugeValue{Last: 4, Min: 3, Max: 9}, *n.state(t, "buy").Total("stock", metrics.AllLabels).Gauge)
}
