package dashboard

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/report"
	"github.com/liveload/liveload/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

// A simulated run has one node and one scenario.
type simulated struct {
	info     metrics.RunInfo
	agg      *metrics.Aggregator
	recorder *metrics.Recorder
	second   int
}

func simulate() *simulated {
	info := metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "buy", Users: 3, Load: "3 users"}}}
	return &simulated{info: info, agg: metrics.NewAggregator(info), recorder: metrics.NewRecorder("here", began, metrics.NewRegistry())}
}

// pass returns the intervals of the next second.
func (r *simulated) pass() []*metrics.Interval { return r.passOf(1) }

// passOf passes several seconds at once.
func (r *simulated) passOf(seconds int) []*metrics.Interval {
	r.second += seconds
	s := r.recorder.Scope("buy")
	if r.second == seconds {
		s.UserStarted()
	}
	s.Add(metrics.Iterations, metrics.Iterations.With("ok"), int64(r.second%3))
	s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With(fmt.Sprint("event ", r.second%4)), float64(1000*r.second))
	return r.agg.Add(r.recorder.Snapshot(began.Add(time.Duration(r.second) * time.Second)))
}

func (r *simulated) results() []metrics.Result {
	return r.agg.Results(began.Add(time.Duration(r.second) * time.Second))
}

// opened is a dashboard that is served.
type opened struct {
	*Sink
	url, secret string
}

// serve starts a dashboard of the run. The test closes it.
func serve(t *testing.T, address string, run metrics.RunInfo) *opened {
	t.Helper()
	o := &opened{}
	sink, err := New(Options{Address: address, Page: web.Page{HTML: "<p>the page", Policy: "default-src 'none'"}, Log: slog.New(slog.DiscardHandler), Opened: func(url, _ string) {
		o.url, o.secret, _ = strings.Cut(url, "/#")
	}})
	if err != nil {
		t.Fatal(err)
	}
	o.Sink = sink
	if err := sink.Start(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *opened) close(t *testing.T, results []metrics.Result) {
	t.Helper()
	if err := o.Close(context.Background(), results); err != nil {
		t.Error(err)
	}
}

func (o *opened) write(t *testing.T, intervals []*metrics.Interval) {
	t.Helper()
	for _, i := range intervals {
		if err := o.Write(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
}

// get asks for a path with the secret.
func (o *opened) get(t *testing.T, path string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, o.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+o.secret)
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// A reader is a page: it keeps the newest data as the page's program does.
type reader struct {
	answer *http.Response
	lines  *bufio.Reader
	data   report.Data
	kinds  []string
}

func (o *opened) read(t *testing.T) *reader {
	t.Helper()
	answer := o.get(t, "/events")
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		t.Fatalf("%s: %s", answer.Status, text)
	}
	return &reader{answer: answer, lines: bufio.NewReaderSize(answer.Body, 1<<20)}
}

// next takes events up to the next one with data.
func (r *reader) next(t *testing.T) (kind string) {
	t.Helper()
	for {
		line, err := r.lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			kind = strings.TrimSpace(name)
		}
		text, ok := strings.CutPrefix(line, "data: ")
		if !ok || kind == "status" {
			continue
		}
		r.kinds = append(r.kinds, kind)
		r.take(t, kind, text)
		return kind
	}
}

func (r *reader) take(t *testing.T, kind, text string) {
	t.Helper()
	if kind != "update" {
		r.data = report.Data{}
		if err := json.Unmarshal([]byte(text), &r.data); err != nil {
			t.Fatal(err)
		}
		return
	}
	var u update
	if err := json.Unmarshal([]byte(text), &u); err != nil {
		t.Fatal(err)
	}
	for i := range u.Data.Scenarios {
		if i < len(r.data.Scenarios) {
			u.Data.Scenarios[i].Series = joined(r.data.Scenarios[i].Series, u.Data.Scenarios[i].Series, u.Since[i])
		}
	}
	r.data = u.Data
}

// joined does what web/src/live/join.ts does.
func joined(before, tail metrics.TimeSeries, since int) metrics.TimeSeries {
	tail.ActiveUsers = slices.Concat(before.ActiveUsers[:since], tail.ActiveUsers)
	tail.NodeCount = slices.Concat(before.NodeCount[:since], tail.NodeCount)
	column := func(old, end []int64) []int64 {
		return slices.Concat(old[:min(since, len(old))], make([]int64, max(since-len(old), 0)), end)
	}
	for metric, one := range tail.Counters {
		old := before.Counters[metric]
		one.Aggregate = column(old.Aggregate, one.Aggregate)
		for label, end := range one.By {
			one.By[label] = column(old.By[label], end)
		}
		tail.Counters[metric] = one
	}
	tail.Histograms = nil // TestHistoryIsTheResult compares them
	return tail
}

// TestTheEndIsTheReport: a page that has watched from the beginning, and one that came late, see the same, which is what the Result
// has in the end; and then they have the report.
func TestTheEndIsTheReport(t *testing.T) {
	run := simulate()
	o := serve(t, "", run.info)
	early := o.read(t)
	for range 30 {
		o.write(t, run.pass())
		early.next(t)
	}
	o.write(t, run.agg.Finish())
	early.next(t)
	late := o.read(t)
	late.next(t)
	want := run.results()
	for name, page := range map[string]*reader{"early": early, "late": late} {
		series := page.data.Scenarios[0].Series
		series.Histograms = nil
		expected := want[0].Global.TimeSeries
		expected.Histograms = nil
		metricstest.SameJSON(t, expected, series)
		if v := page.data.Verdict; v.State != report.Running || page.data.Kind != report.Dashboard {
			t.Errorf("%s: a %s that is %s", name, page.data.Kind, v.State)
		}
	}
	if early.kinds[0] != "whole" || !slices.Contains(early.kinds, "update") || !slices.Equal(late.kinds, []string{"whole"}) {
		t.Errorf("the early page got %q, the late one %q", early.kinds, late.kinds)
	}
	closed := make(chan struct{})
	go func() { defer close(closed); o.close(t, want) }()
	for _, page := range []*reader{early, late} {
		for page.next(t) != "end" {
		}
		metricstest.SameJSON(t, asJSON(t, report.FromResults(want)), asJSON(t, page.data))
		page.answer.Body.Close()
	}
	<-closed
}

// asJSON is what a page has of data.
func asJSON(t *testing.T, d report.Data) (back any) {
	t.Helper()
	if err := json.Unmarshal(encode(d), &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// TestPagesAreBounded: one too many is told so, and finds a place when another one has left.
func TestPagesAreBounded(t *testing.T) {
	o := serve(t, "", simulate().info)
	defer o.close(t, nil)
	var pages []*reader
	for range mostReaders {
		pages = append(pages, o.read(t))
	}
	refused := o.get(t, "/events")
	text, _ := io.ReadAll(refused.Body)
	refused.Body.Close()
	if refused.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(text), "16 pages show this run already") {
		t.Errorf("%s %s", refused.Status, text)
	}
	for _, page := range pages {
		page.answer.Body.Close()
	}
	for {
		answer := o.get(t, "/events")
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return
		}
	}
}

// TestTheEndWaitsForNobodyWhoIsAsleep: a page that never leaves does not keep the run.
func TestTheEndWaitsForNobodyWhoIsAsleep(t *testing.T) {
	o := serve(t, "", simulate().info)
	page := o.read(t)
	defer page.answer.Body.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := o.Close(ctx, nil); err != nil {
		t.Error(err)
	}
	if _, err := http.Get(o.url); err == nil {
		t.Error("somebody still listens")
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:x":                  "write HOST:PORT, such as 127.0.0.1:8080",
		"http://127.0.0.1":             "write HOST:PORT",
		"127.0.0.1:99999":              "ports go up to 65535",
		"0.0.0.0?token=secret":         `the address of the dashboard has no option "token": it has cert, key`,
		"0.0.0.0?cert=a.pem":           "needs a certificate and its key",
		"0.0.0.0?cert=a.pem&key=b.pem": "read the certificate of the dashboard",
	} {
		if _, err := New(Options{Address: address}); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("New(%q) = %v; want %q", address, err, want)
		}
	}
	taken := serve(t, "", simulate().info)
	defer taken.close(t, nil)
	sink, err := New(Options{Address: strings.TrimPrefix(taken.url, "http://"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := sink.Start(t.Context(), metrics.RunInfo{}); err == nil || !strings.Contains(err.Error(), "something listens at 127.0.0.1:") {
		t.Errorf("Start at a port that is taken = %v", err)
	}
}
