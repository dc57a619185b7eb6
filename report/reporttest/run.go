package reporttest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/liveload/liveload/metrics"
)

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

// A run is one without browsers: a test records what its nodes measure.
type run struct {
	random *rand.Rand
	agg    *metrics.Aggregator
	nodes  []*metrics.Recorder
	names  []string
	second int
}

// newRun has nodes a, b and so on, or node-1, node-2 and so on when there are more than three.
func newRun(nodes int, scenarios ...metrics.ScenarioInfo) *run {
	r := &run{random: rand.New(rand.NewPCG(1, 2))}
	info := metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Version: "1.2.3", Start: began, Scenarios: scenarios, Labels: map[string]string{"git": "abc123"}}
	r.agg = metrics.NewAggregator(info)
	for n := range nodes {
		name := string(rune('a' + n))
		if nodes > 3 {
			name = fmt.Sprint("node-", n+1)
		}
		r.names = append(r.names, name)
		r.nodes = append(r.nodes, metrics.NewRecorder(name, began, metrics.NewRegistry()))
	}
	return r
}

// report ends a second of a node.
func (r *run) report(node int) {
	r.agg.Add(r.nodes[node].Snapshot(began.Add(time.Duration(r.second+1) * time.Second)))
}

// results ends the run.
func (r *run) results() []metrics.Result {
	r.agg.Finish()
	return r.agg.Results(began.Add(time.Duration(r.second) * time.Second))
}

// about is a time around a median, with a long tail.
func (r *run) about(median time.Duration) float64 {
	return math.Round(float64(median.Microseconds()) * math.Exp(r.random.NormFloat64()/2))
}

// observe takes a value of a histogram.
func observe(s *metrics.Scope, m *metrics.Metric, value float64, labels ...string) {
	s.Observe(m, m.With(labels...), value)
}

// add counts.
func add(s *metrics.Scope, m *metrics.Metric, n int64, labels ...string) {
	s.Add(m, m.With(labels...), n)
}
