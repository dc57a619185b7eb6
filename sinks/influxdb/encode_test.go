package influxdb

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/points"
	"github.com/liveload/liveload/sinks/pump"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestEncodeGolden: an interval of two nodes, and everything that must be escaped.
func TestEncodeGolden(t *testing.T) {
	content, err := os.ReadFile("../../metrics/testdata/interval.json")
	if err != nil {
		t.Fatal(err)
	}
	var i metrics.Interval
	if err := json.Unmarshal(content, &i); err != nil {
		t.Fatal(err)
	}
	records, err := encode(points.New(metrics.RunInfo{}).Of(&i))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "interval.txt", lines(records))
	if records, err = encode(awkward()); err != nil {
		t.Fatal(err)
	}
	golden(t, "awkward.txt", lines(records))
}

func lines(records []pump.Record) []byte {
	var all bytes.Buffer
	for _, r := range records {
		all.Write(r.Data)
		all.WriteByte('\n')
	}
	return all.Bytes()
}

// names are values of labels, as scripts and applications may have them.
var names = []string{
	"plain", "two words", "a,b", "a=b", `"quoted"`, "'quoted'", "two\nlines", "a\ttab", "end\r", `C:\temp`, `end\`, `a\,b`, `a\ b`, `\`,
	" around ", "#comment", "ünïcödé 世界 🎉", "nul\x00", "\u2028", "=", ",", strings.Repeat("long", 40),
}

// awkward are points with names and numbers that have a meaning in the line protocol, or none.
func awkward() []points.Point {
	all := []points.Point{}
	add := func(metric, kind, scenario string, labels metrics.Labels, text string, fields ...points.Field) {
		all = append(all, points.Point{
			Time: time.Unix(1700000000, int64(len(all))), Run: "r", Scenario: scenario, Metric: metric, Kind: kind, Labels: labels, Text: text, Fields: fields,
		})
	}
	for n, name := range names {
		add("orders", "counter", name, metrics.LabelsOf("name", name), "", points.Field{Name: "value", Value: float64(n)})
		add(points.AnnotationsMetric, points.KindAnnotation, "buy", metrics.LabelsOf(points.EventLabel, "change"), name)
	}
	for _, value := range []float64{0, -1, 0.1, 1e15, 1e-9, 1.5e300, math.MaxInt64} {
		add("numbers", "gauge", "buy", metrics.Labels{}, "", points.Field{Name: "value", Value: value})
	}
	add("numbers", "gauge", "buy", metrics.Labels{}, "", points.Field{Name: "value", Value: math.Inf(1)}, points.Field{Name: "min", Value: 1})
	add("numbers", "gauge", "buy", metrics.Labels{}, "", points.Field{Name: "value", Value: math.NaN()})
	taken := metrics.LabelsOf("run", "1", "scenario", "2", "node", "3", "time", "4", "value", "5", "text", "6", "_field", "7", "tag_run", "8")
	add("users", "counter", "buy", taken, "", points.Field{Name: "value", Value: 1})
	add("annotations", "gauge", "buy", metrics.Labels{}, "", points.Field{Name: "value", Value: 1})
	all = append(all, points.Point{
		Time: time.Unix(1700000000, 0), Run: "r", Scenario: "buy", Node: "eu, 1=a", Metric: "users_by_node", Kind: "counter",
		Labels: metrics.LabelsOf("node", "mine"), Fields: []points.Field{{Name: "value", Value: 1}},
	})
	add("generator_lag_us", "histogram", metrics.NodeScope, metrics.LabelsOf("node", "a"), "", points.Field{Name: "p95", Value: 1})
	return all
}

func BenchmarkEncode(b *testing.B) {
	all := awkward()
	for b.Loop() {
		if _, err := encode(all); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(all)*b.N)/b.Elapsed().Seconds(), "points/s")
}
