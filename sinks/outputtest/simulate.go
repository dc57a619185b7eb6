package outputtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

var orders, orderTime, queue = metrics.CustomCounter("orders"), metrics.CustomTrend("order_us"), metrics.CustomGauge("queue")

// A simulation is a run of three scenarios on two nodes without browsers. The snapshots of node b come late and in
// another order, so that seconds are revised.
type simulation struct {
	info metrics.RunInfo
	agg  *metrics.Aggregator
	late []*metrics.Snapshot
}

const runSeconds = 24

// SimulatedRun is the RunID of a simulation.
const SimulatedRun = "7c9e6679-7425-40de-944b-e07fc1f90ae7"

// Simulate gives every interval of a run of three scenarios, which began at a time, to write, and returns the Results.
func Simulate(t *testing.T, began time.Time, write func(*metrics.Interval)) []metrics.Result {
	t.Helper()
	r := &simulation{info: metrics.RunInfo{
		RunID: SimulatedRun, Start: began, Nodes: []string{"a", "b"}, ByNode: true,
		Scenarios: []metrics.ScenarioInfo{{Name: "buy", Users: 9}, {Name: "browse, then leave", Users: 9}, {Name: "größe=XL", Users: 9}},
	}}
	r.agg = metrics.NewAggregator(r.info)
	random := rand.New(rand.NewPCG(1, 2))
	nodes := make([]*metrics.Recorder, 2)
	for n, name := range r.info.Nodes {
		nodes[n] = metrics.NewRecorder(name, began, metrics.NewRegistry())
	}
	for second := range runSeconds {
		r.agg.AddReading(reading(began.Add(time.Duration(second)*time.Second), int64(second%4)))
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

// reading is what the tested application shows of itself in a second. Its counter does not grow in some.
func reading(at time.Time, sold int64) *metrics.Reading {
	total, memory := metrics.ServerMetric("server_sold_total", metrics.Counter), metrics.ServerMetric("server_memory_bytes", metrics.Gauge)
	labels := metrics.LabelsOf(metrics.TargetLabel, "shop:4000", "run", "theirs", "kind", `ets "a", b`)
	value := 1e6 + float64(sold)
	return &metrics.Reading{At: at, Metrics: []*metrics.Metric{&total, &memory}, Series: []metrics.Series{
		{Metric: total.Name, Labels: labels, Count: sold},
		{Metric: memory.Name, Labels: labels, Gauge: &metrics.GaugeValue{Last: value, Min: value, Max: value}},
	}}
}

// deliver keeps what b sends between seconds 6 and 12 until then, and delivers it backwards.
func (r *simulation) deliver(snap *metrics.Snapshot, second int) []*metrics.Interval {
	if snap.Node == "b" && second >= 6 && second < 12 {
		r.late = append(r.late, snap)
		return nil
	}
	intervals := r.agg.Add(snap)
	if second >= 12 {
		for _, late := range slices.Backward(r.late) {
			intervals = append(intervals, r.agg.Add(late)...)
		}
		r.late = nil
	}
	return intervals
}

// record makes some samples of every kind. Visits are in a few seconds only, of which node b tells late.
func (r *simulation) record(t *testing.T, random *rand.Rand, node *metrics.Recorder, name string, second int) {
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
		if second >= 8 && second < 11 {
			s.Observe(metrics.ActionDuration, metrics.ActionDuration.With("visit"), float64(random.IntN(1e6)))
			s.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("4xx", "document"), 1)
		}
		for range 1 + random.IntN(20) {
			s.Observe(metrics.ActionDuration, metrics.ActionDuration.With([]string{"click", "fill"}[random.IntN(2)]), math.Exp(random.NormFloat64()+10))
			s.Observe(metrics.LiveViewJoinDuration, metrics.LiveViewJoinDuration.With("/a b,c=d"), math.Exp(random.NormFloat64()+8))
			s.Add(metrics.HTTPRequests, metrics.HTTPRequests.With([]string{"2xx", "5xx"}[random.IntN(2)], "fetch"), 1+random.Int64N(3))
			s.Add(custom(orders), metrics.LabelsOf("plan", "pro", "run", "mine"), int64(k+1))
			s.Observe(custom(orderTime), metrics.Labels{}, float64(random.IntN(1e6)))
			s.SetGauge(custom(queue), metrics.Labels{}, float64(random.IntN(50)))
		}
		s.Add(metrics.Iterations, metrics.Iterations.With("ok"), 1)
		s.UserEnded(random.IntN(4) > 0)
		if second%4 == k {
			everything(random, s, 1+k%2)
		}
	}
}

// everything makes samples of every metric of scenarios that liveload has, with some sets of labels.
func everything(random *rand.Rand, s *metrics.Scope, sets int) {
	for _, m := range metrics.Catalogue() {
		if m.OfGenerator() || m.OfServer() || m.OfSinks() {
			continue
		}
		for set := range sets {
			var values []string
			for _, l := range m.Labels {
				value := fmt.Sprint(l.Name, " no. ", set)
				if len(l.Values) > set {
					value = l.Values[set]
				}
				values = append(values, value)
			}
			if m.Kind == metrics.Histogram {
				s.Observe(m, m.With(values...), float64(random.IntN(1e6)))
			} else {
				s.Add(m, m.With(values...), 1+random.Int64N(9))
			}
		}
	}
}
