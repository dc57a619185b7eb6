package influxdb

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/influxdb/influxtest"
)

var began = time.Unix(1790000000, 123456789)

var orders, orderTime, queue = metrics.CustomCounter("orders"), metrics.CustomTrend("order_us"), metrics.CustomGauge("queue")

// A run is one of three scenarios on two nodes. The snapshots of node b come late and in another order, so that
// seconds are revised.
type run struct {
	info metrics.RunInfo
	agg  *metrics.Aggregator
	late []*metrics.Snapshot
}

const runSeconds = 40

// simulate gives every interval of a run to write, and returns the Results.
func simulate(t *testing.T, write func(*metrics.Interval)) []metrics.Result {
	t.Helper()
	r := &run{info: metrics.RunInfo{
		RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: began, Nodes: []string{"a", "b"},
		Scenarios: []metrics.ScenarioInfo{{Name: "buy", Users: 9}, {Name: "browse, then leave", Users: 9}, {Name: "größe=XL", Users: 9}},
	}}
	r.agg = metrics.NewAggregator(r.info)
	random := rand.New(rand.NewPCG(1, 2))
	nodes := make([]*metrics.Recorder, 2)
	for n, name := range r.info.Nodes {
		nodes[n] = metrics.NewRecorder(name, began, metrics.NewRegistry())
	}
	for second := range runSeconds {
		for n, node := range nodes {
			r.record(t, random, node, r.info.Nodes[n], second)
			snap := node.Snapshot(began.Add(time.Duration(second+1) * time.Second))
			snap.Last = second == runSeconds-1
			for _, i := range r.deliver(snap, second) {
				write(i)
			}
		}
	}
	last := r.agg.Finish()
	value := 3.0
	for _, i := range last {
		i.Scenarios[0].State.Thresholds = []metrics.ThresholdOutcome{{Metric: "orders", Expression: "count<2", Value: &value}}
		i.Scenarios[0].State.Changes = []metrics.Change{{OffsetMS: 4500, What: metrics.ChangedUsers, From: "9", To: "12"}}
		write(i)
	}
	return r.agg.Results(began.Add(runSeconds * time.Second))
}

// deliver keeps what b sends between seconds 10 and 20 until then, and delivers it backwards.
func (r *run) deliver(snap *metrics.Snapshot, second int) []*metrics.Interval {
	if snap.Node == "b" && second >= 10 && second < 20 {
		r.late = append(r.late, snap)
		return nil
	}
	intervals := r.agg.Add(snap)
	if second >= 20 {
		for _, late := range slices.Backward(r.late) {
			intervals = append(intervals, r.agg.Add(late)...)
		}
		r.late = nil
	}
	return intervals
}

// record makes some samples of every kind. Visits are in a few seconds only, of which node b tells late.
func (r *run) record(t *testing.T, random *rand.Rand, node *metrics.Recorder, name string, second int) {
	t.Helper()
	custom := func(definition metrics.Metric) *metrics.Metric {
		m, err := node.Registry().Custom(definition)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	node.Scope(metrics.NodeScope).Observe(metrics.GeneratorLag, metrics.GeneratorLag.With(name), float64(random.IntN(5000)))
	for k, info := range r.info.Scenarios {
		s := node.Scope(info.Name)
		s.UserStarted()
		if second >= 12 && second < 15 {
			s.Observe(metrics.ActionDuration, metrics.ActionDuration.With("visit", "ok"), float64(random.IntN(1e6)))
			s.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("4xx", "document"), 1)
		}
		for range 1 + random.IntN(20) {
			s.Observe(metrics.ActionDuration, metrics.ActionDuration.With([]string{"click", "fill"}[random.IntN(2)], "ok"), math.Exp(random.NormFloat64()+10))
			s.Observe(metrics.LiveViewJoinDuration, metrics.LiveViewJoinDuration.With("/a b,c=d"), math.Exp(random.NormFloat64()+8))
			s.Add(metrics.HTTPRequests, metrics.HTTPRequests.With([]string{"2xx", "5xx"}[random.IntN(2)], "fetch"), 1+random.Int64N(3))
			s.Add(custom(orders), metrics.LabelsOf("plan", "pro", "run", "mine"), int64(k+1))
			s.Observe(custom(orderTime), metrics.Labels{}, float64(random.IntN(1e6)))
			s.SetGauge(custom(queue), metrics.Labels{}, float64(random.IntN(50)))
		}
		s.Add(metrics.Iterations, metrics.Iterations.With("ok"), 1)
		s.UserEnded(random.IntN(4) > 0)
	}
}

// TestDatabaseEqualsResult: counts and sums are those of the Results, and quantiles of the whole run too, though
// seconds were revised and everything was sent twice.
func TestDatabaseEqualsResult(t *testing.T) {
	t.Parallel()
	s := influxtest.Start(t)
	o := open(t, s.Address())
	if err := o.Check(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	revised := 0
	results := simulate(t, func(i *metrics.Interval) {
		if i.Revision > 1 {
			revised++
		}
		records, err := o.Encode(i)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := o.Send(t.Context(), records); err != nil {
				t.Fatal(err)
			}
		}
	})
	if revised < 5 {
		t.Fatalf("%d intervals were revised; the test wants more", revised)
	}
	compare(t, s, results)
	checkAnnotations(t, s)
}

// compare holds every set of labels in the database to the Results.
func compare(t *testing.T, s *influxtest.Server, results []metrics.Result) {
	t.Helper()
	for _, r := range results {
		for name, h := range r.Global.Histograms {
			found := rows(t, s, &r, name, "SUM(count) AS count, SUM(sum) AS sum, MIN(min) AS min, MAX(max) AS max, LAST(run_count) AS run_count, "+
				"LAST(run_sum) AS run_sum, LAST(run_p50) AS p50, LAST(run_p90) AS p90, LAST(run_p95) AS p95, LAST(run_p99) AS p99")
			for labels, want := range sets(&r, name, h) {
				compareHistogram(t, fmt.Sprint(r.Name, " ", name, " ", labels), found[labels], want)
			}
			if n := len(sets(&r, name, h)); len(found) != n {
				t.Errorf("%s %s: %d sets of labels are in the database, %d in the Result", r.Name, name, len(found), n)
			}
		}
		for name, c := range r.Global.Counters {
			found := rows(t, s, &r, name, "SUM(value) AS value, LAST(total) AS total")
			for labels, want := range sets(&r, name, c) {
				if got := found[labels]; got.Number("value") != float64(want) || got.Number("total") != float64(want) {
					t.Errorf("%s %s %s: %v in the database, %d in the Result", r.Name, name, labels, got.Values, want)
				}
			}
		}
		for name, g := range r.Global.Gauges {
			got := rows(t, s, &r, name, "LAST(value) AS value, MIN(min) AS min, MAX(max) AS max")[metrics.Labels{}]
			if in := (metrics.GaugeValue{Last: got.Number("value"), Min: got.Number("min"), Max: got.Number("max")}); in != g.Aggregate {
				t.Errorf("%s %s: %v in the database, %v in the Result", r.Name, name, in, g.Aggregate)
			}
		}
		u := rows(t, s, &r, "users", "SUM(succeeded) AS succeeded, SUM(failed) AS failed, LAST(run_succeeded) AS run_succeeded, LAST(active) AS active")[metrics.Labels{}]
		if want := r.Global.Users; u.Number("succeeded") != float64(want.Succeeded) || u.Number("failed") != float64(want.Failed) ||
			u.Number("run_succeeded") != float64(want.Succeeded) || u.Number("active") != 0 {
			t.Errorf("%s: users %v in the database, %+v in the Result", r.Name, u.Values, want)
		}
	}
}

func compareHistogram(t *testing.T, what string, got influxtest.Row, want metrics.HistogramValues) {
	t.Helper()
	near := func(a, b, share float64) bool { return math.Abs(a-b) <= share*math.Abs(b) }
	for _, column := range []string{"count", "run_count"} {
		if n := got.Number(column); n != float64(want.Count) {
			t.Errorf("%s: %s is %v in the database, %d in the Result", what, column, n, want.Count)
		}
	}
	for _, column := range []string{"sum", "run_sum"} { // floating-point sums depend on their order
		if sum := got.Number(column); !near(sum, want.Sum, 1e-12) {
			t.Errorf("%s: %s is %v in the database, %v in the Result", what, column, sum, want.Sum)
		}
	}
	for column, p := range map[string]float64{"min": 0, "p50": 50, "p90": 90, "p95": 95, "p99": 99, "max": 100} {
		if q := got.Number(column); !near(q, want.Percentile(p), 0.01) {
			t.Errorf("%s: %s is %v in the database, %v in the Result", what, column, q, want.Percentile(p))
		}
	}
}

// sets returns what the Result says of each set of labels.
func sets[T any](r *metrics.Result, metric string, all metrics.By[T]) map[metrics.Labels]T {
	sets := make(map[metrics.Labels]T)
	for _, one := range all.Series {
		sets[one.Labels] = one.Value
	}
	if m := r.Metric(metric); len(sets) == 0 && len(m.Labels) > 0 {
		for value, one := range all.By {
			sets[m.With(value)] = one
		}
	}
	if len(sets) == 0 {
		sets[metrics.Labels{}] = all.Aggregate
	}
	return sets
}

// rows asks for one row of each set of labels.
func rows(t *testing.T, s *influxtest.Server, r *metrics.Result, metric, columns string) map[metrics.Labels]influxtest.Row {
	t.Helper()
	scenario := r.Name
	if len(metric) > 10 && metric[:10] == "generator_" {
		scenario = ""
	}
	found := make(map[metrics.Labels]influxtest.Row)
	for _, row := range s.Query(t, fmt.Sprintf("SELECT %s FROM %q WHERE run = '%s' AND scenario = '%s' GROUP BY *", columns, metric, r.RunID, scenario)) {
		labels := metrics.Labels{}
		for name, value := range row.Tags {
			switch name {
			case "run", "scenario":
			case "tag_run":
				labels = labels.With("run", value)
			default:
				labels = labels.With(name, value)
			}
		}
		found[labels] = row
	}
	return found
}

func checkAnnotations(t *testing.T, s *influxtest.Server) {
	t.Helper()
	told := make(map[string]string)
	for _, row := range s.Query(t, `SELECT text, event, about, scenario FROM annotations WHERE run = '7c9e6679-7425-40de-944b-e07fc1f90ae7'`) {
		told[row.Text("scenario")+" "+row.Text("event")+" "+row.Text("about")] = row.Text("text")
	}
	want := map[string]string{
		"buy start ":                           "buy starts",
		"buy change users":                     "users of buy: 9 -> 12",
		"buy threshold failed orders: count<2": "count of orders was 3, over 2",
		"buy end ":                             "buy ended, 1 of 1 thresholds failed",
		"browse, then leave start ":            "browse, then leave starts",
		"browse, then leave end ":              "browse, then leave ended",
		"größe=XL start ":                      "größe=XL starts",
		"größe=XL end ":                        "größe=XL ended",
	}
	if !maps.Equal(told, want) {
		t.Errorf("annotations\n%q\nwant\n%q", told, want)
	}
}
