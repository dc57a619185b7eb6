// Package reporttest has runs without browsers, for tests of what shows Results: of a shop and a market, odd and hostile ones, and
// a huge one.
package reporttest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Shop is a run whose application slows down while users come, and begins to fail. The same values give the same Results.
type Shop struct {
	Scenarios []string // ["buy"] when there are none
	Nodes     int      // 1 when it is 0
	Users     int      // of each scenario on each node; 5 when it is 0
	Seconds   int      // 90 when it is 0
	LostNode  bool     // the last node is lost in the middle
	Calm      bool     // nothing fails
	// Observed is told all samples of histograms; it may be nil.
	Observed func(scenario string, m *metrics.Metric, labels metrics.Labels, value float64)

	random *rand.Rand
	began  time.Time
}

// Results runs it.
func (s Shop) Results() []metrics.Result {
	s.defaults()
	info := metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: s.began, Version: "1.2.3", Labels: map[string]string{"host": "laptop", "git": "abc1234"}}
	for _, name := range s.Scenarios {
		info.Scenarios = append(info.Scenarios, metrics.ScenarioInfo{Name: name, Users: s.Users * s.Nodes, Load: fmt.Sprintf("%d users", s.Users*s.Nodes),
			Options: map[string]any{"users": s.Users * s.Nodes, "duration": fmt.Sprintf("%ds", s.Seconds)}})
	}
	var nodes []*metrics.Recorder
	for n := range s.Nodes {
		name := fmt.Sprintf("node-%d", n+1)
		info.Nodes = append(info.Nodes, name)
		nodes = append(nodes, metrics.NewRecorder(name, s.began, metrics.NewRegistry()))
	}
	a := metrics.NewAggregator(info)
	for second := range s.Seconds {
		for n, node := range nodes {
			if s.LostNode && n == s.Nodes-1 && second >= s.Seconds/2 {
				if second == s.Seconds/2 {
					a.NodeLost(info.Nodes[n], "it gave no sign of life for 30s", time.Duration(second)*time.Second)
				}
				continue
			}
			s.second(node, info.Nodes[n], second)
			snap := node.Snapshot(s.began.Add(time.Duration(second+1) * time.Second))
			snap.Last = second == s.Seconds-1
			a.Add(snap)
		}
	}
	a.Finish()
	results := a.Results(s.began.Add(time.Duration(s.Seconds) * time.Second))
	if !s.Calm {
		for i := range results {
			results[i].Thresholds = []metrics.ThresholdOutcome{
				{Metric: "liveview_event_duration_us", Expression: "p(95)<250ms", Unit: metrics.Microseconds, Value: new(results[i].Global.Histograms["liveview_event_duration_us"].Aggregate.Percentile(95))},
				{Metric: "checks", Expression: "rate>90%", OK: true, Value: new(0.97)},
			}
			results[i].Changes = []metrics.Change{{OffsetMS: int64(s.Seconds) * 400, What: metrics.ChangedUsers, From: "3", To: fmt.Sprint(s.Users * s.Nodes)}}
		}
	}
	return results
}

func (s *Shop) defaults() {
	if len(s.Scenarios) == 0 {
		s.Scenarios = []string{"buy"}
	}
	for _, n := range []struct {
		value *int
		or    int
	}{{&s.Nodes, 1}, {&s.Users, 5}, {&s.Seconds, 90}} {
		if *n.value == 0 {
			*n.value = n.or
		}
	}
	s.random, s.began = rand.New(rand.NewPCG(1, 2)), time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
}

// second records what a node measures in a second.
func (s *Shop) second(node *metrics.Recorder, name string, second int) {
	own := node.Scope(metrics.NodeScope)
	own.Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With(name), 30+s.random.Float64()*20)
	own.Observe(metrics.GeneratorLag, metrics.GeneratorLag.With(name), 500+s.random.Float64()*4000)
	own.Observe(metrics.GeneratorRSSBytes, metrics.GeneratorRSSBytes.With(name), 4e8+float64(second)*1e6)
	users := 1 + min(s.Users-1, second*s.Users*2/s.Seconds)
	for _, scenario := range s.Scenarios {
		scope := node.Scope(scenario)
		if second == 0 || users > 1+min(s.Users-1, (second-1)*s.Users*2/s.Seconds) {
			scope.UserStarted()
		}
		for user := range users {
			s.iteration(scope, scenario, second, int64(user+1))
		}
		if second == s.Seconds-1 {
			for range users {
				scope.UserEnded(false)
			}
		}
	}
}

// iteration opens a page and clicks twice. In the second half every seventh one fails.
func (s *Shop) iteration(scope *metrics.Scope, scenario string, second int, user int64) {
	slow := 1 + 2*float64(second)/float64(s.Seconds)
	observe := func(m *metrics.Metric, typical float64, labels ...string) {
		value := math.Round(typical * slow * math.Exp(0.4*s.random.NormFloat64()))
		scope.Observe(m, m.With(labels...), value)
		if s.Observed != nil {
			s.Observed(scenario, m, m.With(labels...), value)
		}
	}
	s.parts(scope, scenario, slow)
	observe(metrics.DocumentLoad, 180e3, "/products")
	observe(metrics.WebVitalLCP, 150e3, "/products", "navigate")
	observe(metrics.LiveViewConnectionDuration, 240e3, "/products")
	observe(metrics.HTTPRequestDuration, 30e3, "document", "2xx", "200", "localhost:4000", "/products")
	scope.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("2xx", "document", "200", "localhost:4000", "/products"), 1)
	for _, event := range []string{"add_to_cart", "checkout"} {
		observe(metrics.LiveViewEventDuration, map[string]float64{"add_to_cart": 45e3, "checkout": 120e3}[event], event, "/products")
		scope.Add(metrics.LiveViewEvents, metrics.LiveViewEvents.With(event, "/products"), 1)
	}
	observe(metrics.StepDuration, 300e3, "look around")
	if s.Calm || second < s.Seconds/2 || s.random.IntN(7) > 0 {
		observe(metrics.IterationDuration, 900e3, metrics.OutcomeOK)
		scope.Add(metrics.Iterations, metrics.Iterations.With(metrics.OutcomeOK), 1)
		scope.Add(metrics.Checks, metrics.Checks.With("cart has one line", metrics.OutcomePass), 1)
		return
	}
	observe(metrics.IterationDuration, 2e6, metrics.OutcomeFailed)
	scope.Add(metrics.Iterations, metrics.Iterations.With(metrics.OutcomeFailed), 1)
	scope.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("5xx", "fetch", "503", "localhost:4000", "/cart"), 1)
	scope.Add(metrics.Checks, metrics.Checks.With("cart has one line", metrics.OutcomeFail), 1)
	f := metrics.FailureSample{
		Class: "wait timeout", Kind: "error", ReasonInspect: `shop.js:12:9: in step "checkout": waitForText("#total", "12 EUR"): it is "0 EUR" after 30s`,
		Stacktrace: []string{"checkout (shop.js:12:9)", "default (shop.js:30:3)"}, MonotonicTime: int64(second)*1e9 + 1, UserID: user,
		Cause: metrics.NewCause("#total", "checkout", `it is "0 EUR" after 30s`),
	}
	scope.Add(metrics.IterationFailures, metrics.IterationFailures.With(f.Class), 1)
	scope.Add(metrics.FailureCauses, f.CauseLabels(), 1)
	scope.Failure(f)
}

// parts are what the waiting for the page and for events was made of.
func (s *Shop) parts(scope *metrics.Scope, scenario string, slow float64) {
	observe := func(m *metrics.Metric, value float64, labels ...string) {
		scope.Observe(m, m.With(labels...), math.Round(value))
		if s.Observed != nil {
			s.Observed(scenario, m, m.With(labels...), math.Round(value))
		}
	}
	observe(metrics.WebVitalTTFB, 25e3*slow, "/products", "navigate")
	observe(metrics.HTTPRequestTTFB, 22e3*slow, "document", "2xx", "200", "localhost:4000", "/products")
	observe(metrics.HTTPServerTiming, 18e3*slow, "app", "document", "localhost:4000", "/products")
	observe(metrics.DocumentResources, 70e3, "/products")
	observe(metrics.LiveViewEventWait, 3e3, "add_to_cart", "/products")
	observe(metrics.LiveViewPatchDuration, 9e3, "add_to_cart", "/products")
	observe(metrics.LiveViewPatchDuration, 14e3, "checkout", "/products")
}
