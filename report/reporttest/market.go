package reporttest

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
)

// Market is a run of two scenarios on three nodes, of which c was lost half-way. Some of it fails.
func Market() []metrics.Result {
	r := newRun(3,
		metrics.ScenarioInfo{Name: "buy", Users: 30, Load: "30 users", Options: map[string]any{"users": 30, "duration": "1m", "acceptStatus": []any{"404"}, "browser": map[string]any{"engine": "chromium", "viewport": map[string]any{"width": 1280, "height": 720}}}},
		metrics.ScenarioInfo{Name: "browse", Users: 12, Load: "12 users"})
	for r.second = range 60 {
		for n, node := range r.nodes {
			if n == 2 && r.second >= 30 {
				continue
			}
			r.health(n)
			if r.second < 10 {
				node.Scope("buy").UserStarted()
				if r.second%2 == 0 {
					node.Scope("browse").UserStarted()
				}
			}
			r.buy(node.Scope("buy"), float64(n))
			r.browse(node.Scope("browse"))
			r.report(n)
		}
	}
	r.agg.NodeLost("c", "it was not heard for 10 s", 40*time.Second)
	results := r.results()
	judge(&results[0])
	return results
}

func (r *run) health(node int) {
	own, name := r.nodes[node].Scope(metrics.NodeScope), r.names[node]
	observe(own, metrics.GeneratorCPUPercent, float64(30+r.random.IntN(20)), name)
	observe(own, metrics.GeneratorRSSBytes, float64(9e8+r.random.IntN(1e8)), name)
	observe(own, metrics.GeneratorLag, r.about(400*time.Microsecond), name)
}

// buy is a second of the users of a node that buy. Those of later nodes are slower.
func (r *run) buy(s *metrics.Scope, node float64) {
	start := 0.0
	for _, step := range []struct {
		name, page, event string
		takes             time.Duration
	}{
		{"open the shop", "/", "", 240 * time.Millisecond}, {"search", "/products", "search", 90 * time.Millisecond},
		{"put into the cart", "/products/:id", "add_to_cart", 60 * time.Millisecond},
		{"checkout", "/checkout", "validate", 700 * time.Millisecond}, {"checkout / address", "/checkout", "save_address", 110 * time.Millisecond},
		{"checkout / pay", "/checkout", "pay", 420 * time.Millisecond},
	} {
		took := r.about(step.takes) * (1 + node/2)
		observe(s, metrics.StepOffset, start+1000, step.name)
		if step.name == "checkout / pay" && r.second%10 == 9 {
			observe(s, metrics.StepFailureTime, took, step.name)
			add(s, metrics.StepFailures, 1, step.name)
			continue
		}
		observe(s, metrics.StepDuration, took, step.name)
		if step.name != "checkout" {
			start += took
		}
		if step.event != "" {
			observe(s, metrics.LiveViewEventDuration, took/2, step.event, step.page)
			add(s, metrics.LiveViewEvents, 1, step.event, step.page)
			observe(s, metrics.LiveViewDiffBytes, float64(400+r.random.IntN(4000)), step.event, step.page)
		}
		observe(s, metrics.ActionDuration, took/3, "click")
		r.request(s, "document", "200", step.page, took)
	}
	r.request(s, "document", "404", "/old", 2000)
	if r.second%7 == 0 {
		r.request(s, "fetch", "503", "/api/stock", 90_000)
	}
	observe(s, metrics.LiveViewConnectionDuration, r.about(180*time.Millisecond), "/")
	observe(s, metrics.DocumentLoad, r.about(310*time.Millisecond), "/")
	tags := metrics.LabelsOf("plan", []string{"free", "pro"}[r.second%2])
	held := metrics.PassOrFail(r.second%20 != 0)
	s.Add(metrics.Checks, metrics.Checks.With("the total is right", held).Join(tags), 1)
	add(s, metrics.Checks, 1, "the cart is full", "pass")
	if r.second%10 != 9 {
		add(s, metrics.Iterations, 1, "ok")
		observe(s, metrics.IterationDuration, start, "ok")
		return
	}
	observe(s, metrics.IterationDuration, start, "failed")
	r.fail(s)
}

// fail is a failed iteration.
func (r *run) fail(s *metrics.Scope) {
	f := metrics.FailureSample{
		Class: "click timeout", Kind: "error", UserID: int64(r.second),
		ReasonInspect: fmt.Sprintf(`shop.js:42:14: in step "checkout / pay": operation %d: click("#pay"): it is covered by <div class="overlay">`, r.second),
		Stacktrace:    []string{"pay (shop.js:42:14)", "default (shop.js:20:9)"},
		Cause:         metrics.NewCause("#pay", "checkout / pay", `it is covered by <div class="overlay">`),
		MonotonicTime: int64(r.second) * int64(time.Second),
	}
	if r.second == 19 {
		folder := "liveload-results/shop/buy/click-timeout-1/"
		f.Evidence = metrics.Evidence{Screenshot: folder + "screenshot.png", Console: folder + "console.txt", Frames: folder + "frames.txt", Page: folder + "page.html"}
	}
	if r.second == 59 {
		f.Class, f.ReasonInspect, f.Cause = "navigation", `shop.js:12:3: operation 1: navigate("/"): net::ERR_CONNECTION_REFUSED`, metrics.NewCause("localhost:4000/", "", "net::ERR_CONNECTION_REFUSED")
	}
	s.Failure(f)
	add(s, metrics.Iterations, 1, "failed")
	add(s, metrics.IterationFailures, 1, f.Class)
	s.Add(metrics.FailureCauses, f.CauseLabels(), 1)
}

func (r *run) request(s *metrics.Scope, kind, code, path string, took float64) {
	const host = "localhost:4000"
	add(s, metrics.HTTPRequests, 1, code[:1]+"xx", kind, code, host, path)
	observe(s, metrics.HTTPRequestDuration, took, kind, code[:1]+"xx", code, host, path)
	add(s, metrics.HTTPBytesReceived, int64(2000+r.random.IntN(9000)), kind, code[:1]+"xx", code, host, path)
}

// browse names no steps.
func (r *run) browse(s *metrics.Scope) {
	for operation, takes := range map[string]time.Duration{"navigate": 350 * time.Millisecond, "click": 80 * time.Millisecond, "waitForText": 40 * time.Millisecond} {
		for i := range 5 {
			observe(s, metrics.ActionDuration, float64(takes.Microseconds())*(0.8+float64((i*7+r.second)%10)/20), operation)
		}
	}
	observe(s, metrics.DocumentLoad, r.about(260*time.Millisecond), "/")
	observe(s, metrics.IterationDuration, r.about(time.Second), "ok")
	add(s, metrics.Iterations, 1, "ok")
}

// judge sets what the controller says of a Result.
func judge(r *metrics.Result) {
	p95, share := r.Global.Histograms["liveview_event_duration_us"].Aggregate.Percentile(95), 0.95
	r.Thresholds = []metrics.ThresholdOutcome{
		{Metric: "liveview_event_duration_us", Expression: "p(95)<150ms", Unit: metrics.Microseconds, Value: &p95},
		{Metric: "checks{name:the cart is full}", Expression: "rate>0.9", OK: true, Value: &share},
		{Metric: "step_duration_us{step:refund}", Expression: "max<1s", NotJudged: "it was never measured"},
	}
	r.Changes = []metrics.Change{{OffsetMS: 20_000, What: metrics.ChangedUsers, From: "30", To: "36"}}
}
