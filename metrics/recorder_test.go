package metrics_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

func newRecorder() *metrics.Recorder {
	return metrics.NewRecorder("node-1", time.Now(), metrics.NewRegistry())
}

// Writers and a snapshotter race; in the end every sample was in exactly one snapshot.
func TestRecorderLosesNothing(t *testing.T) {
	const writers, each = 64, 2000
	r := newRecorder()
	scope := r.Scope("buy")
	stop, stopped := make(chan struct{}), make(chan struct{})
	counts, values := int64(0), metrics.Sketch("")
	take := func() {
		for _, s := range r.Snapshot(time.Now()).Series {
			counts, values = counts+s.Count, values.Plus(s.Sketch)
		}
	}
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				take()
			}
		}
	}()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				scope.Add(metrics.LiveViewEvents, metrics.LiveViewEvents.With(fmt.Sprintf("event-%d", i%7)), 1)
				scope.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With("inc"), float64(w*each+i))
			}
		})
	}
	all.Wait()
	close(stop)
	<-stopped
	take()
	const n = writers * each
	if counts != n || values.Count() != n || values.Sum() != float64(n)*(n-1)/2 || values.Max() != n-1 {
		t.Errorf("recorded %d counts, %d values with sum %v and max %v; want %d each", counts, values.Count(), values.Sum(), values.Max(), n)
	}
}

func TestRecorderDropsAndCounts(t *testing.T) {
	r := newRecorder()
	s := r.Scope("buy")
	s.Observe(metrics.HTTPRequestDuration, metrics.HTTPRequestDuration.With("document"), -1)
	s.Observe(metrics.HTTPRequestDuration, metrics.HTTPRequestDuration.With("document"), math.NaN())
	s.Observe(metrics.HTTPRequestDuration, metrics.HTTPRequestDuration.With("document"), math.Inf(1))
	s.Observe(metrics.HTTPRequestDuration, metrics.HTTPRequestDuration.With("document"), 0)
	s.Add(metrics.Iterations, metrics.Iterations.With("ok"), -3)
	got := metricstest.NewReading(r)
	if n := got.Sketch("buy", metrics.HTTPRequestDuration, "document").Count(); n != 1 {
		t.Errorf("%d values recorded, want only the 0", n)
	}
	metricstest.SameJSON(t, map[string]int64{"negative": 2, "not a number": 1, "too large": 1}, got.Labels("buy", metrics.SamplesDropped))
}

func TestRecorderLimitsLabels(t *testing.T) {
	r := newRecorder()
	for i := range 250 {
		r.Scope("buy").Add(metrics.BrowserJSErrors, metrics.BrowserJSErrors.With(fmt.Sprintf("error %d", i)), 2)
		r.Scope("browse").Add(metrics.BrowserJSErrors, metrics.BrowserJSErrors.With("same"), 1)
	}
	snap := r.Snapshot(time.Now())
	other, labels := int64(0), 0
	for _, s := range snap.Series {
		if s.Scenario == "buy" {
			labels++
			if s.Labels == metrics.BrowserJSErrors.With("other") {
				other = s.Count
			}
		}
	}
	if labels != 201 || other != 100 {
		t.Errorf("%d labels with %d in other, want 200 and other with 100", labels, other)
	}
	metricstest.SameJSON(t, []metrics.LabelsOverflow{{Scenario: "buy", Metric: "browser_js_errors", Samples: 50}}, snap.Overflow)
}

func TestRecorderUsersGaugesFailures(t *testing.T) {
	r := newRecorder()
	s := r.Scope("buy")
	cart := &metrics.Metric{Name: "cart_size", Kind: metrics.Gauge}
	for range 3 {
		s.UserStarted()
	}
	s.UserEnded(true)
	s.UserEnded(false)
	for _, v := range []float64{3, 9, 4} {
		s.SetGauge(cart, metrics.Labels{}, v)
	}
	for i := range 25 {
		s.Failure(metrics.FailureSample{Class: "timeout", Kind: "error", ReasonInspect: fmt.Sprint(i), UserID: int64(i)})
	}
	got := metricstest.NewReading(r)
	metricstest.SameJSON(t, metrics.UserCounts{Scenario: "buy", Started: 3, Succeeded: 1, Failed: 1}, got.Users("buy"))
	metricstest.SameJSON(t, metrics.GaugeValue{Last: 4, Min: 3, Max: 9}, got.Gauge("buy", cart, metrics.Labels{}))
	s.Failure(metrics.FailureSample{Class: "timeout"})
	s.Failure(metrics.FailureSample{Class: "crash"})
	failures := got.Failures()
	if len(failures) != 11 || failures[9].ReasonInspect != "9" || failures[10].Class != "crash" {
		t.Fatalf("kept %d samples, want the first ten of a class and the one of the other", len(failures))
	}
	if f := failures[0]; f.MonotonicTime <= 0 || f.Scenario != "buy" {
		t.Errorf("sample %+v has no time or scenario", f)
	}
}

// TestEvidenceIsSeen: to take evidence of the first failure needs time, in which many others come on this node and others.
func TestEvidenceIsSeen(t *testing.T) {
	agg := newRun("buy")
	for _, name := range []string{"a", "b"} {
		n := newNode(name, agg)
		for i := range 40 {
			f := metrics.FailureSample{Class: "timeout", Kind: "error", ReasonInspect: fmt.Sprint(i)}
			if i >= 12 && i < 14 {
				f.Screenshot = fmt.Sprintf("%s-%d.png", name, i)
			}
			n.Scope("buy").Failure(f)
		}
		n.report(time.Second)
	}
	var seen []string
	samples := agg.Results(began.Add(2 * time.Second))[0].Global.FailureSamples["timeout"]
	for _, s := range samples {
		if s.Screenshot != "" {
			seen = append(seen, s.Screenshot)
		}
	}
	if len(samples) != 10 || fmt.Sprint(seen) != "[a-12.png a-13.png b-12.png b-13.png]" {
		t.Errorf("%d samples, of which %v have evidence; want ten, and all evidence", len(samples), seen)
	}
}

// TestBegin: what was recorded while a run was prepared is forgotten, and its times are counted from its start.
func TestBegin(t *testing.T) {
	r := newRecorder()
	scope := r.Scope("buy")
	scope.Add(metrics.LiveViewEvents, metrics.LabelsOf("event", "warm-up"), 1)
	scope.Observe(metrics.LiveViewEventDuration, metrics.LabelsOf("event", "warm-up"), 5)
	cart := &metrics.Metric{Name: "cart_size", Kind: metrics.Gauge}
	scope.SetGauge(cart, metrics.Labels{}, 9)
	scope.UserStarted()
	scope.Failure(metrics.FailureSample{Class: "early"})
	start := time.Now().Add(time.Hour)
	r.Begin(start, start.Add(-time.Hour))
	scope.SetGauge(cart, metrics.Labels{}, 4)
	snapshot := r.Snapshot(start.Add(time.Second))
	if len(snapshot.Series) != 1 || snapshot.Series[0].Gauge.Max != 4 || len(snapshot.Users)+len(snapshot.Failures) != 0 {
		t.Errorf("a run that has just begun has %+v", snapshot)
	}
	if !snapshot.Start.Equal(start) || !snapshot.From.Equal(start) {
		t.Errorf("the run starts at %v with a snapshot from %v, want %v", snapshot.Start, snapshot.From, start)
	}
}

// TestBeginOfANodeThatJoinsLater: its first snapshot counts in the second in which it was made.
func TestBeginOfANodeThatJoinsLater(t *testing.T) {
	r := newRecorder()
	start := time.Now()
	r.Begin(start, start.Add(7300*time.Millisecond))
	snapshot := r.Snapshot(start.Add(9 * time.Second))
	if from := snapshot.From.Sub(snapshot.Start); !snapshot.Start.Equal(start) || from != 7300*time.Millisecond {
		t.Errorf("a run that began at %v has a snapshot from %v after %v", start, from, snapshot.Start)
	}
}

func TestSnapshotTravelsAsJSON(t *testing.T) {
	r := newRecorder()
	r.Scope("buy").Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With("inc"), 1234)
	r.Scope("buy").Add(metrics.Iterations, metrics.Iterations.With("ok"), 5)
	r.Scope("buy").UserStarted()
	sent := r.Snapshot(time.Now())
	b, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	var arrived metrics.Snapshot
	if err := json.Unmarshal(b, &arrived); err != nil {
		t.Fatal(err)
	}
	metricstest.SameJSON(t, sent, arrived)
	if next := r.Snapshot(time.Now()); next.Seq != 2 || !next.From.Equal(sent.To) || len(next.Series) != 0 {
		t.Errorf("the next snapshot is %+v, want number 2, from where the first ended, empty", next)
	}
}

func TestRecordingDoesNotAllocate(t *testing.T) {
	s, labels := newRecorder().Scope("buy"), metrics.LiveViewEvents.With("inc", "/counter")
	record := func() {
		s.Observe(metrics.LiveViewEventDuration, labels, 1234)
		s.Add(metrics.LiveViewEvents, labels, 1)
	}
	for range 10_000 {
		record() // until every shard has its series
	}
	if n := testing.AllocsPerRun(1000, record); n > 0 {
		t.Errorf("a record allocates %v times, want 0", n)
	}
}

func BenchmarkObserveParallel(b *testing.B) {
	s, labels := newRecorder().Scope("buy"), metrics.LiveViewEvents.With("inc", "/counter")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		v := 0.0
		for pb.Next() {
			v += 17
			s.Observe(metrics.LiveViewEventDuration, labels, v)
		}
	})
}

func BenchmarkAddParallel(b *testing.B) {
	s, labels := newRecorder().Scope("buy"), metrics.LiveViewEvents.With("inc", "/counter")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s.Add(metrics.LiveViewEvents, labels, 1)
		}
	})
}

// TestManyPaths: beyond 200 sets of labels requests keep their status and type, and those without a path all they have.
func TestManyPaths(t *testing.T) {
	r := metrics.NewRecorder("node", time.Now(), metrics.NewRegistry())
	s := r.Scope("buy")
	for i := range 250 {
		s.Add(metrics.HTTPRequests, metrics.HTTPRequests.With("2xx", "fetch", "200", "shop", "/a"+strconv.Itoa(i)), 1)
	}
	image := metrics.HTTPRequests.With("4xx", "image")
	s.Add(metrics.HTTPRequests, image, 1)
	got := metricstest.NewReading(r).Sets("buy", metrics.HTTPRequests)
	if n := got[metrics.HTTPRequests.With("2xx", "fetch", "other", "other", "other")]; n != 50 || got[image] != 1 || len(got) != 202 {
		t.Errorf("%d under other, %d images, %d sets; want 50, 1 and 202", n, got[image], len(got))
	}
}
