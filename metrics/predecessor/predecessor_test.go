package predecessor

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// values are 101 quantiles from 1,000 to 101,000 in equal steps, as JSON.
var values = func() string {
	var all []string
	for i := range 101 {
		all = append(all, fmt.Sprint(1000*(i+1)))
	}
	return "[" + strings.Join(all, ",") + "]"
}()

var points = func() string {
	var all []string
	for i := range 101 {
		all = append(all, fmt.Sprintf("%.2f", float64(i)/100))
	}
	return "[" + strings.Join(all, ",") + "]"
}()

// one is a Result as LiveLoad writes it, of 20 s of which the third bucket is missing.
var one = `{
  "name": "Shop.Browse", "generated_at": "2026-05-02T10:11:12Z", "liveload_version": "0.1.1", "bucket_width_ms": 5000, "quantile_points": ` + points + `,
  "global": {
    "users": {"total": 20, "succeeded": 19, "failed": 1}, "duration_ms": 20000,
    "histograms": {"http_request_duration_us": {"aggregate": {"count": 400, "sum": 20400000, "values": ` + values + `}, "by": {"document": {"count": 0, "sum": 0, "values": ` + strings.Repeat("0,", 100) + `}}}},
    "counters": {"liveview_navigations": {"aggregate": 7, "by": {"patch": 7}}},
    "time_series": [
      {"offset_ms": 0, "active_users": 10, "node_count": 1, "histograms": {}, "counters": {"liveview_navigations": {"aggregate": 3, "by": {"patch": 3}}}},
      {"offset_ms": 5000, "active_users": 20, "node_count": 1, "histograms": {"http_request_duration_us": {"aggregate": {"count": 400, "sum": 20400000, "values": ` + values + `}, "by": {}}}, "counters": {}},
      {"offset_ms": 15000, "active_users": 0, "node_count": 1, "histograms": {}, "counters": {"liveview_navigations": {"aggregate": 4, "by": {"patch": 4}}}}
    ],
    "failure_samples": {"RuntimeError": [{"kind": "error", "reason_inspect": "boom", "stacktrace": ["a"], "monotonic_time": 1, "user_id": 3}]}
  },
  "nodes": [{"node": "load@a", "status": "error", "result": null}]
}`

func document(text string) string {
	return strings.Replace(text, strings.Repeat("0,", 100)+"}", "["+strings.Repeat("0,", 100)+"0]}", 1)
}

func TestAResult(t *testing.T) {
	failed := `{"scenario": "Shop.Pay", "error": "no_results"}`
	for name, text := range map[string]string{
		"a list":    "[" + one + "," + failed + "]",
		"an object": `{"Shop.Browse": ` + one + `, "Shop.Pay": ` + failed + `}`,
	} {
		results, ok, err := Read([]byte(document(text)))
		if !ok || err != nil || len(results) != 2 {
			t.Fatalf("%s: %d Results, %v, %v", name, len(results), ok, err)
		}
		r := results[0]
		series := r.Global.TimeSeries
		h := r.Global.Histograms["http_request_duration_us"].Aggregate
		if p95 := h.Percentile(95); h.Count != 400 || h.Sum != 20_400_000 || p95 < 95_000 || p95 > 98_000 || h.Percentile(100) != 101_000 {
			t.Errorf("%s: %d values, sum %v, p95 %v", name, h.Count, h.Sum, p95)
		}
		if !reflect.DeepEqual(series.ActiveUsers, []int64{10, 20, 20, 0}) || !reflect.DeepEqual(series.Counters["liveview_navigations"].By["patch"], []int64{3, 0, 0, 4}) {
			t.Errorf("%s: users %v, patches %v", name, series.ActiveUsers, series.Counters["liveview_navigations"].By["patch"])
		}
		if column := series.Histograms["http_request_duration_us"].Aggregate; column.P95[1] != 96_000 || column.Count[3] != 0 {
			t.Errorf("%s: over time: %+v", name, column)
		}
		if r.LiveloadVersion != "LiveLoad 0.1.1" || r.Global.Users.Failed != 1 || r.Nodes[0].Status != metrics.NodeError || len(r.Health.Notes) != len(Notes) {
			t.Errorf("%s: %+v", name, r)
		}
		if results[1].Name != "Shop.Pay" || results[1].Error != "no_results" {
			t.Errorf("%s: the scenario that could not run is %+v", name, results[1])
		}
	}
}

// TestOnlyErrors: a run of which no scenario could run is LiveLoad's, as it has an object of them.
func TestOnlyErrors(t *testing.T) {
	results, ok, err := Read([]byte(`{"Shop.Pay": {"name": "Shop.Pay", "error": "no_results"}, "Shop.Browse": {"error": {"reason": "timeout"}}}`))
	want := []metrics.Result{{Name: "Shop.Browse", Error: `{"reason": "timeout"}`}, {Name: "Shop.Pay", Error: "no_results"}}
	if !ok || err != nil || !reflect.DeepEqual(results, want) {
		t.Errorf("%+v, %v, %v", results, ok, err)
	}
}

// TestOurOwnFiles are none of LiveLoad.
func TestOurOwnFiles(t *testing.T) {
	ours, err := json.Marshal([]map[string]any{{"name": "shop", "run_id": "x", "format": 1, "global": map[string]any{"time_series": map[string]any{}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(ours), `[{"name": "shop", "error": "no browser"}]`, `[]`, `{}`, `{"a": 1}`, `nonsense`, ``} {
		if _, ok, err := Read([]byte(text)); ok || err != nil {
			t.Errorf("%s: %v, %v", text, ok, err)
		}
	}
}

func TestDamagedFiles(t *testing.T) {
	whole := "[" + document(one) + "]"
	for from, to := range map[string]string{
		`"bucket_width_ms": 5000`:   `"bucket_width_ms": 0`,
		`"offset_ms": 15000`:        `"offset_ms": -1`,
		`"offset_ms": 5000`:         `"offset_ms": 1000000000000000`,
		`"count": 400`:              `"count": -400`,
		`[1000,2000`:                `[3000,2000`,
		`"quantile_points": [0.00,`: `"quantile_points": [`,
	} {
		damaged := strings.Replace(whole, from, to, 1)
		if damaged == whole {
			t.Fatalf("%s is not in the file", from)
		}
		if _, ok, err := Read([]byte(damaged)); !ok || err == nil {
			t.Errorf("%s is taken", to)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("[" + document(one) + "]"))
	f.Add([]byte(`{"a": {"scenario": "b", "error": {"c": 1}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		results, ok, err := Read(text)
		if !ok || err != nil {
			return
		}
		for _, r := range results {
			for name, h := range r.Global.TimeSeries.Histograms {
				if len(h.Aggregate.Count) != len(r.Global.TimeSeries.ActiveUsers) {
					t.Errorf("%s has %d entries", name, len(h.Aggregate.Count))
				}
			}
		}
	})
}
