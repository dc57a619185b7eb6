package influxdb

import (
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
	s.Compare(t, results)
	checkAnnotations(t, s)
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
