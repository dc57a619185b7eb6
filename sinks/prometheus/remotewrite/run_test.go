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
// sent twice. The next run is like scenarios that run after others.
func TestServerEqualsResult(t *testing.T) {
	t.Parallel()
	s := prometheustest.Start(t, prometheustest.Options{})
	o := checked(t, s.Address())
	equalsResult(t, s, o, 2*time.Minute, false, 2)
	equalsResult(t, s, o, time.Minute, false, 1)
}

// TestClassicServerEqualsResult: one without native histograms has their counts, sums and quantiles.
func TestClassicServerEqualsResult(t *testing.T) {
	t.Parallel()
	s := prometheustest.Start(t, prometheustest.Options{Classic: true})
	equalsResult(t, s, checked(t, s.Address()+"?native=false"), time.Minute, true, 1)
}

// checked returns an output that is ready for a run.
func checked(t *testing.T, address string) *Output {
	t.Helper()
	o := connect(t, address)
	t.Cleanup(o.client.CloseIdleConnections)
	if err := o.Check(t.Context(), metrics.RunInfo{RunID: outputtest.SimulatedRun}); err != nil {
		t.Fatal(err)
	}
	return o
}

// equalsResult sends a run that began some time ago, and compares.
func equalsResult(t *testing.T, s *prometheustest.Server, o *Output, ago time.Duration, classic bool, times int) {
	t.Helper()
	results, end := sendRun(t, o, time.Now().Add(-ago), times)
	s.Compare(t, results, end.Add(-time.Millisecond), classic)
	if left := s.Query(t, `{run="`+outputtest.SimulatedRun+`", __name__!="liveload_prepared"}`, end); len(left) > 0 {
		t.Errorf("%d series have no end", len(left))
	}
	grown := s.Query(t, `sum(increase(liveload_http_requests_total{scenario="buy", status="4xx"}[45s]))`, end)
	if want := results[0].Global.Counters["http_requests"].By["4xx"]; len(grown) != 1 || grown[0].Value() < float64(want) {
		t.Errorf("the increase is %v, want at least %d", grown, want)
	}
}

// sendRun sends a run, everything once or twice, and returns when its series end.
func sendRun(t *testing.T, o *Output, began time.Time, times int) (results []metrics.Result, end time.Time) {
	t.Helper()
	var before []pump.Record
	results = outputtest.Simulate(t, began, func(i *metrics.Interval) {
		records, err := o.Encode(i)
		if err != nil {
			t.Fatal(err)
		}
		for _, batch := range [][]pump.Record{records, append(before, records...)}[:times] {
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
