package junit

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// aRun has a scenario in which something went wrong, one that could not run, and one in which nothing worked.
func aRun() []metrics.Result {
	counters := map[string]metrics.CounterBy{
		"iterations":         {Aggregate: 40, By: map[string]int64{"ok": 38, "failed": 2}},
		"iteration_failures": {Aggregate: 2, By: map[string]int64{"wait timeout": 2}},
	}
	nothing := map[string]metrics.CounterBy{
		"iterations":         {Aggregate: 2, By: map[string]int64{"failed": 2}},
		"iteration_failures": {Aggregate: 2, By: map[string]int64{"error": 1, "page error": 1}},
	}
	return []metrics.Result{
		{
			Name: "buy & sell", GeneratedAt: time.Date(2026, 8, 1, 12, 0, 30, 0, time.UTC), Labels: map[string]string{"host": "ci-1"},
			Global: metrics.ScenarioResult{
				Users: metrics.UserTotals{Total: 10, Succeeded: 8, Failed: 2}, ElapsedMS: 20_500, Counters: counters,
				FailureSamples: map[string][]metrics.FailureSample{"wait timeout": {{ReasonInspect: `no <div id="cart"> ]]> in time` + "\x00\x1b[31m"}}},
			},
			Thresholds: []metrics.ThresholdOutcome{
				{Metric: "liveview_event_duration_us", Expression: "p(95)<250ms", OK: true, Value: new(183_000.0)},
				{Metric: `checks{name:"a < b"}`, Expression: "rate>0.99", Value: new(0.975)},
				{Metric: "step_duration_us", Expression: "max<1s"},
				{Metric: "cart_total", Expression: "p(75)<0.1", OK: true},
			},
			Health: metrics.Health{Saturated: true, Reasons: []string{"node here: the CPU was busy"}, Notes: []string{"ended early: ..."}},
		},
		{Name: "broken", Error: "broken.js:3:1: SyntaxError: <nonsense>"},
		{Name: "closed", GeneratedAt: time.Date(2026, 8, 1, 12, 0, 30, 100e6, time.UTC), Global: metrics.ScenarioResult{Users: metrics.UserTotals{Total: 1, Failed: 1}, ElapsedMS: 100, Counters: nothing}},
	}
}

func TestGolden(t *testing.T) {
	var out bytes.Buffer
	if err := write(&out, aRun()); err != nil {
		t.Fatal(err)
	}
	metricstest.Golden(t, "testdata/junit.xml", out.Bytes())
}

// TestLimit: a search that found no load that holds is a failure, whatever the thresholds said.
func TestLimit(t *testing.T) {
	for _, c := range []struct {
		held    *float64
		steps   int
		message string
	}{{nil, 1, "not even the first load held"}, {nil, 0, "no load was judged"}, {new(8.0), 4, ""}} {
		held, failures := c.held, 0
		s := suiteOf(metrics.Result{Name: "buy", Limit: &metrics.Limit{Held: held, Steps: make([]metrics.LimitStep, c.steps), Statement: "This is the limit."}})
		if c.message != "" {
			failures = 1
			if got := s.Cases[1].Failure; got == nil || got.Message != c.message {
				t.Errorf("%d loads were judged, none held: %+v, want %q", c.steps, got, c.message)
			}
		}
		if s.Tests != 2 || s.Failures != failures || s.Cases[1].Name != "a load holds" || !strings.Contains(s.Output, "This is the limit.") {
			t.Errorf("held %v: %+v", held, s)
		}
	}
}

// TestTheTimeOfTheRun: scenarios side by side take no longer than one of them, those one after the other
// as long as all, with what is between them.
func TestTheTimeOfTheRun(t *testing.T) {
	began := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	scenario := func(from, to time.Duration) metrics.Result {
		return metrics.Result{GeneratedAt: began.Add(to), Global: metrics.ScenarioResult{ElapsedMS: (to - from).Milliseconds()}}
	}
	broken := metrics.Result{Error: "SyntaxError"}
	for _, c := range []struct {
		results []metrics.Result
		took    string
	}{
		{[]metrics.Result{scenario(0, 10*time.Second), scenario(0, 10*time.Second)}, "10.000"},
		{[]metrics.Result{scenario(0, 10*time.Second), broken, scenario(12*time.Second, 17*time.Second)}, "17.000"},
		{[]metrics.Result{broken}, "0.000"},
		{nil, "0.000"},
	} {
		var out bytes.Buffer
		if err := write(&out, c.results); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), ` time="`+c.took+`">`) {
			t.Errorf("not %s s:\n%s", c.took, out.String())
		}
	}
}

// The file is XML that reads back as what was written, whatever failures said.
func TestTheFileIsXML(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reports", "junit.xml")
	s := New(path)
	if err := s.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context(), aRun()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(content))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("not XML: %v\n%s", err, content)
		}
	}
	var all suites
	if err := xml.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	if all.Tests != 7 || all.Failures != 3 || all.Errors != 1 || len(all.Suites) != 3 || all.Time != "20.600" {
		t.Errorf("%d tests, %d failures, %d errors in %d suites, %s s; want 7, 3, 1 in 3, 20.600 s", all.Tests, all.Failures, all.Errors, len(all.Suites), all.Time)
	}
	first, broken := all.Suites[0], all.Suites[1]
	if first.Name != "buy & sell" || first.Hostname != "ci-1" || first.Timestamp != "2026-08-01T12:00:09" || len(first.Cases) != 5 {
		t.Errorf("the first suite is %+v", first)
	}
	if c := first.Cases[2]; c.Failure == nil || c.Name != `checks{name:"a < b"}: rate>0.99` || c.Failure.Message != "expected rate>0.99, measured 0.975" {
		t.Errorf("the second threshold is %+v", c)
	}
	if c := first.Cases[3]; c.Failure == nil || !strings.Contains(c.Failure.Message, "never measured") {
		t.Errorf("the threshold without a value is %+v", c)
	}
	if c := broken.Cases[0]; c.Error == nil || c.Error.Text != "broken.js:3:1: SyntaxError: <nonsense>" || broken.Errors != 1 {
		t.Errorf("the broken scenario is %+v", c)
	}
	if c := all.Suites[2].Cases[0]; c.Failure == nil || c.Failure.Message != "no iteration succeeded" {
		t.Errorf("the scenario in which nothing worked is %+v", c)
	}
}

func TestARunWithoutScenariosIsAFileToo(t *testing.T) {
	var out bytes.Buffer
	if err := write(&out, nil); err != nil || !strings.Contains(out.String(), `tests="0"`) {
		t.Errorf("wrote %q, %v", out.String(), err)
	}
}

func TestStartRefusesAFolder(t *testing.T) {
	dir := t.TempDir()
	if err := New(dir).Start(t.Context(), metrics.RunInfo{}); err == nil || !strings.Contains(err.Error(), "the JUnit file "+dir+" is a folder: give a file name, such as "+filepath.Join(dir, "junit.xml")) {
		t.Errorf("Start = %v", err)
	}
}

// TestFailuresByCause: different failures of one class do not merge.
func TestFailuresByCause(t *testing.T) {
	var out strings.Builder
	if err := write(&out, []metrics.Result{{Name: "buy", Global: metricstest.FailedByCause()}}); err != nil {
		t.Fatal(err)
	}
	want := `click timeout x8: a.js:3:1: operation 2: click(&#34;#banner-close&#34;): it is hidden&#xA;click timeout x4: a.js:9:1: in step &#34;checkout&#34;: operation 7: click(&#34;#pay&#34;): it is hidden</`
	if strings.Count(out.String(), want) != 2 { // in the failure of the case, and in the output
		t.Errorf("the file is\n%s\nwithout\n%s", out.String(), want)
	}
}

// TestNoGreenThatLies: a run that was interrupted, or that measured nothing, does not pass, and what failed is told.
func TestNoGreenThatLies(t *testing.T) {
	iterations := map[string]metrics.CounterBy{"iterations": {Aggregate: 1, By: map[string]int64{"ok": 1}}}
	troubled := map[string]metrics.CounterBy{
		"iterations":    iterations["iterations"],
		"http_requests": {Series: []metrics.LabelledValue[int64]{{Labels: metrics.HTTPRequests.With("5xx", "fetch", "503", "h:1", "/a"), Value: 6}}},
		"checks":        {Series: []metrics.LabelledValue[int64]{{Labels: metrics.Checks.With("cart", "fail"), Value: 2}}},
	}
	for want, r := range map[string]metrics.Result{
		`<error message="the run was interrupted" type="interrupted">`:                   {Name: "a", Interrupted: true, Global: metrics.ScenarioResult{Counters: iterations}},
		`<failure message="nothing was measured: no iteration has ended"`:                {Name: "a"},
		"failed request: 503 fetch x6 h:1/a&#xA;failed check: cart x2 of 2</system-out>": {Name: "a", Global: metrics.ScenarioResult{Counters: troubled}},
	} {
		var out bytes.Buffer
		if err := write(&out, []metrics.Result{r}); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("wrote %s, %v\nwithout %s", out.String(), err, want)
		}
	}
}
