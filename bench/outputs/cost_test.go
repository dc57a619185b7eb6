package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/sinks/outputs"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/pump"
)

const (
	nodes           = 200
	metricsOfANode  = 30
	labelsOfAMetric = 10 // so that a node has 300 series
	secondsOfARun   = 15
	// pause is between two seconds of a run: the outputs are done with one before the next comes.
	pause = 20 * time.Millisecond
)

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

// A load is what nodes measure in a second.
type load struct {
	byNode bool // each node's own numbers are written too
	spread int  // so many nodes have the same labels; 1 is all
}

// info is what the outputs are told at the start.
func (l load) info() metrics.RunInfo {
	info := metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: began, ByNode: l.byNode, Scenarios: []metrics.ScenarioInfo{{Name: "buyers", Users: nodes}}}
	for n := range nodes {
		info.Nodes = append(info.Nodes, fmt.Sprint("node-", n))
	}
	return info
}

// intervals are the seconds of a run on 200 nodes, each of which measures 300 series a second. Only the last ones are
// kept, which have the state of a run that goes on for a while.
func (l load) intervals(keep int) (all []*metrics.Interval) {
	aggregator, random := metrics.NewAggregator(l.info()), rand.New(rand.NewPCG(1, 2))
	var recorders []*metrics.Recorder
	for _, name := range l.info().Nodes {
		recorders = append(recorders, metrics.NewRecorder(name, began, metrics.NewRegistry()))
	}
	for second := range secondsOfARun {
		for n, r := range recorders {
			record(r, random, n%l.spread)
			for _, i := range aggregator.Add(r.Snapshot(began.Add(time.Duration(second+1) * time.Second))) {
				if second >= secondsOfARun-keep {
					all = append(all, i)
				}
			}
		}
	}
	return all
}

// record makes one second of one node: a third of the series are counters, the others histograms.
func record(r *metrics.Recorder, random *rand.Rand, part int) {
	scope := r.Scope("buyers")
	for n, m := range metrics.Catalogue()[:metricsOfANode] {
		for label := range labelsOfAMetric {
			labels := metrics.LabelsOf("operation", fmt.Sprint("press the button ", part*labelsOfAMetric+label), "page", "/products/:id")
			switch {
			case m.Kind == metrics.Counter:
				scope.Add(m, labels, 1)
			case n%3 == 0:
				scope.Add(counterBeside(m), labels, 1)
			default:
				for range 3 {
					scope.Observe(m, labels, 1e3*float64(1+random.IntN(1000)))
				}
			}
		}
	}
}

// counterBeside replaces a histogram, so that there are enough counters.
func counterBeside(m *metrics.Metric) *metrics.Metric {
	return &metrics.Metric{Name: m.Name + "_seen", Kind: metrics.Counter, Unit: metrics.Events}
}

// kinds are the outputs that are measured, each with an address that takes everything.
func kinds(b *testing.B) map[string]string {
	swallow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == "/api/v2/write" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	}))
	b.Cleanup(swallow.Close)
	dir := b.TempDir()
	return map[string]string{
		"csv": filepath.Join(dir, "points.csv"), "jsonl": filepath.Join(dir, "points.jsonl.gz"), "influxdb": swallow.URL, "otlp": swallow.URL,
		"prometheus": scraped(b), "prometheus-rw": swallow.URL,
	}
}

// scraped returns an address to serve metrics at. They are asked for as often as a second is written, as Prometheus asks.
func scraped(b *testing.B) string {
	address := outputtest.FreeAddress(b)
	var scraper sync.WaitGroup
	ctx, stop := context.WithCancel(b.Context())
	b.Cleanup(func() { stop(); scraper.Wait() })
	scraper.Go(func() {
		for ; ctx.Err() == nil; time.Sleep(pause) {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", nil)
			if err != nil {
				panic(err) // we made the address
			}
			request.Header.Set("Accept", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
			if reply, err := http.DefaultClient.Do(request); err == nil { // it is being measured
				_, _ = io.Copy(io.Discard, reply.Body)
				reply.Body.Close()
			}
		}
	})
	return address
}

// BenchmarkOutputs is what a second of 200 nodes with 300 series each costs in outputs, one by one and all together:
// encoding, compressing, sending, and the server that throws it away, as a share of one core.
func BenchmarkOutputs(b *testing.B) {
	l := load{spread: 1}
	seconds, addresses := l.intervals(10), kinds(b)
	var texts []string
	for _, k := range outputs.All() {
		if addresses[k.Name] == "" {
			b.Fatalf("there is no address for %s", k.Name)
		}
		text := k.Name + "=" + addresses[k.Name]
		texts = append(texts, text)
		b.Run(k.Name, func(b *testing.B) { cost(b, l, seconds, text) })
	}
	b.Run("all", func(b *testing.B) { cost(b, l, seconds, texts...) })
}

// BenchmarkLarge is the same for a run with as many series as there can be: 200 of each of the 30 metrics.
func BenchmarkLarge(b *testing.B) {
	l := load{spread: 20}
	seconds, addresses := l.intervals(2), kinds(b)
	for _, k := range outputs.All() {
		b.Run(k.Name, func(b *testing.B) { cost(b, l, seconds, k.Name+"="+addresses[k.Name]) })
	}
}

// BenchmarkByNode is the same with each node's own numbers, 60,000 points a second.
func BenchmarkByNode(b *testing.B) {
	l := load{spread: 1, byNode: true}
	seconds, addresses := l.intervals(2), kinds(b)
	for _, kind := range []string{"csv", "jsonl", "influxdb"} {
		b.Run(kind, func(b *testing.B) { cost(b, l, seconds, kind+"="+addresses[kind]) })
	}
}

// cost writes one interval after the other. The end, which waits until everything is sent, belongs to it.
func cost(b *testing.B, l load, seconds []*metrics.Interval, texts ...string) {
	all := open(b, texts)
	for _, one := range all {
		if err := one.Sink.Start(b.Context(), l.info()); err != nil {
			b.Fatal(err)
		}
	}
	before, n := cpu(b), 0
	for b.Loop() {
		i := *seconds[n%len(seconds)]
		i.Offset = time.Duration(n) * time.Second
		for _, one := range all {
			if err := one.Sink.Write(b.Context(), &i); err != nil {
				b.Fatal(err)
			}
		}
		time.Sleep(pause)
		n++
	}
	b.StopTimer()
	for _, one := range all {
		if err := end(b, one.Sink); err != nil {
			b.Errorf("%s: %v", one.Name, err)
		}
	}
	b.ReportMetric(100*(cpu(b)-before).Seconds()/float64(n), "%core")
	b.ReportMetric(0, "ns/op") // most of it is the pause
}

func open(b *testing.B, texts []string) []sinks.Named {
	var targets []outputs.Target
	for _, text := range texts {
		target, err := outputs.All().Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		targets = append(targets, target)
	}
	all, err := outputs.Open(targets, outputs.Options{
		Env: func(string) string { return "" }, Spool: b.TempDir(), Timeout: time.Minute, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	return all
}

// end ends an output, which must have sent everything.
func end(b *testing.B, sink sinks.Sink) error {
	if flusher, ok := sink.(sinks.Flusher); ok {
		if _, err := flusher.Flush(b.Context()); err != nil {
			return err
		}
	}
	if p, ok := sink.(*pump.Pump); ok && (p.Counts().Kept > 0 || p.Counts().Sent == 0) {
		b.Errorf("not everything was sent: %+v", p.Counts())
	}
	return sink.Close(context.WithoutCancel(b.Context()), nil)
}

// cpu is what this process has used.
func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
