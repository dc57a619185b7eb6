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
		if _, err := r.Custom(metrics.Metric{Name: m.Name, Kind: m.Kind, By: m.By}); err == nil {
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

func TestOutcomeLabel(t *testing.T) {
	for want, got := range map[string]string{
		"cart pass":           metrics.OutcomeLabel("cart", "", true),
		"cart{plan=pro} fail": metrics.OutcomeLabel("cart", "plan=pro", false),
		"{plan=pro} pass":     metrics.OutcomeLabel("", "plan=pro", true),
		"fail":                metrics.OutcomeLabel("", "", false),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// FuzzTagLabel: different tags have different labels, which displays and JSON can hold.
func FuzzTagLabel(f *testing.F) {
	f.Add("a", "b=c", "a", "b,c")
	f.Add("a", `\`, "a", `\\`)
	f.Add("a", "1,b=2", "b", "2")
	f.Fuzz(func(t *testing.T, key1, value1, key2, value2 string) {
		one, err1 := metrics.TagLabel(map[string]string{key1: value1})
		two, err2 := metrics.TagLabel(map[string]string{key2: value2})
		both, err3 := metrics.TagLabel(map[string]string{key1: value1, key2: value2})
		if err1 != nil || err2 != nil {
			return
		}
		if err3 != nil || one == "" {
			t.Errorf("%q, %q: %v", one, both, err3)
		}
		if max(len(one), len(two), len(both)) > 200 {
			t.Errorf("a label of %d bytes", max(len(one), len(two), len(both)))
		}
		same := key1 == key2 && value1 == value2
		if len(value1)+len(value2) < 50 && strings.ToValidUTF8(value1, "?") == value1 && strings.ToValidUTF8(value2, "?") == value2 && (one == two) != same {
			t.Errorf("%q=%q and %q=%q are labelled %q and %q", key1, value1, key2, value2, one, two)
		}
		if key1 != key2 && len(value1)+len(value2) < 50 && (both == one || both == two) {
			t.Errorf("both tags are labelled %q, as one of them", both)
		}
	})
}

// TestGaugesOverTime: a bucket has the last value and the extremes of its own time, the Result those of all.
func TestGaugesOverTime(t *testing.T) {
	agg := newRun("buy")
	n := newNode("a", agg)
	stock := &metrics.Metric{Name: "stock", Kind: metrics.Gauge}
	for s, values := range [][]float64{{5, 9}, {7}, nil, nil, nil, {3, 4}} {
		for _, v := range values {
			n.Scope("buy").SetGauge(stock, "shop=a", v)
		}
		n.report(time.Duration(s+1) * time.Second)
	}
	r := agg.Results(began.Add(6 * time.Second))[0].Global
	metricstest.SameJSON(t, metrics.GaugeValue{Last: 4, Min: 3, Max: 9}, r.Gauges["stock"].Aggregate)
	metricstest.SameJSON(t, metrics.GaugeValue{Last: 7, Min: 5, Max: 9}, *r.TimeSeries.Gauges["stock"].By["shop=a"][0])
	metricstest.SameJSON(t, metrics.GaugeValue{Last: 4, Min: 3, Max: 7}, *r.TimeSeries.Gauges["stock"].Aggregate[1])
	metricstest.SameJSON(t, metrics.GaugeValue{Last: 4, Min: 3, Max: 9}, *n.state(t, "buy").Total("stock", metrics.AllLabels).Gauge)
}
