package readable

import (
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
)

// TestJudge: nothing is called good when something was not to be, or nothing was compared.
func TestJudge(t *testing.T) {
	scenario := func(verdicts ...compare.Verdict) []compare.Scenario {
		s := compare.Scenario{Name: "shop"}
		for _, v := range verdicts {
			s.Rows = append(s.Rows, compare.Row{Metric: metrics.IterationDuration, Name: metrics.IterationDuration.Name, Statistic: compare.P95, Old: 1e6, New: 2e6, Change: new(1.0), Verdict: v})
		}
		return []compare.Scenario{s}
	}
	with := func(change func(*compare.Scenario)) []compare.Scenario {
		s := scenario(compare.Same)
		change(&s[0])
		return s
	}
	spoiled := []compare.Scenario{{Doubts: []compare.Doubt{{Text: "saturated", Spoils: true}}}}
	for _, tt := range []struct {
		of   compare.Comparison
		mood Mood
		want string
	}{
		{compare.Comparison{Missing: []compare.Missing{{Name: "shop", In: "old.json"}}}, Bad, "nothing can be compared: no scenario is in both files"},
		{compare.Comparison{Scenarios: spoiled, Limits: []compare.Limited{{}}}, Doubtful, "the runs cannot be compared: saturated"},
		{compare.Comparison{Scenarios: scenario(compare.Same), Limits: []compare.Limited{{OK: true}, {Limit: "a p95 +1%"}}}, Bad, "1 limit not held: a p95 +1%"},
		{compare.Comparison{Scenarios: scenario(compare.Worse, compare.Better, compare.Better)}, Bad, "1 number worse, 2 better; most of all iteration done p95, 1 s → 2 s (+100 %)"},
		{compare.Comparison{Scenarios: with(func(s *compare.Scenario) {
			s.Thresholds = []compare.Threshold{{New: &metrics.ThresholdOutcome{}}}
		})}, Bad, "1 threshold not met any more"},
		{compare.Comparison{Scenarios: scenario(compare.Better), Missing: []compare.Missing{{Name: "pay", In: "new.json"}}}, Doubtful, "1 scenario not compared"},
		{compare.Comparison{Scenarios: with(func(s *compare.Scenario) { s.NewFailures = make([]compare.Failure, 2) })}, Doubtful, "nothing is worse by more than noise, but 2 failures did not occur before"},
		{compare.Comparison{Scenarios: scenario(compare.Better, compare.Better)}, Good, "2 numbers better, none worse"},
		{compare.Comparison{Scenarios: scenario(compare.Same, compare.Unclear, compare.Unclear)}, Doubtful, "too little was measured: of 3 numbers 1 can be judged, and these do not differ by more than noise. Let the runs last longer"},
		{compare.Comparison{Scenarios: scenario(compare.Same), Limits: []compare.Limited{{OK: true}}}, Good, "nothing differs by more than noise"},
	} {
		if got := Judge(tt.of); got.Mood != tt.mood || got.Sentence() != tt.want {
			t.Errorf("%+v, want %s %q", got, tt.mood, tt.want)
		}
	}
}

func TestDifferenceOf(t *testing.T) {
	row := compare.Row{Metric: metrics.HTTPBytesReceived, Name: "http_bytes_received", Statistic: compare.PerIteration, Old: 42_300, New: 38_700, Change: new(-0.0851), Noise: new(0.02)}
	if d := DifferenceOf(row); d != (Difference{Metric: "received over HTTP per iteration", Statistic: "rate", Old: "42.3 kB", New: "38.7 kB", Change: "-8.51 %", Noise: "±2 %"}) {
		t.Errorf("%+v", d)
	}
	row = compare.Row{Metric: metrics.HTTPRequests, Name: "http_requests", Label: "5xx", Statistic: compare.Share, New: 0.021, Change: new(0.021), Noise: new(0.004)}
	if d := DifferenceOf(row); d != (Difference{Metric: "requests to the server", Label: "5xx", Statistic: "share", Old: "0 %", New: "2.10 %", Change: "+2.10 points", Noise: "±0.40 points"}) {
		t.Errorf("%+v", d)
	}
}
