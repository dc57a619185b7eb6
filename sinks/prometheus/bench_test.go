package prometheus

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/prometheus/totals"
)

// BenchmarkScrape is what a scrape of 10,000 histograms with 1000 values each costs, in the format of native histograms,
// when none of them has changed since the last one, and when all have.
func BenchmarkScrape(b *testing.B) {
	began := time.Unix(1790000000, 0)
	random := rand.New(rand.NewPCG(1, 2))
	node := metrics.NewRecorder("a", began, metrics.NewRegistry())
	observed := func(count int) metrics.Sketch {
		for range count {
			node.Scope("buy").Observe(metrics.ScenarioDuration, metrics.Labels{}, math.Exp(random.NormFloat64()+10))
		}
		return node.Snapshot(began.Add(time.Second)).Series[0].Sketch
	}
	second := func(values metrics.Sketch) *metrics.Interval {
		var all []metrics.Series
		for n := range 10_000 {
			labels := metrics.StepDuration.With(fmt.Sprint("step ", n))
			all = append(all, metrics.Series{Metric: metrics.StepDuration.Name, Labels: labels, Sketch: values})
		}
		return &metrics.Interval{Start: began, Revision: 1, Scenarios: []metrics.ScenarioInterval{{Scenario: "buy", State: &metrics.State{Totals: all}}}}
	}
	before := observed(1000)
	seconds := []*metrics.Interval{second(before), second(before.Plus(observed(1)))}
	for name, step := range map[string]int{"no change": 0, "all changed": 1} {
		b.Run(name, func(b *testing.B) {
			s := &Sink{totals: totals.New(metrics.RunInfo{RunID: "run-1"})}
			handler := s.handler()
			request := httptest.NewRequest(http.MethodGet, "/metrics", nil)
			request.Header.Set("Accept", "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited")
			scrape := func(n int) {
				if err := s.Write(b.Context(), seconds[n%2]); err != nil {
					b.Fatal(err)
				}
				handler.ServeHTTP(nowhere{http.Header{}, io.Discard}, request)
			}
			scrape(0)
			for n := step; b.Loop(); n += step {
				scrape(n)
			}
		})
	}
}

// nowhere is a client that forgets what it reads.
type nowhere struct {
	header http.Header
	io.Writer
}

func (n nowhere) Header() http.Header { return n.header }
func (n nowhere) WriteHeader(int)     {}
