package compare

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// pairs is how many pairs of runs are simulated.
const pairs = 200

func compared(a, b metrics.Result) Scenario {
	return Files(File{"old.json", []metrics.Result{a}}, File{"new.json", []metrics.Result{b}}, nil).Scenarios[0]
}

// TestEqualRunsAreNotWorse: of 200 pairs at most 5 %.
func TestEqualRunsAreNotWorse(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(1, 2)), buckets: 120, perSec: 2, fails: 0.02}
	worse := 0
	for range pairs {
		if s := compared(w.run(), w.run()); s.Count(Worse) > 0 {
			worse++
			t.Logf("%+v", s.Rows[0])
		}
	}
	if worse > pairs*5/100 {
		t.Errorf("%d of %d pairs of equal runs are called worse", worse, pairs)
	}
}

// TestASlowerEventIsNamed: 15 % more in at least 95 % of 200 pairs, and no other event.
func TestASlowerEventIsNamed(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(3, 4)), buckets: 120, perSec: 4}
	slow := w
	slow.slower = map[string]float64{"search": 1.15}
	named, others := 0, 0
	for range pairs {
		s := compared(w.run(), slow.run())
		found, other := false, false
		for _, r := range s.Rows {
			found = found || r.Verdict == Worse && r.Label == "search"
			if r.Verdict == Worse && r.Label != "search" && r.Label != "" {
				other = true
				t.Logf("%s %s %v %v %v %g", r.Label, r.Statistic, *r.Change, r.Relative, *r.Noise, r.chance)
			}
		}
		if other {
			others++
		}
		if found {
			named++
		}
	}
	if named < pairs*95/100 {
		t.Errorf("it is named in %d of %d pairs", named, pairs)
	}
	if others > pairs*5/100 {
		t.Errorf("another event is named %d times in %d pairs", others, pairs)
	}
}

// TestLessIsBetter: of shifts of the layout and sockets that were not opened, which have no unit that says so.
func TestLessIsBetter(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(11, 12)), buckets: 120, perSec: 4}
	slow := w
	slow.slower = map[string]float64{"add": 3, "delete": 3, "search": 3, "save": 3, "sort": 3}
	shifting := func(r metrics.Result) metrics.Result {
		g, from, to := &r.Global, metrics.LiveViewEventDuration.Name, metrics.WebVitalCLS.Name
		g.Histograms[to], g.TimeSeries.Histograms[to] = g.Histograms[from], g.TimeSeries.Histograms[from]
		delete(g.Histograms, from)
		delete(g.TimeSeries.Histograms, from)
		return r
	}
	judged := 0
	for _, r := range compared(shifting(w.run()), shifting(slow.run())).Rows {
		if r.Metric != metrics.WebVitalCLS || r.Label != "" {
			continue
		}
		judged++
		if r.Verdict != Worse {
			t.Errorf("three times the %s of %s is %s", r.Statistic, r.Name, r.Verdict)
		}
	}
	if judged == 0 {
		t.Error("there is no row of all together")
	}
	if refused := counted(&metrics.Result{}, metrics.WebSocketConnectionFailures); refused.either || refused.higher {
		t.Error("sockets that were not opened can be as many as they like")
	}
}

// TestWhatSpoilsAComparison is said first, and no limit holds then.
func TestWhatSpoilsAComparison(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(5, 6)), buckets: 12, perSec: 4}
	for name, test := range map[string]struct {
		change func(*metrics.Result)
		want   string
		spoils bool
	}{
		"equal":     {func(*metrics.Result) {}, "", false},
		"saturated": {func(r *metrics.Result) { r.Health = metrics.Health{Saturated: true, Reasons: []string{"node a: CPU"}} }, "the load generator of the new run was saturated, so that its latencies are partly its own: node a: CPU", true},
		"load":      {func(r *metrics.Result) { r.Options = map[string]any{"users": 20.0, "load": "constant users"} }, "option users: 10, and 20", true},
		"users":     {func(r *metrics.Result) { r.Global.TimeSeries.ActiveUsers = make([]int64, 12) }, "the load differs: 10 users on average, and 0", true},
		"lost":      {func(r *metrics.Result) { r.Nodes = []metrics.NodeResult{{Node: "b", Status: metrics.NodeLost}} }, "the new run: every node was lost", true},
		"one lost": {func(r *metrics.Result) {
			r.Nodes = []metrics.NodeResult{{Node: "a", Status: metrics.NodeOK}, {Node: "b", Status: metrics.NodeLost}}
		}, "node b of the new run: lost", true},
		"part":        {func(r *metrics.Result) { r.PartOf = 3 }, "the new file has the numbers of 0 of 3 nodes", true},
		"version":     {func(r *metrics.Result) { r.LiveloadVersion = "2.0.0" }, "liveload was 1.2.3, and is 2.0.0", false},
		"options":     {func(r *metrics.Result) { r.Options = nil }, "the options of one of the runs are not known", false},
		"the same":    {func(r *metrics.Result) { r.RunID = "0000" }, "both files are of the same run", true},
		"swapped":     {func(r *metrics.Result) { r.GeneratedAt = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC) }, "the new run was before the old one, at 2026-05-01 09:00:00 and 2026-05-02 09:00:00: are the files swapped?", false},
		"interrupted": {func(r *metrics.Result) { r.Interrupted = true }, "the new run was interrupted", false},
		"nothing":     {func(r *metrics.Result) { delete(r.Global.Counters, "iterations") }, "the new run: no iteration has ended", true},
		"seed": {func(r *metrics.Result) {
			r.Options = map[string]any{"users": 10.0, "load": "constant users", "seed": 4.0}
		}, "", false},
		"host": {func(r *metrics.Result) { r.Labels = map[string]string{"host": "b"} }, "the load came from an unknown host, and comes from b", false},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := w.run(), w.run()
			a.RunID, a.GeneratedAt, b.GeneratedAt = "0000", time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC), time.Date(2026, 5, 3, 9, 0, 0, 0, time.UTC)
			test.change(&b)
			limit, err := ParseLimit("liveview_event_duration_us p95 +1000%")
			if err != nil {
				t.Fatal(err)
			}
			c := Files(File{"old.json", []metrics.Result{a}}, File{"new.json", []metrics.Result{b}}, []Limit{limit})
			s := c.Scenarios[0]
			if test.want == "" && len(s.Doubts) > 0 || test.want != "" && (len(s.Doubts) == 0 || s.Doubts[0].Text != test.want) {
				t.Errorf("doubts are %+v, want %q", s.Doubts, test.want)
			}
			if s.Comparable() == test.spoils || c.Limits[0].OK == test.spoils {
				t.Errorf("comparable: %v, the limit: %+v", s.Comparable(), c.Limits[0])
			}
		})
	}
}

// TestLimits hold or do not, by what is more than noise.
func TestLimits(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(7, 8)), buckets: 120, perSec: 4}
	slow := w
	slow.slower, slow.fails = map[string]float64{"search": 2}, 0.2
	old, new := File{"old.json", []metrics.Result{w.run()}}, File{"new.json", []metrics.Result{slow.run()}}
	for text, ok := range map[string]bool{
		"liveview_event_duration_us{event:search} p50 +50%":  false,
		"liveview_event_duration_us{search} p95 +150%":       true,
		"liveview_event_duration_us{event:sort} median +50%": true,
		"liveview_event_duration_us{event:nope} p50 +50%":    false,
		"liveview_event_duration_us{event:search} p50 +20ms": false,
		"liveview_event_duration_us{search} p(95) +1s":       true,
		"liveview_event_duration_us{search} med -1ms":        true,
		"liveview_event_duration p50 +50%":                   false,
		"iteration_failures share +5%":                       false,
		"iteration_failures share +50%":                      true,
		"iterations rate -10%":                               true,
		"browser_crashes rate +1%":                           true, // neither run has any
		"http_requests{5xx} share +1%":                       true,
		"http_request_failures share +1%":                    true,
		"iterations rate -2/s":                               true,
	} {
		limit, err := ParseLimit(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Files(old, new, []Limit{limit}).Limits[0]; got.OK != ok {
			t.Errorf("%+v", got)
		}
	}
}

// TestALimitIsNoMatterOfOtherNumbers: it is named beforehand, so that it finds what does not stand out among hundreds.
func TestALimitIsNoMatterOfOtherNumbers(t *testing.T) {
	row := Row{Metric: metrics.IterationDuration, Name: metrics.IterationDuration.Name, Statistic: P95, Old: 100, New: 120, Change: new(0.2), Noise: new(0.15), chance: 0.01, Verdict: Same}
	c := Comparison{Scenarios: []Scenario{{Rows: []Row{row}}}}
	limit, err := ParseLimit("iteration_duration_us p95 +10%")
	if err != nil {
		t.Fatal(err)
	}
	if got := limit.judge(&c, 0.02); got.OK || got.Why != "it changed by +20.0%, from 100 µs to 120 µs" {
		t.Errorf("%+v", got)
	}
	if got := limit.judge(&c, 0.005); !got.OK || got.Why != "it changed by +20.0%, from 100 µs to 120 µs: that is no more than noise" {
		t.Errorf("as one of four limits: %+v", got)
	}
}

// TestSuggestions: a limit of what is not there says what was probably meant.
func TestSuggestions(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(17, 18)), buckets: 6, perSec: 2}
	old, new := File{"old.json", []metrics.Result{w.run()}}, File{"new.json", []metrics.Result{w.run()}}
	for text, want := range map[string]string{
		"liveview_event_duration p95 +10%":            "did you mean liveview_event_duration_us?",
		"livewiev_event_duration_us p95 +10%":         "did you mean liveview_event_duration_us?",
		"liveview_event_duration_us{serach} p95 +10%": "did you mean liveview_event_duration_us{search}?",
		"liveview_event_duration_us{event:x} p50 +1%": "the runs do not both have such a number",
		"orders rate +10%":                            "the runs do not both have such a number",
	} {
		limit, err := ParseLimit(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Files(old, new, []Limit{limit}).Limits[0]; got.OK || !strings.HasSuffix(got.Why, want) {
			t.Errorf("%s: %+v, want %q", text, got, want)
		}
	}
}

func TestParseLimit(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "is no limit: write METRIC STATISTIC CHANGE",
		"p95 +10%":                             "is no limit",
		"a p95 10%":                            "is no limit",
		"a p95 +10% more":                      "is no limit",
		"a{b p95 +10%":                         "is no limit",
		"a p94 +10%":                           "p94 is not compared: write p50, p95 or p99",
		"a p95 +0%":                            "a change of +0% is no limit",
		"a p95 +1e5%":                          "is no limit",
		"iterations p95 +1%":                   "iterations is a counter, of which p95 is not compared: write share or rate",
		"liveview_event_duration_us rate +1%":  "is a histogram, of which rate is not compared: write p50, p95 or p99",
		"liveview_event_duration_us p95 +10":   `cannot be written in "": write a percentage, or a time such as +20ms`,
		"liveview_event_duration_us p95 +10kB": `cannot be written in "kB": write a percentage, or a time such as +20ms`,
		"liveview_event_duration_us{page:/a} p95 +10%": "only the first label of a metric is compared, which is event of liveview_event_duration_us",
		"http_requests{5x} share +1%":                  `status of http_requests is never "5x": write one of 1xx`,
		"http_requests{2xx} share -1%":                 "counters are compared as a whole, but for 4xx and 5xx of http_requests: leave {2xx} out",
		"iteration_failures share +0.01":               "cannot be written",
	} {
		if l, err := ParseLimit(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is %+v, %v; want %q", text, l, err, want)
		}
	}
	for text, want := range map[string]Limit{
		" liveview_event_duration_us{event: add to cart } p99 -2.5 % ": {Metric: "liveview_event_duration_us", Key: "event", Label: "add to cart", Statistic: "p99", Change: -0.025, Unit: "%"},
		"liveview_event_duration_us{add} p(95) +20ms":                  {Metric: "liveview_event_duration_us", Label: "add", Statistic: "p95", Change: 20, Unit: "ms"},
		"liveview_diff_bytes med + 1.5 kB":                             {Metric: "liveview_diff_bytes", Statistic: "p50", Change: 1.5, Unit: "kB"},
		"iterations rate -0.5/s":                                       {Metric: "iterations", Statistic: "rate", Change: -0.5, Unit: "/s"},
		"http_requests{5xx} share +1%":                                 {Metric: "http_requests", Label: "5xx", Statistic: "share", Change: 0.01, Unit: "%"},
		"orders rate +5":                                               {Metric: "orders", Statistic: "rate", Change: 5},
	} {
		want.Text = strings.TrimSpace(text)
		if l, err := ParseLimit(text); err != nil || l != want {
			t.Errorf("%q is %+v, %v", text, l, err)
		}
	}
}

func TestParseLimits(t *testing.T) {
	for text, want := range map[string][]string{
		"a p95 +10%":                   {"a p95 +10%"},
		"a p95 +10%; b{x;y} p50 +1ms;": {"a p95 +10%", "b{x;y} p50 +1ms"},
		";a rate -1":                   {"a rate -1"},
		"":                             nil, ";": nil, "a p95 +10%;b": nil, "a{ p95 +10%;b p95 +1%": nil,
	} {
		limits, err := ParseLimits(text)
		var got []string
		for _, l := range limits {
			got = append(got, l.Text)
		}
		if !reflect.DeepEqual(got, want) || (err == nil) != (want != nil) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func FuzzParseLimit(f *testing.F) {
	f.Add("liveview_event_duration_us{event:add} p95 +10%")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLimit(text)
		if err == nil && (l.Metric == "" || l.Change == 0) {
			t.Errorf("%q is %+v", text, l)
		}
	})
}

// TestScenariosOfDifferentFiles are found by their names, and what only one file has is said.
func TestScenariosOfDifferentFiles(t *testing.T) {
	w := world{random: rand.New(rand.NewPCG(9, 10)), buckets: 6, perSec: 1}
	a, b := w.run(), w.run()
	b.Name = "checkout"
	if c := Files(File{"old.json", []metrics.Result{a}}, File{"new.json", []metrics.Result{b}}, nil); len(c.Scenarios) != 1 || c.Missing != nil {
		t.Errorf("one in each: %+v", c.Missing)
	}
	broken := metrics.Result{Name: "pay", Error: "no browser"}
	c := Files(File{"old.json", []metrics.Result{a, broken}}, File{"new.json", []metrics.Result{a, b, broken}}, nil)
	want := []Missing{{"checkout", "old.json", ""}, {"pay", "old.json", "no browser"}}
	if len(c.Scenarios) != 1 || !reflect.DeepEqual(c.Missing, want) {
		t.Errorf("%d scenarios, missing %+v", len(c.Scenarios), c.Missing)
	}
}
