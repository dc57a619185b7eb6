package otlp

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/sinks/otlp/otlptest"
)

// A second of the scenario buy: its orders so far, and how it was emitted.
func second(start time.Time, number, revision int, orders int64) *metrics.Interval {
	return &metrics.Interval{
		RunID: "r", Start: start, Offset: time.Duration(number) * time.Second, Width: time.Second, Revision: revision,
		Metrics: []*metrics.Metric{
			{Name: "orders", Kind: metrics.Counter, Unit: "items", Help: "A script added to it."},
			{Name: "_odd", Kind: metrics.Gauge, Unit: "€"}, {Name: "users_active", Kind: metrics.Gauge, Unit: metrics.Ratio},
		},
		Scenarios: []metrics.ScenarioInterval{{Scenario: "buy", Active: 2, State: &metrics.State{
			Users: metrics.UserCounts{Started: 3, Succeeded: 1},
			Totals: []metrics.Series{
				{Metric: "_odd", Gauge: &metrics.GaugeValue{Last: 0.5}},
				{Metric: "orders", Count: orders, Labels: metrics.LabelsOf("run", "mine", "scenario", "x", "node", "y", "tag_run", "z", "plan", "pro")},
				{Metric: "users_active", Gauge: &metrics.GaugeValue{Last: 7}},
			},
		}}},
	}
}

// send gives intervals to a strict receiver, and returns the points of each request after the first.
func send(t *testing.T, env []string, intervals ...*metrics.Interval) (requests [][]string) {
	t.Helper()
	r, address := otlptest.Start(t, false)
	o := open(t, address, env...)
	if err := o.Check(t.Context(), metrics.RunInfo{RunID: "r", Version: "1.2"}); err != nil {
		t.Fatal(err)
	}
	seen := len(r.Points())
	for _, i := range intervals {
		records, err := o.Encode(i)
		if err == nil && len(records) > 0 {
			err = o.Send(t.Context(), records)
		}
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, p := range r.Points()[seen:] {
			texts = append(texts, text(p))
		}
		requests, seen = append(requests, texts), len(r.Points())
	}
	return requests
}

// text is a point on one line.
func text(p *otlptest.Point) string {
	span := fmt.Sprint(p.Time.Sub(began))
	if p.Kind != otlptest.Gauge {
		span = fmt.Sprint(p.Start.Sub(began)) + " to " + span
	}
	return fmt.Sprintf("%s %s %v [%s] %s", strings.TrimPrefix(p.Metric, "liveload_"), p.Kind, p.Value, p.Unit, span)
}

// TestPointsOfSeconds: a late revision has no points of its own, what has not changed is not sent again until the end,
// and scenarios that run after others count anew.
func TestPointsOfSeconds(t *testing.T) {
	final := second(began, 2, 2, 6)
	final.Final = true
	intervals := []*metrics.Interval{
		second(began, 0, 1, 5), second(began, 1, 1, 5), second(began, 0, 2, 6), second(began, 2, 1, 6), final, second(began.Add(10*time.Second), 0, 1, 2),
	}
	gauges := func(at string) []string {
		return []string{"_odd gauge 0.5 [1] " + at, "users_active_2 gauge 7 [1] " + at, "users_active gauge 2 [1] " + at}
	}
	all := func(orders int, span, at string) []string {
		g := gauges(at)
		return []string{
			g[0], fmt.Sprintf("orders sum %d [{items}] %s", orders, span), g[1], g[2],
			"users_started sum 3 [1] " + span, "users_succeeded sum 1 [1] " + span, "users_failed sum 0 [1] " + span,
		}
	}
	first, late, next := all(5, "0s to 1s", "1s"), []string{"orders sum 6 [{items}] 0s to 3s"}, all(2, "10s to 11s", "11s")
	want := [][]string{first, nil, nil, late, all(6, "0s to 3.001s", "3.001s"), next}
	if got := send(t, nil, intervals...); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got\n%s\nwant\n%s", lines(got), lines(want))
	}
	late = []string{"orders sum 1 [{items}] 2s to 3s"}
	want = [][]string{first, nil, nil, late, gauges("3.001s"), next}
	if got := send(t, []string{temporalityVariable, "delta"}, intervals...); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("deltas: got\n%s\nwant\n%s", lines(got), lines(want))
	}
}

// TestAttributes: tags cannot take the place of what a point has anyway, and the environment adds to the resource.
func TestAttributes(t *testing.T) {
	r, address := otlptest.Start(t, true)
	o := open(t, address, "OTEL_RESOURCE_ATTRIBUTES", "service.version=9,deployment.environment.name=t%C3%A4st", "OTEL_SERVICE_NAME", "shop")
	if err := o.Check(t.Context(), metrics.RunInfo{RunID: "r", Version: "1.2"}); err != nil {
		t.Fatal(err)
	}
	i := second(began, 0, 1, 5)
	i.Generator = []metrics.Series{{Metric: "generator_lag_us", Labels: metrics.LabelsOf("node", "a"), Sketch: metricstest.SketchOf(1)}}
	i.Scenarios[0].State.Totals = append(i.Scenarios[0].State.Totals, i.Generator...)
	i.Scenarios[0].ByNode = []metrics.NodePart{{Node: "b", Totals: []metrics.Series{{Metric: "iterations", Count: 1, Labels: metrics.LabelsOf("outcome", "ok")}}}}
	records, err := o.Encode(i)
	if err == nil {
		err = o.Send(t.Context(), records)
	}
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]string{
		"liveload_prepared":           {"run": "r"},
		"liveload_orders":             {"run": "r", "scenario": "buy", "tag_tag_run": "mine", "tag_scenario": "x", "tag_node": "y", "tag_run": "z", "plan": "pro"},
		"liveload_generator_lag_us":   {"run": "r", "node": "a"},
		"liveload_iterations_by_node": {"run": "r", "scenario": "buy", "node": "b", "outcome": "ok"},
		"liveload_users_active":       {"run": "r", "scenario": "buy"},
	}
	for _, p := range r.Points() {
		if attributes := want[p.Metric]; attributes != nil && !maps.Equal(p.Attributes, attributes) {
			t.Errorf("%s has %q, want %q", p.Metric, p.Attributes, attributes)
		}
		delete(want, p.Metric)
		resource := map[string]string{"service.name": "shop", "service.version": "9", "service.instance.id": "r", "deployment.environment.name": "täst"}
		if !maps.Equal(p.Resource, resource) {
			t.Errorf("the resource is %q", p.Resource)
		}
		if p.Metric == "liveload_generator_lag_us" && (p.Unit != "us" || p.Description != metrics.GeneratorLag.Help) {
			t.Errorf("%s: %q in %q", p.Metric, p.Description, p.Unit)
		}
	}
	if len(want) > 0 {
		t.Errorf("no points of %v", want)
	}
}

func lines(all [][]string) string {
	var texts []string
	for _, list := range all {
		texts = append(texts, strings.Join(list, "\n"))
	}
	return strings.Join(texts, "\n--\n")
}
