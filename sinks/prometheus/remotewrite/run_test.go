package remotewrite

import (
	"errors"
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
			began := time.Now().Add(-time.Minute)
			if err := o.Check(t.Context(), metrics.RunInfo{RunID: outputtest.SimulatedRun}); err != nil {
				t.Fatal(err)
			}
			var all, before []pump.Record
			results := outputtest.Simulate(t, began, func(i *metrics.Interval) {
				records, err := o.Encode(i)
				if err != nil {
					t.Fatal(err)
				}
				for _, batch := range [][]pump.Record{records, append(before, records...)} {
					send(t, o, batch)
				}
				before, all = records, append(all, records...)
			})
			end := newest(t, all)
			s.Compare(t, results, end.Add(-time.Millisecond), classic)
			if left := s.Query(t, `{run="`+outputtest.SimulatedRun+`", __name__!="liveload_prepared"}`, end); len(left) > 0 {
				t.Errorf("%d series have no end", len(left))
			}
			grown := s.Query(t, `sum(increase(liveload_http_requests_total{scenario="buy", status="4xx"}[2m]))`, end)
			if want := results[0].Global.Counters["http_requests"].By["4xx"]; len(grown) != 1 || grown[0].Value() < float64(want) {
				t.Errorf("the increase is %v, want at least %d", grown, want)
			}
		})
	}
}

// send sends records, and each half of them once more when the batch is refused, as the pump does.
func send(t *testing.T, o *Output, batch []pump.Record) {
	t.Helper()
	err := o.Send(t.Context(), batch)
	var refused *pump.RefusedError
	switch {
	case err == nil || len(batch) == 0:
	case errors.As(err, &refused) && len(batch) > 1:
		send(t, o, batch[:len(batch)/2])
		send(t, o, batch[len(batch)/2:])
	default:
		t.Fatal(err)
	}
}

// newest returns the time of the last record.
func newest(t *testing.T, records []pump.Record) time.Time {
	t.Helper()
	at, err := timeOf(records[len(records)-1].Data)
	if err != nil {
		t.Fatal(err)
	}
	return time.UnixMilli(at)
}
