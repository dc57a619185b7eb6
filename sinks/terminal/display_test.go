package terminal_test

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/sinks/terminal"
)

var _ sinks.Sink = (*terminal.Display)(nil)

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

// A play is a run of two or more scenarios on one node, second by second.
type play struct {
	run metrics.RunInfo
	agg *metrics.Aggregator
	rec *metrics.Recorder
}

func newPlay(names ...string) *play {
	run := metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: began, Version: "1.2.3"}
	for _, name := range names {
		run.Scenarios = append(run.Scenarios, metrics.ScenarioInfo{Name: name, Users: 10, Duration: 20 * time.Second})
	}
	return &play{run, metrics.NewAggregator(run), metrics.NewRecorder("here", began, metrics.NewRegistry())}
}

func (p *play) second(n int) *metrics.Interval {
	own := p.rec.Scope(metrics.NodeScope)
	own.Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With("here"), 97)
	own.Observe(metrics.GeneratorRSSBytes, metrics.GeneratorRSSBytes.With("here"), 1.25e9)
	own.Observe(metrics.GeneratorLag, metrics.GeneratorLag.With("here"), 1800)
	own.Add(metrics.GeneratorCPUTime, metrics.GeneratorCPUTime.With("here"), 730_000)
	for _, info := range p.run.Scenarios {
		s := p.rec.Scope(info.Name)
		if n == 1 {
			for range info.Users {
				s.UserStarted()
			}
		}
		for i := range 6 {
			ms := float64(1000 * (n + i))
			s.Add(metrics.Iterations, metrics.Iterations.With("ok"), 1)
			s.Observe(metrics.IterationDuration, metrics.IterationDuration.With("ok"), 300*ms)
			s.Observe(metrics.ActionDuration, metrics.ActionDuration.With("click"), 12*ms)
			s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With(fmt.Sprintf("event-%d", i%3)), 4*ms)
			s.Observe(metrics.WebSocketFrameReceivedBytes, metrics.WebSocketFrameReceivedBytes.With("ws://127.0.0.1:4000/live/websocket"), ms)
			s.Observe(metrics.HTTPRequestDuration, metrics.HTTPRequestDuration.With("document"), ms)
			s.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("2xx"), 4)
			s.Add(metrics.HTTPBytesReceived, metrics.HTTPBytesReceived.With("script"), 123_456)
		}
		if n%5 == 0 {
			s.Add(metrics.Iterations, metrics.Iterations.With("failed"), 1)
			s.Add(metrics.IterationFailures, metrics.IterationFailures.With("timeout"), 1)
			s.UserEnded(true)
			s.Failure(metrics.FailureSample{Class: "timeout", Kind: "error", ReasonInspect: "waited for \"#buy\" to be visible,\nbut \x1b[31mit is covered by <div class=\"overlay\">: deadline exceeded",
				Stacktrace: []string{"at default (buy.js:12:9)"}, MonotonicTime: 1, UserID: 4, Evidence: metrics.Evidence{Screenshot: "shots/timeout-1.png"}})
		}
	}
	intervals := p.agg.Add(p.rec.Snapshot(began.Add(time.Duration(n) * time.Second)))
	return intervals[len(intervals)-1]
}

func (p *play) through(t *testing.T, d *terminal.Display, seconds int) {
	t.Helper()
	if err := d.Start(t.Context(), p.run); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= seconds; n++ {
		if err := d.Write(t.Context(), p.second(n)); err != nil {
			t.Fatal(err)
		}
	}
}

func (p *play) results(seconds int) []metrics.Result {
	return p.agg.Results(began.Add(time.Duration(seconds) * time.Second))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	metricstest.Golden(t, filepath.Join("testdata", name), got)
}

// summaryOf returns what a quiet display prints.
func summaryOf(t *testing.T, results ...metrics.Result) string {
	t.Helper()
	var out bytes.Buffer
	if err := terminal.New(terminal.Options{Out: &out, Quiet: true}).Close(t.Context(), results); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func width(n int) func() int { return func() int { return n } }

func TestPlainRun(t *testing.T) {
	var out bytes.Buffer
	p := newPlay("buy")
	d := terminal.New(terminal.Options{Out: &out, Width: width(100), Files: []terminal.File{{What: "Result", Path: "r.json"}}})
	p.through(t, d, 20)
	if err := d.Close(t.Context(), p.results(20)); err != nil {
		t.Fatal(err)
	}
	golden(t, "plain.txt", out.Bytes())
}

func TestTTYRun(t *testing.T) {
	for _, tt := range []struct {
		name      string
		scenarios []string
	}{{"one.screen", []string{"buy"}}, {"two.screen", []string{"buy", "browse"}}} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			p := newPlay(tt.scenarios...)
			d := terminal.New(terminal.Options{Out: &out, TTY: true, Color: true, Width: width(100)})
			p.through(t, d, 12)
			golden(t, tt.name+".ansi", out.Bytes())
			golden(t, tt.name+".txt", []byte(screen(t, out.String())))
			if err := d.Close(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if left := screen(t, out.String()); strings.Contains(left, "generator") {
				t.Errorf("after Close the drawing is still there:\n%s", left)
			}
		})
	}
}

// What is drawn over must fit, or the next drawing would begin in the wrong line. Messages of the summary
// may wrap: nothing is worse than one that ends in the middle.
func TestDrawingFitsANarrowTerminal(t *testing.T) {
	for _, columns := range []int{1, 2, 10, 24, 40, 79} {
		var out bytes.Buffer
		p := newPlay("a scenario with a name as long as people give them")
		d := terminal.New(terminal.Options{Out: &out, TTY: true, Width: width(columns)})
		p.through(t, d, 6)
		drawn := stripCodes(out.String())
		if err := d.Close(t.Context(), p.results(6)); err != nil {
			t.Fatal(err)
		}
		if whole := "waited for \"#buy\" to be visible, but it is covered by <div class=\"overlay\">: deadline exceeded"; !strings.Contains(strings.Join(strings.Fields(stripCodes(out.String())), " "), whole) {
			t.Errorf("%d columns: the summary cuts the message %q", columns, whole)
		}
		for line := range strings.Lines(drawn) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > max(columns-1, 1) {
				t.Errorf("%d columns: a line of %d: %q", columns, n, line)
			}
		}
	}
}

func TestQuietPrintsOnlyTheSummary(t *testing.T) {
	var out bytes.Buffer
	p := newPlay("buy")
	d := terminal.New(terminal.Options{Out: &out, Quiet: true})
	p.through(t, d, 10)
	if out.Len() > 0 {
		t.Errorf("before the end it printed %q", out.String())
	}
	if err := d.Close(t.Context(), p.results(10)); err != nil || !strings.Contains(out.String(), "62 iterations") {
		t.Errorf("Close = %v, printed %q", err, out.String())
	}
}

// TestSummaryOfOwnMetrics: the metrics that a script defines stand next to those of liveload.
func TestSummaryOfOwnMetrics(t *testing.T) {
	p := newPlay("buy")
	own := func(m metrics.Metric) *metrics.Metric {
		defined, err := p.rec.Registry().Custom(m)
		if err != nil {
			t.Fatal(err)
		}
		return defined
	}
	s := p.rec.Scope("buy")
	for i, plan := range []string{"free", "pro"} {
		tags := metrics.LabelsOf("plan", plan)
		s.Observe(own(metrics.CustomTrend("order_us")), tags, 1500*float64(i+1))
		s.Add(own(metrics.CustomCounter("orders")), tags, int64(i+3))
		s.Add(own(metrics.CustomRate("found")), tags.With("outcome", metrics.PassOrFail(i == 0)), 1)
		s.SetGauge(own(metrics.CustomGauge("cart_bytes")), tags, 2000*float64(i+1))
	}
	s.Observe(metrics.ThrottleWait, metrics.ThrottleWait.With("checkouts"), 5e6)
	s.Add(metrics.Checks, metrics.Checks.With("cart", "pass"), 2)
	p.agg.Add(p.rec.Snapshot(began.Add(time.Second)))
	golden(t, "own.txt", []byte(summaryOf(t, p.results(1)...)))
}

func TestSummaryOfScenarioThatCouldNotRun(t *testing.T) {
	text := summaryOf(t, metrics.Result{Name: "sell", Error: "sell.js:3: config: no baseURL"})
	if want := "✗ sell could not run: sell.js:3: config: no baseURL"; !strings.Contains(text, want) {
		t.Errorf("printed %q, want %q in it", text, want)
	}
}

// Log lines come from many goroutines while the display draws; each stands whole above the drawing.
func TestLogLinesDoNotTear(t *testing.T) {
	var out bytes.Buffer
	p := newPlay("buy")
	d := terminal.New(terminal.Options{Out: &out, TTY: true, Width: width(100)})
	log := d.LogWriter()
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := range 50 {
				if _, err := fmt.Fprintf(log, "writer %d says %d\n", w, i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	p.through(t, d, 10)
	all.Wait()
	if _, err := io.WriteString(log, "half a "); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "half a") {
		t.Error("a line was printed before its end")
	}
	if _, err := io.WriteString(log, "line\n"); err != nil {
		t.Fatal(err)
	}
	seen := screen(t, out.String())
	for w := range 4 {
		for i := range 50 {
			if line := fmt.Sprintf("writer %d says %d\n", w, i); strings.Count("\n"+seen, "\n"+line) != 1 {
				t.Fatalf("%q is not on the screen once:\n%s", line, seen)
			}
		}
	}
	if !strings.Contains(seen, "half a line\nbuy  ") || strings.Count(seen, "generator") != 1 {
		t.Errorf("the drawing is not once below the log:\n%s", seen)
	}
}

func TestWriteErrorsAreReturned(t *testing.T) {
	p := newPlay("buy")
	d := terminal.New(terminal.Options{Out: closedPipe{}})
	if err := d.Close(t.Context(), p.results(1)); err == nil {
		t.Error("Close = nil, but nothing was printed")
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
