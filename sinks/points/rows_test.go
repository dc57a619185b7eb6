package points_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/sinks/points"
)

// text is a point on one line.
func text(p points.Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s %s {%s} r%d", p.Time.UTC().Format("05.000"), p.Scenario, p.Metric, p.Kind, p.Labels, p.Revision)
	if p.Node != "" {
		fmt.Fprintf(&b, " on %s", p.Node)
	}
	for _, f := range p.Fields {
		fmt.Fprintf(&b, " %s=%g", f.Name, f.Value)
	}
	if p.Text != "" {
		fmt.Fprintf(&b, " %q", p.Text)
	}
	return b.String()
}

func want(t *testing.T, got []points.Point, lines ...string) {
	t.Helper()
	var texts []string
	for _, p := range got {
		texts = append(texts, text(p))
	}
	if !slices.Equal(texts, lines) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(texts, "\n"), strings.Join(lines, "\n"))
	}
}

// a second of one scenario: clicks in it, with the state of the run.
func interval(second, revision int, clicks int64, s *metrics.State) *metrics.Interval {
	i := &metrics.Interval{
		RunID: "r", Start: time.Unix(0, 0), Offset: time.Duration(second) * time.Second, Elapsed: time.Duration(second+1) * time.Second, Revision: revision,
		Generator: []metrics.Series{{Metric: "generator_lag_us", Labels: metrics.LabelsOf("node", "a"), Sketch: metricstest.SketchOf(1)}},
		Scenarios: []metrics.ScenarioInterval{{Scenario: "buy", Active: 2, Users: metrics.UserCounts{Started: 1}, State: s}},
	}
	if clicks > 0 {
		i.Scenarios[0].Series = []metrics.Series{{Metric: "clicks", Count: clicks}}
	}
	return i
}

func TestRowsOfARun(t *testing.T) {
	rows := points.New(metrics.RunInfo{Scenarios: []metrics.ScenarioInfo{{Name: "buy", StartTime: time.Second}}})
	lag := metrics.Series{Metric: "generator_lag_us", Labels: metrics.LabelsOf("node", "a"), Sketch: metricstest.SketchOf(1)}
	state := func(clicks int64) *metrics.State {
		return &metrics.State{Users: metrics.UserCounts{Started: 3}, Totals: []metrics.Series{
			{Metric: "clicks", Count: clicks}, lag, {Metric: "queue", Gauge: &metrics.GaugeValue{Last: 1, Min: 0, Max: 4}},
		}}
	}
	node := "generator_lag_us histogram {node=a}"
	values := "count=1 sum=1 min=1 max=1 mean=1 p50=1 p90=1 p95=1 p99=1"
	runValues := "run_" + strings.ReplaceAll(values, " ", " run_")

	want(t, rows.Of(interval(0, 1, 5, state(5))),
		"00.000  "+node+" r1 "+values+" "+runValues,
		"00.000 buy clicks counter {} r1 value=5 total=5",
		"00.000 buy users users {} r1 active=2 started=1 succeeded=0 failed=0 run_started=3 run_succeeded=0 run_failed=0 second=0",
		`01.000 buy annotations annotation {event=start} r1 "buy starts"`)

	failing, value := state(9), 9.0
	failing.Thresholds = []metrics.ThresholdOutcome{{Metric: "clicks", Expression: "count<8", Value: &value}, {Metric: "queue", Expression: "value>0"}}
	failing.Changes = []metrics.Change{{OffsetMS: 1500, What: metrics.ChangedUsers, From: "2", To: "3"}}
	second := interval(1, 1, 0, failing)
	second.Lost = []string{"b"}
	users := "active=2 started=1 succeeded=0 failed=0"
	runUsers := "run_started=3 run_succeeded=0 run_failed=0"
	want(t, rows.Of(second),
		"01.000  "+node+" r1 "+values+" "+runValues,
		"01.000 buy users users {} r1 "+users+" "+runUsers+" second=1",
		`01.500 buy annotations annotation {about=users,event=change} r1 "users of buy: 2 -> 3"`,
		`01.000 buy annotations annotation {about=clicks: count<8,event=threshold failed} r1 "count of clicks was 9, over 8"`,
		`02.000  annotations annotation {about=b,event=node lost} r1 "node b is lost"`)

	want(t, rows.Of(interval(0, 2, 6, state(10))), // late: nothing of the run so far
		"00.000  "+node+" r2 "+values,
		"00.000 buy clicks counter {} r2 value=6",
		"00.000 buy users users {} r2 "+users+" second=0")

	failing.ScenarioElapsed = 1200 * time.Millisecond
	last := interval(2, 2, 0, failing)
	last.Final = true
	want(t, rows.Of(last), // all series of the run
		"02.000  "+node+" r2 "+values+" "+runValues,
		"02.000 buy clicks counter {} r2 total=9",
		"02.000 buy queue gauge {} r2 run_min=0 run_max=4",
		"02.000 buy users users {} r2 "+users+" "+runUsers+" second=2",
		`02.000 buy annotations annotation {about=queue: value>0,event=threshold failed} r1 "value of queue was never measured"`,
		`02.200 buy annotations annotation {event=end} r1 began=1000 "buy ended, 2 of 2 thresholds failed"`)
}

// TestCrashesOfBrowsers: those of browsers that scenarios share are of nobody, those of a scenario that runs after them are
// its own.
func TestCrashesOfBrowsers(t *testing.T) {
	rows := points.New(metrics.RunInfo{})
	crash := metrics.Series{Metric: "browser_crashes", Labels: metrics.LabelsOf("engine", "playwright"), Count: 1}
	first := interval(0, 1, 0, &metrics.State{Totals: []metrics.Series{crash}})
	first.Generator = []metrics.Series{crash}
	rows.Of(first)
	alone := interval(0, 1, 0, &metrics.State{Totals: []metrics.Series{crash}})
	alone.Start, alone.Generator = alone.Start.Add(time.Minute), nil
	alone.Scenarios[0].Series = []metrics.Series{crash}
	if got, want := text(rows.Of(alone)[0]), "00.000 buy browser_crashes counter {engine=playwright} r1 value=1 total=1"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestOverall: the sets of labels of a histogram are merged, also of one that was not measured in the last second.
// TestTotalsBeginAgain with scenarios that run after others, of what has no scenario too: they are those of the Results.
func TestTotalsBeginAgain(t *testing.T) {
	rows := points.New(metrics.RunInfo{})
	total := func(start, count int64) string {
		second := metrics.Series{Metric: "server_orders_total", Labels: metrics.LabelsOf("target", "shop"), Count: count}
		i := interval(0, 1, 0, &metrics.State{Totals: []metrics.Series{second}})
		i.Start, i.Generator = time.Unix(start, 0), []metrics.Series{second}
		return text(rows.Of(i)[0])
	}
	for start, count := range map[int64]int64{0: 5, 50: 3} {
		if got, want := total(start, count), fmt.Sprintf("%02d.000  server_orders_total counter {target=shop} r1 value=%d total=%d", start, count, count); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestOverall(t *testing.T) {
	set := func(operation string, values ...float64) metrics.Series {
		return metrics.Series{Metric: "action_duration_us", Labels: metrics.LabelsOf("operation", operation), Sketch: metricstest.SketchOf(values...)}
	}
	overall := func(i *metrics.Interval) (all []points.Point) {
		for _, p := range points.New(metrics.RunInfo{}).Of(i) {
			if p.Metric == points.OverallMetric {
				for k, f := range p.Fields { // percentiles are near
					p.Fields[k].Value = math.Round(f.Value*10) / 10
				}
				all = append(all, p)
			}
		}
		return all
	}
	state := &metrics.State{Totals: []metrics.Series{set("click", 1, 1, 1), set("fill", 3)}}
	i := interval(4, 1, 0, state)
	i.Scenarios[0].Series = []metrics.Series{set("click", 1), set("fill", 3)}
	second := "count=2 sum=4 min=1 max=3 mean=2 p50=1 p90=3 p95=3 p99=3"
	run := "run_count=4 run_sum=6 run_min=1 run_max=3 run_mean=1.5 run_p50=1 run_p90=3 run_p95=3 run_p99=3"
	head := "04.000 buy overall overall {metric=action_duration_us} "
	want(t, overall(i), head+"r1 "+second+" "+run+" second=4")

	i.Revision = 2
	want(t, overall(i), head+"r2 "+second+" second=4")

	i.Final, i.Scenarios[0].Series = true, nil
	want(t, overall(i), head+"r2 "+run+" second=4")
}

// TestReady: the run has a name that people know, and its UUID at the end.
func TestReady(t *testing.T) {
	for text, scenarios := range map[string][]metrics.ScenarioInfo{
		"1970-01-01 00:01:00 buy (9 users) id":      {{Name: "buy", Load: "9 users"}},
		"1970-01-01 00:01:00 a, b id":               {{Name: "a", Load: "9 users"}, {Name: "b"}},
		"1970-01-01 00:01:00 a, b, c and 2 more id": {{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}, {Name: "e"}},
	} {
		if got := points.Ready(metrics.RunInfo{RunID: "id", Scenarios: scenarios}, time.Unix(60, 0)).Text; got != text {
			t.Errorf("%q, want %q", got, text)
		}
	}
}

// TestNodesHaveMetricsOfTheirOwn, so that a sum over all points of a metric counts nothing twice. What tells nodes apart
// by a label has none.
func TestNodesHaveMetricsOfTheirOwn(t *testing.T) {
	rows := points.New(metrics.RunInfo{})
	lag := metrics.Series{Metric: "generator_lag_us", Labels: metrics.LabelsOf("node", "a"), Sketch: metricstest.SketchOf(1)}
	crash := metrics.Series{Metric: "browser_crashes", Count: 1}
	clicks := []metrics.Series{{Metric: "clicks", Count: 5}}
	state := &metrics.State{Totals: []metrics.Series{crash, {Metric: "clicks", Count: 7}, lag}, Users: metrics.UserCounts{Started: 3}}
	i := interval(0, 1, 5, state)
	i.Generator = []metrics.Series{crash, lag}
	i.ByNode = []metrics.NodePart{{Node: "a", Series: []metrics.Series{crash, lag}, Totals: []metrics.Series{crash, lag}}}
	i.Scenarios[0].ByNode = []metrics.NodePart{
		{Node: "a", Series: clicks, Totals: clicks, Users: metrics.UserCounts{Started: 1}, Active: 2, TotalUsers: metrics.UserCounts{Started: 2}},
		{Node: "b", Totals: []metrics.Series{{Metric: "clicks", Count: 2}}, TotalUsers: metrics.UserCounts{Started: 1, Failed: 1}},
	}
	values := "count=1 sum=1 min=1 max=1 mean=1 p50=1 p90=1 p95=1 p99=1"
	lags := "00.000  generator_lag_us histogram {node=a} r%d " + values
	whole := []string{
		"00.000  browser_crashes counter {} r%d value=1",
		lags,
		"00.000  browser_crashes_by_node counter {} r%d on a value=1",
		"00.000 buy clicks counter {} r%d value=5",
		"00.000 buy users users {} r%d active=2 started=1 succeeded=0 failed=0",
		"00.000 buy clicks_by_node counter {} r%d on a value=5",
		"00.000 buy users_by_node users {} r%d on a active=2 started=1 succeeded=0 failed=0",
		"00.000 buy users_by_node users {} r%d on b active=0 started=0 succeeded=0 failed=0",
	}
	runs := []string{" total=1", " run_" + strings.ReplaceAll(values, " ", " run_"), " total=1", " total=7",
		" run_started=3 run_succeeded=0 run_failed=0", " total=5", " run_started=2 run_succeeded=0 run_failed=0", " run_started=1 run_succeeded=0 run_failed=1"}
	var first, late []string
	for n, line := range whole {
		second := ""
		if strings.Contains(line, " users") {
			second = " second=0"
		}
		first, late = append(first, fmt.Sprintf(line, 1)+runs[n]+second), append(late, fmt.Sprintf(line, 2)+second)
	}
	want(t, rows.Of(i), slices.Insert(slices.Clone(first), 5, `00.000 buy annotations annotation {event=start} r1 "buy starts"`)...)
	i.Revision = 2
	want(t, rows.Of(i), late...)
	i.Final = true
	var last []string
	for _, line := range first {
		last = append(last, strings.Replace(line, " r1", " r2", 1))
	}
	last = slices.Insert(last, 5, `00.000 buy annotations annotation {event=end} r1 began=0 "buy ended"`)
	want(t, rows.Of(i), slices.Insert(last, 8, "00.000 buy clicks_by_node counter {} r2 on b total=2")...)
}

// TestFieldsAreListed: every field of an interval has a name in FieldNames, in this order.
func TestFieldsAreListed(t *testing.T) {
	content, err := os.ReadFile("../../metrics/testdata/interval.json")
	if err != nil {
		t.Fatal(err)
	}
	var i metrics.Interval
	if err := json.Unmarshal(content, &i); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range points.New(metrics.RunInfo{}).Of(&i) {
		last := -1
		for _, f := range p.Fields {
			at := slices.Index(points.FieldNames(), f.Name)
			if at <= last {
				t.Errorf("%s: the field %s is not listed, or in another order", p.Metric, f.Name)
			}
			last, seen[f.Name] = at, true
		}
	}
	for _, name := range points.FieldNames() {
		if !seen[name] {
			t.Errorf("no point of the interval has the field %s", name)
		}
	}
}
