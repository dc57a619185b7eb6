package probe

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/liveload/liveload/metrics"
)

var update = flag.Bool("update", false, "rewrite golden files")

// parse reads a page as a probe does.
func parse(tb testing.TB, text string, m matcher) (map[string]*dto.MetricFamily, int, error) {
	tb.Helper()
	selected, err := selectLines(strings.NewReader(text), mostBytes, m.matches)
	if err != nil {
		return nil, 0, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(selected.text))
	return families, selected.leftOut, err
}

func defaultMatcher(tb testing.TB, patterns ...string) matcher {
	tb.Helper()
	m, err := newMatcher(patterns)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// text is a series on one line, without the target.
func text(s metrics.Series) string {
	name := s.Metric
	if labels := s.Labels.With(metrics.TargetLabel, ""); !labels.IsZero() {
		name += "{" + labels.String() + "}"
	}
	if s.Gauge != nil {
		return fmt.Sprintf("%s = %v", name, s.Gauge.Last)
	}
	return fmt.Sprintf("%s + %d", name, s.Count)
}

func texts(r *metrics.Reading) (lines []string) {
	for _, s := range r.Series {
		lines = append(lines, text(s))
	}
	return lines
}

// TestPages holds what is read by default of each kind of application, as it grew in a second from nothing.
func TestPages(t *testing.T) {
	pages, err := filepath.Glob("testdata/pages/*.txt")
	if err != nil || len(pages) != 5 {
		t.Fatalf("pages %v, %v", pages, err)
	}
	for _, file := range pages {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			families, cut, err := parse(t, string(content), defaultMatcher(t))
			if err != nil || cut != 0 {
				t.Fatal(err, cut)
			}
			h := newHistory("app:9568", newNames())
			start := time.Unix(0, 0)
			h.take(nil, start, false, true)
			reading, leftOut := h.take(families, start.Add(time.Second), false, false)
			if leftOut != 0 {
				t.Errorf("%d series are left out", leftOut)
			}
			got := strings.Join(texts(reading), "\n") + "\n"
			golden := strings.TrimSuffix(file, "txt") + "golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(golden); err != nil || got != string(want) {
				t.Errorf("%v; got\n%s\nwant\n%s", err, got, want)
			}
			for _, s := range reading.Series {
				if s.Labels.Get(metrics.TargetLabel) != "app:9568" {
					t.Errorf("%s has no target", text(s))
				}
			}
		})
	}
}

func distribution(count int, sum float64) string {
	return fmt.Sprintf("# TYPE a histogram\na_bucket{le=\"+Inf\"} %[1]d\na_sum %[2]v\na_count %[1]d", count, sum)
}

// TestGrowth: counters that fall, that come late, and that have fractions. Readings are separated by ---.
func TestGrowth(t *testing.T) {
	tests := []struct {
		name  string
		pages []string // the first one is the base
		want  []string // of each reading after it
	}{
		{"grows", []string{"a_total 5", "a_total 7", "a_total 7"}, []string{"server_a_total + 2", "server_a_total + 0"}},
		{"starts again", []string{"a_total 5", "a_total 7", "a_total 3", "a_total 4"}, []string{"server_a_total + 2", "server_a_total + 3", "server_a_total + 1"}},
		{"comes with its first value", []string{"b_total 1", "b_total 1\na_total 3"}, []string{"server_a_total + 3 server_b_total + 0"}},
		{"is away for a while", []string{"a_total 5", "b_total 1", "a_total 9"}, []string{"server_b_total + 1", "server_a_total + 4"}},
		{"has fractions that are kept", []string{"a_total 0", "a_total 0.4", "a_total 0.8", "a_total 1.2", "a_total 2"},
			[]string{"server_a_total + 0", "server_a_total + 1", "server_a_total + 0", "server_a_total + 1"}},
		{"is a duration", []string{"a_seconds_total 1.1", "a_seconds_total 1.2"}, []string{"server_a_us_total + 100000"}},
		{"is negative", []string{"a_total -5", "a_total -7", "a_total 1"}, []string{"server_a_total + 0", "server_a_total + 1"}},
		{"is no number", []string{"a_total 1", "a_total NaN", "a_total +Inf", "a_total 3"}, []string{"", "", "server_a_total + 2"}},
		{"is beyond belief", []string{"a_total 1", "a_total 1e300", "a_total 2"}, []string{"", "server_a_total + 2"}},
		{"a gauge", []string{"a 1", "a 2.5", "a -1"}, []string{"server_a = 2.5", "server_a = -1"}},
		{"a distribution", []string{"# TYPE a_milliseconds summary\na_milliseconds_sum 10\na_milliseconds_count 2", "# TYPE a_milliseconds summary\na_milliseconds_sum 16\na_milliseconds_count 4",
			"# TYPE a_milliseconds summary\na_milliseconds_sum 16\na_milliseconds_count 4"},
			[]string{"server_a_us_count + 2 server_a_us_sum + 6000 server_a_us_mean = 3000", "server_a_us_count + 0 server_a_us_sum + 0"}},
		{"a distribution of negative values", []string{distribution(2, 10), distribution(3, 4), distribution(4, 2), distribution(5, 12), distribution(1, 3)}, []string{
			"server_a_count + 1 server_a_sum + 0 server_a_mean = -6", "server_a_count + 1 server_a_sum + 0 server_a_mean = -2",
			"server_a_count + 1 server_a_sum + 2 server_a_mean = 10", "server_a_count + 1 server_a_sum + 3 server_a_mean = 3"}},
		{"a distribution that starts again with a higher sum", []string{distribution(5, 10), distribution(2, 40)},
			[]string{"server_a_count + 2 server_a_sum + 40 server_a_mean = 20"}},
		{"processors", []string{"process_cpu_seconds_total 5", "process_cpu_seconds_total 5.25"},
			[]string{"server_process_cpu_us_total + 250000 server_process_cpu_percent = 25"}},
		{"two metrics with one name of ours", []string{"a_seconds 1", "a_microseconds 3\na_seconds 2"}, []string{"server_a_us = 2e+06"}},
		{"a label that is called target", []string{"a 1", `a{target="x"} 1`}, []string{"server_a{exported_target=x} = 1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHistory("app", newNames())
			var got []string
			for i, page := range test.pages {
				families, _, err := parse(t, page+"\n", defaultMatcher(t, "*"))
				if err != nil {
					t.Fatal(err)
				}
				reading, _ := h.take(families, time.Unix(int64(i), 0), false, false)
				got = append(got, strings.Join(texts(reading), " "))
			}
			if got[0] != "" || !slices.Equal(got[1:], test.want) {
				t.Errorf("got %q, want %q after an empty base", got, test.want)
			}
		})
	}
}

// TestABaseLaterOn forgets what happened between two batches.
func TestABaseLaterOn(t *testing.T) {
	h := newHistory("app", newNames())
	for i, want := range []string{"", "server_a_total + 3", "", "server_a_total + 1"} {
		families, _, err := parse(t, fmt.Sprintf("a_total %d\n", []int{1, 4, 100, 101}[i]), defaultMatcher(t, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if r, _ := h.take(families, time.Unix(int64(i), 0), false, i == 2); strings.Join(texts(r), " ") != want {
			t.Errorf("reading %d is %q, want %q", i, texts(r), want)
		}
	}
}

// TestLimits: of a page with too much, what is kept is right, and the rest is counted.
func TestLimits(t *testing.T) {
	page := func(value, series int) (text string) {
		var all strings.Builder
		for i := range series {
			fmt.Fprintf(&all, "a_total{n=\"%d\"} %d\n", i, value)
		}
		return all.String()
	}
	h := newHistory("app", newNames())
	read := func(text string) (*metrics.Reading, int) {
		t.Helper()
		families, cut, err := parse(t, text, defaultMatcher(t, "*"))
		if err != nil {
			t.Fatal(err)
		}
		r, leftOut := h.take(families, time.Unix(0, 0), cut > 0, false)
		return r, leftOut + cut
	}
	if _, leftOut := read(page(1, 200_000)); leftOut != 200_000-mostSeries {
		t.Errorf("%d series are left out, want all but %d", leftOut, mostSeries)
	}
	r, leftOut := read(page(4, 1100))
	if leftOut != 100 || len(r.Series) != mostSeries || r.Series[0].Count != 3 {
		t.Errorf("%d series are left out, %d read, the first is %+v", leftOut, len(r.Series), r.Series[0])
	}
	known := len(h.names.all())
	if _, leftOut := read("b_total 1\nc 1\n"); leftOut != 2 || len(h.names.all()) != known {
		t.Errorf("%d series of new metrics are left out, and %d metrics are kept in vain", leftOut, len(h.names.all())-known)
	}
	for name, text := range map[string]string{
		"a name of ours": `probe_failures 1`,
		"a long value":   `a{b="` + strings.Repeat("x", 201) + `"} 1`,
		"a long name":    `a{` + strings.Repeat("x", 41) + `="1"} 1`,
		"many labels":    `a{a="",b="",c="",d="",e="",f="",g="",h="",i="",j="",k="",l="",m="",n="",o="",p=""} 1`,
		"a long metric":  strings.Repeat("x", mostName) + ` 1`,
	} {
		if r, leftOut := read(text + "\n"); leftOut != 1 || len(r.Series) != 0 {
			t.Errorf("%s: %d left out, read %q", name, leftOut, texts(r))
		}
	}
	late := newHistory("app", newNames())
	late.take(nil, time.Unix(0, 0), true, false)
	families, _, _ := parse(t, "a_total 1000\n", defaultMatcher(t, "*"))
	if r, _ := late.take(families, time.Unix(1, 0), false, false); len(r.Series) != 0 {
		t.Errorf("%q, but it may have been there before", texts(r))
	}
}

// FuzzPage: no page breaks anything, and whatever comes of it can be aggregated and written.
func FuzzPage(f *testing.F) {
	pages, err := filepath.Glob("testdata/pages/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range pages {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(content), "*")
	}
	f.Add("a_total 1e308\na_total{x=\"\\n\\\"\"} -1 123\n# TYPE b histogram\nb_bucket{le=\"1\"} x\n", "/./")
	f.Add("{\"a.b\",c=\"d\"} 1\n", "a*")
	all := defaultMatcher(f, "*")
	f.Fuzz(func(t *testing.T, page, pattern string) {
		if one, err := compile(pattern); err == nil {
			_ = matcher{one}.matches(page)
		}
		families, cut, err := parse(t, page, all)
		if err != nil {
			return
		}
		h := newHistory("app:1", newNames())
		start := time.Unix(0, 0)
		a := metrics.NewAggregator(metrics.RunInfo{Start: start, Scenarios: []metrics.ScenarioInfo{{Name: "s"}}})
		h.take(nil, start, cut > 0, true)
		for second := range 2 {
			r, _ := h.take(families, start.Add(time.Duration(second)*time.Second), cut > 0, false)
			for _, s := range r.Series {
				if s.Count < 0 || s.Gauge != nil && (math.IsNaN(s.Gauge.Last) || math.IsInf(s.Gauge.Last, 0)) {
					t.Errorf("%+v", s)
				}
			}
			a.AddReading(r)
		}
		a.Add(&metrics.Snapshot{Node: "n", Seq: 1, Start: start, From: start, To: start.Add(time.Second), Last: true})
		for _, i := range a.Finish() {
			text, err := json.Marshal(i)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, new(metrics.Interval)); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
		}
	})
}
