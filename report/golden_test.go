package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/report/reporttest"
)

// TestGolden: what pages are told of a run, but for metrics and series, which say what the Result says.
func TestGolden(t *testing.T) {
	results := reporttest.Shop{Nodes: 2, LostNode: true, Seconds: 40}.Results()
	results[0].Thresholds[0].FailedMS = 12_000
	d := FromResults(results)
	for i := range d.Scenarios {
		s := &d.Scenarios[i]
		s.Metrics, s.Series.Histograms, s.Series.Counters = nil, nil, nil
	}
	var text, indented bytes.Buffer
	if err := Encode(&text, d); err != nil {
		t.Fatal(err)
	}
	if err := json.Indent(&indented, text.Bytes(), "", "  "); err != nil {
		t.Fatal(err)
	}
	metricstest.Golden(t, "testdata/data.json", indented.Bytes())
}

// TestMetrics: each set of labels has a row, and rows add up to the whole.
func TestMetrics(t *testing.T) {
	results := reporttest.Shop{}.Results()
	for _, m := range FromResults(results).Scenarios[0].Metrics {
		sum, binned := int64(0), int64(0)
		for _, row := range m.Rows {
			sum += row.Count
			if len(row.Labels) != len(m.Labels) {
				t.Errorf("a row of %s has the labels %q, the metric %q", m.Name, row.Labels, m.Labels)
			}
		}
		if m.All.Bins != nil {
			binned = m.All.Bins.Zeros
			for i := 1; i < len(m.All.Bins.Steps); i += 2 {
				binned += m.All.Bins.Steps[i]
			}
		}
		if sum != m.All.Count || m.Kind == "histogram" && binned != m.All.Count {
			t.Errorf("%s counts %d, its rows %d, its bins %d", m.Name, m.All.Count, sum, binned)
		}
	}
}
