package metricstest

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Shop is a run of a shop that a person would look at: pages, clicks, steps, failures of several causes, refused
// requests, checks, thresholds. Everything in it is the same each time.
type Shop struct {
	Name    string // of the scenario; "" is checkout
	Nodes   int    // 0 is 1; of several the last one is lost half-way
	Seconds int    // 0 is 60
	Fine    bool   // nothing fails
	Busy    bool   // the load generator gives out
}

var shopStart = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

// Result runs the shop.
func (s Shop) Result() metrics.Result {
	if s.Name == "" {
		s.Name = "checkout"
	}
	s.Nodes, s.Seconds = max(s.Nodes, 1), cmp.Or(s.Seconds, 60)
	run := metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: shopStart, Version: "1.2.3",
		Scenarios: []metrics.ScenarioInfo{{Name: s.Name, Users: 10 * s.Nodes, Duration: time.Duration(s.Seconds) * time.Second, Load: fmt.Sprintf("%d users", 10*s.Nodes)}}}
	var nodes []*metrics.Recorder
	for n := range s.Nodes {
		run.Nodes = append(run.Nodes, fmt.Sprintf("node-%d", n+1))
		nodes = append(nodes, metrics.NewRecorder(run.Nodes[n], shopStart, metrics.NewRegistry()))
	}
	agg := metrics.NewAggregator(run)
	for second := range s.Seconds {
		at := time.Duration(second+1) * time.Second
		if second == s.Seconds/2 && s.Nodes > 1 {
			nodes = nodes[:s.Nodes-1]
			agg.NodeLost(run.Nodes[s.Nodes-1], "no report for 10s", at)
		}
		for n, rec := range nodes {
			s.second(rec, run.Nodes[n], n, second)
			agg.Add(rec.Snapshot(shopStart.Add(at)))
		}
	}
	agg.Finish()
	r := agg.Results(shopStart.Add(time.Duration(s.Seconds) * time.Second))[0]
	r.Thresholds = s.thresholds()
	return r
}

func (s Shop) thresholds() []metrics.ThresholdOutcome {
	return []metrics.ThresholdOutcome{
		{Metric: "liveview_event_duration_us{event:save}", Expression: "p(95)<250ms", Unit: metrics.Microseconds, OK: s.Fine, Value: new(412_000.0 - 200_000*one(s.Fine))},
		{Metric: "checks", Expression: "rate>0.99", OK: s.Fine, Value: new(0.95 + 0.05*one(s.Fine))},
		{Metric: "document_load_us", Expression: "p(95)<2s", Unit: metrics.Microseconds, OK: true, Value: new(812_000.0)},
	}
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// second is what a node does in a second.
func (s Shop) second(rec *metrics.Recorder, node string, n, second int) {
	own, u := rec.Scope(metrics.NodeScope), rec.Scope(s.Name)
	own.Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With(node), 61+36*one(s.Busy)+float64(n%3))
	own.Observe(metrics.GeneratorRSSBytes, metrics.GeneratorRSSBytes.With(node), 1.25e9)
	own.Observe(metrics.GeneratorLag, metrics.GeneratorLag.With(node), 1800)
	if second == 0 {
		for range 10 {
			u.UserStarted()
		}
	}
	value := func(i int, middle float64) float64 { // of a long-tailed distribution
		at := math.Mod(0.618034*float64(1+i+7*second+131*n), 1)
		return middle * math.Exp(1.4*(at-0.5)+8*math.Pow(at, 24)/6)
	}
	for i, page := range []string{"/", "/products/:id", "/cart"} {
		u.Observe(metrics.DocumentLoad, metrics.DocumentLoad.With(page), value(i, 310e3))
		u.Observe(metrics.WebVitalLCP, metrics.WebVitalLCP.With(page, "navigate"), value(i, 420e3))
		u.Observe(metrics.LiveViewConnectionDuration, metrics.LiveViewConnectionDuration.With(page), value(i+1, 260e3))
		u.Observe(metrics.HTTPRequestDuration, metrics.HTTPRequestDuration.With("document", "2xx", "200", "shop.test", page), value(i+2, 95e3))
		u.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("2xx", "document", "200", "shop.test", page), 1)
		u.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("2xx", "image"), 8)
		u.Add(metrics.HTTPBytesReceived, metrics.HTTPBytesReceived.With("image", "2xx"), 180_000)
	}
	for i, event := range []string{"add_to_cart", "search", "save"} {
		middle := 48e3 * float64(1+2*(i/2)) // save is slower
		u.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With(event, "/cart"), value(i+3, middle))
		u.Add(metrics.LiveViewEvents, metrics.LiveViewEvents.With(event, "/cart"), 1)
	}
	for i, step := range []string{"find a product", "日本語の手順", "pay"} {
		u.Observe(metrics.StepDuration, metrics.StepDuration.With(step), value(i+4, 1.2e6))
		u.Observe(metrics.StepOffset, metrics.StepOffset.With(step), float64(i)*1.4e6)
	}
	u.Add(metrics.Iterations, metrics.Iterations.With(metrics.OutcomeOK), 3)
	u.Observe(metrics.IterationDuration, metrics.IterationDuration.With(metrics.OutcomeOK), value(5, 4.1e6))
	u.Add(metrics.Checks, metrics.Checks.With("the cart is full", metrics.OutcomePass), 3)
	if !s.Fine {
		s.failures(u, second)
	}
	if second == s.Seconds-1 {
		for i := range 10 {
			u.UserEnded(!s.Fine && i == 0)
		}
	}
}

// failures of twelve causes, some of which are frequent.
func (s Shop) failures(u *metrics.Scope, second int) {
	if second%2 == 0 {
		u.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("5xx", "fetch", "503", "shop.test", "/api/stock"), 1)
	}
	if second%15 == 0 {
		u.Add(metrics.HTTPRequestFailures, metrics.HTTPRequestFailures.With("network", "xhr", "pay.test", "/charge"), 1)
		u.Add(metrics.Checks, metrics.Checks.With("the cart is full", metrics.OutcomeFail), 2)
	}
	cause := second % 24
	if cause >= 12 {
		cause = 0
	}
	target, reason := fmt.Sprintf("#button-%c", 'a'+cause), "no element matches it"
	if cause == 0 {
		target, reason = "#pay", `it is covered by <div class="overlay">`
	}
	u.Add(metrics.Iterations, metrics.Iterations.With(metrics.OutcomeFailed), 1)
	u.Add(metrics.IterationFailures, metrics.IterationFailures.With("click timeout"), 1)
	f := metrics.FailureSample{
		Class: "click timeout", Kind: "error", Cause: metrics.NewCause(target, "pay", reason), UserID: int64(second % 10), MonotonicTime: int64(second) * 1e9,
		ReasonInspect: fmt.Sprintf(`checkout.js:%d:9: in step "pay": operation 7: click(%q): %s after 30 s`, 20+cause, target, reason),
		Stacktrace:    []string{fmt.Sprintf("at default (checkout.js:%d:9)", 20+cause)},
	}
	if second == 0 {
		f.Evidence = metrics.Evidence{Screenshot: "liveload-results/2026-08-01-120000-7c9e6679/checkout/click-timeout-1/screenshot.png"}
	}
	u.Add(metrics.FailureCauses, f.CauseLabels(), 1)
	u.Failure(f)
}
