package metrics_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// A delivery is a snapshot on its way to the aggregator.
type delivery struct {
	at   time.Duration // of the aggregator's clock
	snap *metrics.Snapshot
}

var queueLength = &metrics.Metric{Name: "queue_length", Kind: metrics.Gauge}

// record makes the snapshots of one node, some 30 of them, in whose clock the run began whenever it likes. Its ticks
// are not exact.
func record(r *rand.Rand, name string) []*metrics.Snapshot {
	start := began.Add(time.Duration(r.Int64N(int64(48*time.Hour))) - 24*time.Hour)
	registry := metrics.NewRegistry()
	queueLength, err := registry.Custom(metrics.CustomGauge("queue_length"))
	if err != nil {
		panic(err)
	}
	rec := metrics.NewRecorder(name, start, registry)
	var snaps []*metrics.Snapshot
	for n := range 30 + r.IntN(3) {
		rec.Scope(metrics.NodeScope).Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With(name), float64(r.IntN(100)))
		for _, scenario := range []string{"buy", "browse"} {
			s := rec.Scope(scenario)
			for range r.IntN(4) {
				s.UserStarted()
				s.Observe(metrics.ActionDuration, metrics.ActionDuration.With([]string{"click", "fill", "visit"}[r.IntN(3)]), float64(r.IntN(1e6)))
				s.Add(metrics.Iterations, metrics.Iterations.With("ok"), 1+r.Int64N(3))
				s.SetGauge(queueLength, metrics.Labels{}, float64(r.IntN(50)))
			}
			if n > 5 && r.IntN(3) == 0 {
				s.UserEnded(r.IntN(2) == 0)
				s.Add(metrics.IterationFailures, metrics.IterationFailures.With("timeout"), 1)
				s.Failure(metrics.FailureSample{Class: "timeout", Kind: "error", ReasonInspect: fmt.Sprint(name, n), MonotonicTime: 1})
			}
		}
		tick := time.Duration(n+1)*time.Second + time.Duration(r.IntN(400)-200)*time.Millisecond
		snaps = append(snaps, rec.Snapshot(start.Add(tick)))
	}
	snaps[len(snaps)-1].Last = r.IntN(2) == 0
	return snaps
}

// deliver has snapshots of some nodes come late, twice and in another order.
func deliver(r *rand.Rand, snaps []*metrics.Snapshot) []delivery {
	cutOff := r.IntN(4) == 0
	var all []delivery
	for _, snap := range snaps {
		at := snap.To.Sub(snap.Start) + time.Duration(r.IntN(100))*time.Millisecond
		switch n := r.IntN(20); {
		case cutOff && snap.Seq >= 8 && snap.Seq < 20:
			at = max(at, 20*time.Second) + time.Duration(r.IntN(3000))*time.Millisecond
		case n == 0:
			at += time.Duration(r.IntN(20)) * time.Second
		case n == 1:
			all = append(all, delivery{at + time.Duration(r.IntN(15))*time.Second, snap})
		}
		all = append(all, delivery{at, snap})
	}
	return all
}

// middle is the second that a snapshot belongs to.
func middle(s *metrics.Snapshot) int {
	return int((s.From.Sub(s.Start) + s.To.Sub(s.Start)) / 2 / time.Second)
}

type seriesKey struct {
	scenario, metric string
	labels           metrics.Labels
}

// A merge is what snapshots or intervals add up to, in numbers that can be compared.
type merge struct {
	sums     map[seriesKey]metrics.Series // of counters and histograms
	gauges   map[seriesKey]metrics.GaugeValue
	users    map[string]metrics.UserCounts
	failures []string
}

func newMerge() *merge {
	return &merge{sums: make(map[seriesKey]metrics.Series), gauges: make(map[seriesKey]metrics.GaugeValue), users: make(map[string]metrics.UserCounts)}
}

func (m *merge) add(scenario string, series []metrics.Series) {
	for _, s := range series {
		key := seriesKey{scenario, s.Metric, s.Labels}
		if s.Gauge == nil {
			m.sums[key] = metrics.Series{Count: m.sums[key].Count + s.Count, Sketch: m.sums[key].Sketch.Plus(s.Sketch)}
			continue
		}
		g, known := m.gauges[key]
		if !known {
			g = *s.Gauge
		}
		m.gauges[key] = metrics.GaugeValue{Last: max(g.Last, s.Gauge.Last), Min: min(g.Min, s.Gauge.Min), Max: max(g.Max, s.Gauge.Max)}
	}
}

func (m *merge) addUsers(scenario string, u metrics.UserCounts) {
	sum := m.users[scenario]
	m.users[scenario] = metrics.UserCounts{Started: sum.Started + u.Started, Succeeded: sum.Succeeded + u.Succeeded, Failed: sum.Failed + u.Failed}
}

func (m *merge) addSnapshot(s *metrics.Snapshot) {
	for _, one := range s.Series {
		m.add(one.Scenario, []metrics.Series{one})
	}
	for _, u := range s.Users {
		m.addUsers(u.Scenario, u)
	}
}

func (m *merge) addInterval(i *metrics.Interval) {
	m.add(metrics.NodeScope, i.Generator)
	for _, s := range i.Scenarios {
		m.add(s.Scenario, s.Series)
		m.addUsers(s.Scenario, s.Users)
		for _, f := range s.Failures {
			m.failures = append(m.failures, s.Scenario+" "+f.Class+" "+f.ReasonInspect)
		}
	}
}

// numbers are the same for merges of the same samples, whatever their order. Gauges are those of one second only.
func (m *merge) numbers() map[string]any {
	all := make(map[string]any)
	for key, s := range m.sums {
		all[fmt.Sprint(key)] = append([]float64{float64(s.Count), float64(s.Sketch.Count()), s.Sketch.Sum()}, s.Sketch.Quantiles(0, 0.1, 0.5, 0.95, 0.99, 1)...)
	}
	for scenario, u := range m.users {
		if u.Started+u.Succeeded+u.Failed > 0 {
			all["users of "+scenario] = u
		}
	}
	return all
}

func same(t *testing.T, what string, got, want map[string]any) {
	t.Helper()
	for key := range want {
		if !reflect.DeepEqual(got[key], want[key]) {
			t.Errorf("%s: %s is %v, want %v", what, key, got[key], want[key])
		}
	}
	for key := range got {
		if _, known := want[key]; !known {
			t.Errorf("%s: nobody measured %s, but it is %v", what, key, got[key])
		}
	}
}

// TestIntervalsAreTheMergeOfAllSnapshots: whatever the clocks of the nodes and the way of their snapshots, the last
// revision of every second is the merge of all snapshots of that second, and all seconds are the totals and the Result.
func TestIntervalsAreTheMergeOfAllSnapshots(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 9))
			run := metrics.RunInfo{RunID: "id", Start: began, ByNode: true, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}, {Name: "browse"}}}
			var deliveries []delivery
			for n := range []int{1, 2, 2, 3, 4, 6, 9, 14, 27, 50}[seed] {
				name := fmt.Sprint("node", n)
				run.Nodes = append(run.Nodes, name)
				deliveries = append(deliveries, deliver(r, record(r, name))...)
			}
			slices.SortStableFunc(deliveries, func(a, b delivery) int { return cmp.Compare(a.at, b.at) })
			lost := ""
			if len(run.Nodes) > 1 && r.IntN(2) == 0 {
				lost = run.Nodes[0]
			}
			checkRun(t, run, deliveries, lost)
		})
	}
}

// checkRun adds the snapshots and compares. A lost node is lost at half time; what it has sent still comes.
func checkRun(t *testing.T, run metrics.RunInfo, deliveries []delivery, lost string) {
	agg := metrics.NewAggregator(run)
	var told []*metrics.Interval
	for i, d := range deliveries {
		if i == len(deliveries)/2 && lost != "" {
			told = append(told, agg.NodeLost(lost, "it does not answer", 0)...)
		}
		told = append(told, agg.Add(d.snap)...)
	}
	told = append(told, agg.Finish()...)
	results := agg.Results(began.Add(40 * time.Second))

	last, own := make(map[time.Duration]*metrics.Interval), make(map[time.Duration]parts)
	for i, interval := range told {
		before := 0
		if known := last[interval.Offset]; known != nil {
			before = known.Revision
		}
		if interval.Revision != before+1 || interval.Final != (i == len(told)-1) {
			t.Errorf("second %v: revision %d after %d, final %v", interval.Offset, interval.Revision, before, interval.Final)
		}
		last[interval.Offset] = interval
		if own[interval.Offset] == nil {
			own[interval.Offset] = make(parts)
		}
		own[interval.Offset].take(metrics.NodeScope, interval.ByNode)
		for _, s := range interval.Scenarios {
			own[interval.Offset].take(s.Scenario, s.ByNode)
		}
	}
	want, wantAll, seen := make(map[time.Duration]*merge), newMerge(), make(map[string]bool)
	active, ends := make(map[string]map[int]int64), make(map[string]time.Duration)
	for _, d := range deliveries {
		if id := fmt.Sprint(d.snap.Node, " ", d.snap.Seq); seen[id] {
			continue
		} else {
			seen[id] = true
		}
		offset := time.Duration(middle(d.snap)) * time.Second
		if want[offset] == nil {
			want[offset] = newMerge()
		}
		want[offset].addSnapshot(d.snap)
		wantAll.addSnapshot(d.snap)
		ends[d.snap.Node] = max(ends[d.snap.Node], d.snap.To.Sub(d.snap.Start))
		for _, u := range d.snap.Users {
			for _, key := range []string{u.Scenario, d.snap.Node + u.Scenario} {
				if active[key] == nil {
					active[key] = make(map[int]int64)
				}
				active[key][middle(d.snap)] += u.Started - u.Succeeded - u.Failed
			}
		}
	}
	for _, scenario := range []string{"buy", "browse"} {
		if lost == "" {
			break
		}
		for _, n := range active[lost+scenario] {
			active[scenario][int(ends[lost]/time.Second)] -= n
		}
	}
	all := newMerge()
	for offset, interval := range last {
		all.addInterval(interval)
		one := newMerge()
		one.addInterval(interval)
		expected := want[offset]
		if expected == nil {
			expected = newMerge() // the users of the lost node left in it
		}
		same(t, fmt.Sprint("second ", offset), one.numbers(), expected.numbers())
		if run.ByNode {
			checkParts(t, interval, own[offset])
		}
		if !reflect.DeepEqual(one.gauges, expected.gauges) {
			t.Errorf("second %v: gauges %v, want %v", offset, one.gauges, expected.gauges)
		}
		for _, s := range interval.Scenarios {
			var n int64
			for second, delta := range active[s.Scenario] {
				if second <= int(offset/time.Second) {
					n += delta
				}
			}
			if s.Active != n {
				t.Errorf("second %v: %d active users of %s, want %d", offset, s.Active, s.Scenario, n)
			}
		}
	}
	if len(last) < len(want) {
		t.Errorf("%d seconds were told, of %d", len(last), len(want))
	}
	same(t, "the sum of all seconds", all.numbers(), wantAll.numbers())
	checkResults(t, told[len(told)-1], all, results)
	if run.ByNode {
		checkNodes(t, told[len(told)-1], results)
	}
	checkNodeResults(t, deliveries, results)
}

// checkResults compares all seconds with the last state and the Results.
func checkResults(t *testing.T, last *metrics.Interval, all *merge, results []metrics.Result) {
	t.Helper()
	var failures []string
	for i, r := range results {
		state := last.Scenarios[i].State
		for key, s := range all.sums {
			total, by := state.Total(key.metric, func(labels metrics.Labels) bool { return labels == key.labels }), metricstest.Values(key.labels)
			counted, h, values := r.Global.Counters[key.metric].By[by], r.Global.Histograms[key.metric].By[by], s.Sketch
			switch {
			case key.scenario != r.Name && key.scenario != metrics.NodeScope:
			case values == "" && (total.Count != s.Count || counted != s.Count):
				t.Errorf("%v: %d in all seconds, %d in the state, %d in the Result", key, s.Count, total.Count, counted)
			case values != "" && (total.Count != values.Count() || total.Values.Sum() != values.Sum() || h.Count != values.Count() || h.Sum != values.Sum() || total.Values.Quantile(0.95) != values.Quantile(0.95)):
				t.Errorf("%v: %d values in all seconds, %d in the state, %d in the Result", key, values.Count(), total.Count, h.Count)
			}
		}
		g, inResult := state.Total(queueLength.Name, metrics.AllLabels).Gauge, r.Global.Gauges[queueLength.Name].Aggregate
		if g == nil || *g != inResult {
			t.Errorf("%s: the gauge is %v in the state, %v in the Result", r.Name, g, inResult)
		}
		if u := state.Users; u != all.users[r.Name] || u.Succeeded != r.Global.Users.Succeeded || u.Failed != r.Global.Users.Failed {
			t.Errorf("%s: users %+v in the state, %+v in all seconds, %+v in the Result", r.Name, u, all.users[r.Name], r.Global.Users)
		}
		for _, f := range r.Global.FailureSamples["timeout"] {
			failures = append(failures, r.Name+" timeout "+f.ReasonInspect)
		}
	}
	slices.Sort(failures)
	slices.Sort(all.failures)
	if !slices.Equal(failures, all.failures) {
		t.Errorf("failure samples %q, in all seconds %q", failures, all.failures)
	}
}

// aAndB are the nodes of a run of one scenario.
func aAndB() (agg *metrics.Aggregator, a, b *node) {
	agg = metrics.NewAggregator(metrics.RunInfo{Start: began, Nodes: []string{"a", "b"}, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}}})
	return agg, newNode("a", agg), newNode("b", agg)
}

func tick(n *node, second int) {
	n.Scope("buy").Add(metrics.Iterations, metrics.Iterations.With("ok"), 1)
	n.report(time.Duration(second+1) * time.Second)
}

// TestAHungNodeDelaysNobodyForLong: intervals wait for it as long as their patience lasts, and are revised when it is
// back.
func TestAHungNodeDelaysNobodyForLong(t *testing.T) {
	_, a, b := aAndB()
	for second := range 20 {
		tick(a, second)
	}
	if len(a.told) != 17 || a.told[16].Offset != 16*time.Second || a.told[16].Reported != 1 {
		t.Fatalf("after 20 seconds without b %d intervals were told", len(a.told))
	}
	for second := range 20 {
		tick(b, second)
	}
	tick(a, 20)
	tick(b, 20)
	told := slices.Concat(b.told, a.told[17:])
	if len(told) != 21 {
		t.Errorf("when b was back %d intervals were told, want 17 revisions and 4 new ones", len(told))
	}
	for _, i := range told {
		revision := 1
		if i.Offset < 17*time.Second {
			revision = 2
		}
		if i.Revision != revision || i.Reported != 2 || i.Scenarios[0].Series[0].Count != 2 {
			t.Errorf("second %v: revision %d, %d nodes reported %+v", i.Offset, i.Revision, i.Reported, i.Scenarios[0].Series)
		}
	}
}

// TestALostNodeDelaysNobody: what has waited for it is told at once, and its users are gone.
func TestALostNodeDelaysNobody(t *testing.T) {
	agg, a, b := aAndB()
	b.Scope("buy").UserStarted()
	tick(b, 0)
	tick(a, 0)
	tick(a, 1)
	if len(a.told) != 1 || a.told[0].Scenarios[0].Active != 1 {
		t.Fatalf("told %d intervals", len(a.told))
	}
	told := agg.NodeLost("b", "no snapshot for 10 s", 8*time.Second)
	if len(told) != 1 || told[0].Offset != time.Second || told[0].Scenarios[0].Active != 0 || !slices.Equal(told[0].Lost, []string{"b"}) || told[0].Nodes != 1 {
		t.Errorf("when b is lost: %+v", told)
	}
}

// TestANodeThatHasEndedDelaysNobody, however long the others go on.
func TestANodeThatHasEndedDelaysNobody(t *testing.T) {
	agg, a, b := aAndB()
	tick(a, 0)
	last := b.Snapshot(b.start.Add(time.Second))
	last.Last = true
	agg.Add(last)
	tick(a, 1)
	tick(a, 2)
	if len(a.told) != 2 || a.told[1].Offset != 2*time.Second || a.told[1].Nodes != 2 {
		t.Errorf("without b %d intervals were told: %+v", len(a.told), a.told)
	}
}

// TestWhatComesTooLate counts, is told in no second any more, and leaves a note.
func TestWhatComesTooLate(t *testing.T) {
	agg, a, b := aAndB()
	for second := range 700 {
		tick(a, second)
	}
	b.Scope("buy").UserStarted()
	tick(b, 0)
	tick(a, 700)
	told := a.told[697:] // the kept ones again, since their active users have changed, and a new one
	if len(told) != 601 || told[0].Offset != 97*time.Second || told[0].Scenarios[0].Active != 1 || told[0].Scenarios[0].Series[0].Count != 1 {
		t.Errorf("%d seconds were told, from %v on: %+v", len(told), told[0].Offset, told[0].Scenarios[0])
	}
	last := agg.Finish()[0]
	r := agg.Results(began.Add(701 * time.Second))[0]
	if n := last.Scenarios[0].State.Count(metrics.Iterations); n != 702 || r.Global.Counters["iterations"].Aggregate != n {
		t.Errorf("%d iterations in the state, %d in the Result; want 702", n, r.Global.Counters["iterations"].Aggregate)
	}
	if notes := strings.Join(r.Health.Notes, ""); !strings.Contains(notes, "1 snapshots of node b came so late") {
		t.Errorf("notes %q", notes)
	}
}

// TestIntervalGolden: an interval is plain data that can be written and read.
func TestIntervalGolden(t *testing.T) {
	agg := metrics.NewAggregator(metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: began, Nodes: []string{"a", "b"}, ByNode: true,
		Scenarios: []metrics.ScenarioInfo{{Name: "buy", Users: 3, Duration: 20 * time.Second}}})
	for n, name := range []string{"a", "b"} {
		node := newNode(name, agg)
		node.Scope("buy").UserStarted()
		observe(node.Scope("buy"), metrics.ActionDuration, "click", 12_000, 31_000)
		node.Scope("buy").Add(metrics.Iterations, metrics.Iterations.With("ok"), int64(2+n))
		node.Scope("buy").SetGauge(queueLength, metrics.Labels{}, 7)
		node.Scope(metrics.NodeScope).Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With(name), 50)
		node.report(time.Second)
	}
	last := agg.Finish()[0]
	state := last.Scenario("buy").State
	value := 31_000.0
	state.Thresholds = []metrics.ThresholdOutcome{{Metric: "action_duration_us", Expression: "p(95)<250ms", Unit: metrics.Microseconds, OK: true, Value: &value}}
	state.Changes = []metrics.Change{{OffsetMS: 400, What: metrics.ChangedUsers, From: "1", To: "2"}}
	got, err := json.MarshalIndent(last, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	metricstest.Golden(t, "testdata/interval.json", got)
	var back metrics.Interval
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	metricstest.SameJSON(t, last, back)
	if n := back.Scenario("buy").State.Total("iterations", metrics.AllLabels).Count; n != 5 {
		t.Errorf("read back, it has %d iterations, want 5", n)
	}
}
