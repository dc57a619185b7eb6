package compare

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/predecessor"
)

// answered adds requests to a run: of so many in each bucket, shares that were answered with 500 and 404, and that got no
// answer.
func (w *world) answered(r metrics.Result, errors, missing, lost float64) metrics.Result {
	by, reasons := map[string][]int64{}, map[string][]int64{}
	var all, failures []int64
	for range w.buckets {
		counts := map[string]int64{}
		for range 200 {
			switch p := w.random.Float64(); {
			case p < errors:
				counts["5xx"]++
			case p < errors+missing:
				counts["4xx"]++
			case p < errors+missing+lost:
				counts["failed"]++
			default:
				counts["2xx"]++
			}
		}
		for _, status := range []string{"2xx", "4xx", "5xx", "failed"} {
			by[status] = append(by[status], counts[status])
		}
		aborted := int64(w.random.IntN(20)) // by pages that went
		reasons["network"], reasons["aborted"] = append(reasons["network"], counts["failed"]), append(reasons["aborted"], aborted)
		all, failures = append(all, 200), append(failures, counts["failed"]+aborted)
	}
	for m, columns := range map[*metrics.Metric]metrics.By[[]int64]{metrics.HTTPRequests: {Aggregate: all, By: by}, metrics.HTTPRequestFailures: {Aggregate: failures, By: reasons}} {
		total := metrics.CounterBy{By: map[string]int64{}}
		for label, column := range columns.By {
			for _, n := range column {
				total.By[label] += n
				total.Aggregate += n
			}
		}
		r.Global.Counters[m.Name], r.Global.TimeSeries.Counters[m.Name] = total, columns
	}
	return r
}

// TestFailedRequestsAreWorse: answers with an error, and requests without one. What pages aborted themselves is not.
func TestFailedRequestsAreWorse(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(13, 14)), buckets: 24, perSec: 2}
	verdicts := func(s Scenario) map[string]Verdict {
		found := make(map[string]Verdict)
		for _, r := range s.Rows {
			if strings.HasPrefix(r.Name, "http_") {
				found[strings.TrimSpace(r.Name+" "+r.Label)] = r.Verdict
			}
		}
		return found
	}
	equal := compared(w.answered(w.run(), 0, 0.01, 0), w.answered(w.run(), 0, 0.01, 0))
	if got, want := verdicts(equal), (map[string]Verdict{"http_requests": Same, "http_requests 4xx": Same}); !reflect.DeepEqual(got, want) {
		t.Errorf("equal runs: %v", got)
	}
	for name, test := range map[string]struct {
		run  metrics.Result
		want string
	}{
		"500":       {w.answered(w.run(), 0.02, 0.01, 0), "http_requests 5xx"},
		"404":       {w.answered(w.run(), 0, 0.05, 0), "http_requests 4xx"},
		"no answer": {w.answered(w.run(), 0, 0.01, 0.02), "http_request_failures"},
	} {
		s := compared(w.answered(w.run(), 0, 0.01, 0), test.run)
		if got := verdicts(s); got[test.want] != Worse {
			t.Errorf("%s: %v", name, got)
		}
	}
	accepting := w.answered(w.run(), 0, 0.05, 0)
	accepting.Options = map[string]any{"users": 10.0, "load": "constant users", "acceptStatus": "4xx"}
	c := accepting.Global.Counters[metrics.HTTPRequests.Name]
	c.Series = []metrics.LabelledValue[int64]{{Labels: metrics.LabelsOf("status", "4xx", "type", "document"), Value: c.By["4xx"]}}
	accepting.Global.Counters[metrics.HTTPRequests.Name] = c
	if got := verdicts(compared(w.answered(w.run(), 0, 0.01, 0), accepting)); got["http_requests 4xx"] == Worse {
		t.Errorf("documents that the scenario accepts: %v", got)
	}
}

// TestFailuresThatAreNew, or gone, are listed by their cause, however few.
func TestFailuresThatAreNew(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(15, 16)), buckets: 6, perSec: 1}
	a, b := w.run(), w.run()
	cause := func(n int64, labels ...string) metrics.LabelledValue[int64] {
		return metrics.LabelledValue[int64]{Labels: metrics.LabelsOf(labels...), Value: n}
	}
	kept := cause(2, "class", "click timeout", "reason", "no element matches it", "target", "#buy", "step", "checkout")
	a.Global.Counters[metrics.FailureCauses.Name] = metrics.CounterBy{Series: []metrics.LabelledValue[int64]{kept, cause(3, "class", "Error", "reason", "boom")}}
	b.Global.Counters[metrics.FailureCauses.Name] = metrics.CounterBy{Series: []metrics.LabelledValue[int64]{kept, cause(1, "class", "click timeout", "reason", "it is covered", "target", "#buy")}}
	b.Global.Counters[metrics.Checks.Name] = metrics.CounterBy{Series: []metrics.LabelledValue[int64]{cause(1, "name", "cart", "outcome", "fail"), cause(9, "name", "cart", "outcome", "pass")}}
	b.Global.Counters[metrics.HTTPRequests.Name] = metrics.CounterBy{Series: []metrics.LabelledValue[int64]{cause(4, "status", "5xx", "type", "fetch", "code", "503", "host", "shop", "path", "/cart")}}
	s := compared(a, b)
	want := []Failure{{FailedIteration, "click timeout: it is covered: #buy", 1}, {FailedRequest, "503 fetch shop/cart", 4}, {FailedCheck, "cart", 1}}
	if !reflect.DeepEqual(s.NewFailures, want) {
		t.Errorf("new: %+v", s.NewFailures)
	}
	if want := []Failure{{FailedIteration, "Error: boom", 3}}; !reflect.DeepEqual(s.GoneFailures, want) {
		t.Errorf("gone: %+v", s.GoneFailures)
	}
}

// TestThresholds are lost, gained, or were not asked before.
func TestThresholds(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(19, 20)), buckets: 6, perSec: 1}
	a, b := w.run(), w.run()
	outcome := func(metric string, ok bool) metrics.ThresholdOutcome {
		return metrics.ThresholdOutcome{Metric: metric, Expression: "rate>1", OK: ok}
	}
	a.Thresholds = []metrics.ThresholdOutcome{outcome("held", true), outcome("lost", true), outcome("gained", false), outcome("dropped", false)}
	b.Thresholds = []metrics.ThresholdOutcome{outcome("held", true), outcome("lost", false), outcome("gained", true), outcome("added", false)}
	got := map[string]string{}
	for _, th := range compared(a, b).Thresholds {
		switch {
		case th.Lost():
			got[th.Metric] = "lost"
		case th.Gained():
			got[th.Metric] = "gained"
		default:
			got[th.Metric] = ""
		}
	}
	if want := (map[string]string{"held": "", "lost": "lost", "gained": "gained", "dropped": "", "added": "lost"}); !reflect.DeepEqual(got, want) {
		t.Error(got)
	}
}

// TestWhatOnlyOneRunMeasured is listed.
func TestWhatOnlyOneRunMeasured(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(21, 22)), buckets: 6, perSec: 2}
	a, b := w.run(), w.run()
	delete(b.Global.Histograms[metrics.LiveViewEventDuration.Name].By, "search")
	b.Global.Histograms[metrics.StepDuration.Name] = b.Global.Histograms[metrics.LiveViewEventDuration.Name]
	s := compared(a, b)
	if len(s.OnlyOld) != 1 || s.OnlyOld[0].Label != "search" || len(s.OnlyNew) != 1 || s.OnlyNew[0].Metric != metrics.StepDuration.Name {
		t.Errorf("old: %+v, new: %+v", s.OnlyOld, s.OnlyNew)
	}
}

// TestOptionsThatDiffer are shown, but for those that may be secrets.
func TestOptionsThatDiffer(t *testing.T) {
	a := &metrics.Result{Options: map[string]any{
		"seed": 1.0, "gone": true, "config": map[string]any{"password": "hunter2", "api": "http://joe:one@a", "think": "1s", "token": "same"},
	}}
	b := &metrics.Result{Options: map[string]any{
		"seed": 2.0, "context": map[string]any{}, "config": map[string]any{"password": "swordfish", "api": "http://joe:two@a", "think": "2s", "token": "same", "secretKey": "new"},
	}}
	want := []string{
		"option config.api differs; it may be a secret, so that its values are not shown",
		"option config.password differs; it may be a secret, so that its values are not shown",
		"option config.secretKey differs; it may be a secret, so that its values are not shown",
		`option config.think: "1s", and "2s"`,
		"option context: none, and {}",
		"option gone: true, and none",
	}
	var got []string
	for _, d := range optionDoubts(a, b) {
		got = append(got, d.Text)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

// TestRunsOfDifferentPrograms: what means something else in LiveLoad is not called worse, and is said once.
func TestRunsOfDifferentPrograms(t *testing.T) {
	old, new := File{Name: "old.json"}, File{Name: "new.json"}
	w := world{random: rand.New(rand.NewPCG(23, 24)), buckets: 12, perSec: 2}
	for i, f := range []*File{&old, &new} {
		r := w.run()
		from := metrics.LiveViewEventDuration.Name
		for _, to := range []string{metrics.HTTPRequestDuration.Name, metrics.LiveViewConnectionDuration.Name} {
			r.Global.Histograms[to], r.Global.TimeSeries.Histograms[to] = r.Global.Histograms[from], r.Global.TimeSeries.Histograms[from]
		}
		r.Global.Counters[metrics.LiveViewNavigations.Name] = metrics.CounterBy{Aggregate: 60}
		r.Global.TimeSeries.Counters[metrics.LiveViewNavigations.Name] = metrics.By[[]int64]{Aggregate: []int64{5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5}}
		if i == 0 {
			r = asLiveLoad(r)
		}
		f.Results = []metrics.Result{r}
	}
	s := Files(old, new, nil).Scenarios[0]
	if !s.Comparable() {
		t.Errorf("%+v", s.Doubts)
	}
	for _, r := range s.Rows {
		switch r.Name {
		case metrics.HTTPRequestDuration.Name, metrics.LiveViewConnectionDuration.Name:
			if r.Verdict != Unclear || !strings.Contains(r.Why, "in LiveLoad") {
				t.Errorf("%+v", r)
			}
		case metrics.LiveViewNavigations.Name:
			if r.Statistic != PerSecond || r.Verdict != Same {
				t.Errorf("%+v", r)
			}
		}
	}
	both := Files(old, old, nil).Scenarios[0]
	for _, d := range both.Doubts {
		t.Errorf("two runs of LiveLoad: %s", d.Text)
	}
}

// TestUsersOfAnOpenLoad are a result: a slower application needs more of them for the same rate.
func TestUsersOfAnOpenLoad(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(25, 26)), buckets: 6, perSec: 1}
	a, b := w.run(), w.run()
	b.Global.TimeSeries.ActiveUsers = []int64{20, 20, 20, 20, 20, 20}
	for _, r := range []*metrics.Result{&a, &b} {
		r.Options = map[string]any{"load": "constant arrival rate", "rate": "2/s"}
	}
	s := compared(a, b)
	if !s.Comparable() || len(s.Doubts) != 1 || !strings.HasPrefix(s.Doubts[0].Text, "there were 10 users on average, and 20") {
		t.Errorf("%+v", s.Doubts)
	}
}

// asLiveLoad makes of a run what is read of one of LiveLoad.
func asLiveLoad(r metrics.Result) metrics.Result {
	r.LiveloadVersion, r.Options, r.Health.Notes = "LiveLoad 0.1.1", nil, predecessor.Notes
	for _, m := range []*metrics.Metric{metrics.Iterations, metrics.IterationFailures} {
		delete(r.Global.Counters, m.Name)
		delete(r.Global.TimeSeries.Counters, m.Name)
	}
	return r
}
