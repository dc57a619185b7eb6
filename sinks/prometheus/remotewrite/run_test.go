package remotewrite

import (
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/prometheus/prometheustest"
	"github.com/liveload/liveload/sinks/pump"
)

// TestServerEqualsResult: at the end the server has what is in the Results, though seconds were revised and everything was
// sent twice. One without native histograms has their counts, sums and quantiles.
func TestServerEqualsResult(t *testing.T) {
	t.Parallel()
	for name, classic := range map[string]bool{"native histograms": false, "no native histograms": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := prometheustest.Start(t, prometheustest.Options{Classic: classic})
			address := s.Address()
			if classic {
				address += "?native=false"
			}
			o := connect(t, address)
			t.Cleanup(func() { o.client.CloseIdleConnections() })
			if err := o.Check(t.Context(), metrics.RunInfo{RunID: outputtest.SimulatedRun}); err != nil {
				t.Fatal(err)
			}
			for _, ago := range []time.Duration{2 * time.Minute, time.Minute} { // the second time is like scenarios that run after others
				results, end := sendRun(t, o, time.Now().Add(-ago))
				s.Compare(t, results, end.Add(-time.Millisecond), classic)
				if left := s.Query(t, `{run="`+outputtest.SimulatedRun+`", __name__!="liveload_prepared"}`, end); len(left) > 0 {
					t.Errorf("%d series have no end", len(left))
				}
				grown := s.Query(t, `sum(increase(liveload_http_requests_total{scenario="buy", status="4xx"}[45s]))`, end)
				if want := results[0].Global.Counters["http_requests"].By["4xx"]; len(grown) != 1 || grown[0].Value() < float64(want) {
					t.Errorf("the increase is %v, want at least %d", grown, want)
				}
			}
		})
	}
}

// sendRun sends a run, everything twice, and returns when its series end.
func sendRun(t *testing.T, o *Output, began time.Time) (results []metrics.Result, end time.Time) {
	t.Helper()
	var before []pump.Record
	results = outputtest.Simulate(t, began, func(i *metrics.Interval) {
		records, err := o.Encode(i)
		if err != nil {
			t.Fatal(err)
		}
		for _, batch := range [][]pump.Record{records, append(before, records...)} {
			if err := o.Send(t.Context(), batch); err != nil {
				t.Fatal(err)
			}
		}
		before = records
	})
	last, err := timeOf(before[len(before)-1].Data)
	if err != nil {
		t.Fatal(err)
	}
	return results, time.UnixMilli(last)
}
