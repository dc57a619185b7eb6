package remotewrite

import (
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/prometheus/prometheustest"
	"github.com/liveload/liveload/sinks/pump"
)

// TestServerEqualsResult: at the end the server has what is in the Results, though seconds were revised and some
// were sent again, also beside new ones. The next run is like scenarios that run after others.
func TestServerEqualsResult(t *testing.T) {
	t.Parallel()
	s := prometheustest.Start(t, prometheustest.Options{})
	o := checked(t, s.Address())
	equalsResult(t, s, o, 2*time.Minute, false, 3)
	equalsResult(t, s, o, time.Minute, false, never)
}

// TestClassicServerEqualsResult: one without native histograms has their counts, sums and quantiles.
func TestClassicServerEqualsResult(t *testing.T) {
	t.Parallel()
	s := prometheustest.Start(t, prometheustest.Options{Classic: true})
	equalsResult(t, s, checked(t, s.Address()+"?native=false"), time.Minute, true, never)
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
func equalsResult(t *testing.T, s *prometheustest.Server, o *Output, ago time.Duration, classic bool, again int) {
	t.Helper()
	results, end := sendRun(t, o, time.Now().Add(-ago), again)
	s.Compare(t, results, end.Add(-time.Millisecond), classic)
	if left := s.Query(t, `{run="`+outputtest.SimulatedRun+`", __name__!="liveload_prepared"}`, end); len(left) > 0 {
		t.Errorf("%d series have no end", len(left))
	}
	grown := s.Query(t, `sum(increase(liveload_http_requests_total{scenario="buy", status="4xx"}[45s]))`, end)
	if want := results[0].Global.Counters["http_requests"].By["4xx"]; len(grown) != 1 || grown[0].Value() < float64(want) {
		t.Errorf("the increase is %v, want at least %d", grown, want)
	}
}

// never is more intervals than a run has.
const never = 1000

// sendRun sends a run, and returns when its series end. It sends one of so many intervals again, after the one before.
func sendRun(t *testing.T, o *Output, began time.Time, again int) (results []metrics.Result, end time.Time) {
	t.Helper()
	var before []pump.Record
	sent := 0
	results = outputtest.Simulate(t, began, func(i *metrics.Interval) {
		records, err := o.Encode(i)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Send(t.Context(), records); err != nil {
			t.Fatal(err)
		}
		if sent++; sent%again == 0 {
			if err := o.Send(t.Context(), slices.Concat(before, records)); err != nil {
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
