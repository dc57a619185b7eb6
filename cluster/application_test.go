package cluster

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A countingApplication counts a request each second, and one more after the users are gone.
type countingApplication struct {
	begun, over int
}

// Begin implements Application.
func (a *countingApplication) Begin(context.Context) { a.begun++ }

// Follow implements Application.
func (a *countingApplication) Follow(ctx context.Context, start time.Time, add func(*metrics.Reading)) {
	m := metrics.ServerMetric("server_requests_total", metrics.Counter)
	request := func() {
		add(&metrics.Reading{At: time.Now(), Metrics: []*metrics.Metric{&m}, Series: []metrics.Series{{Metric: m.Name, Count: 1}}})
	}
	for time.Sleep(time.Until(start.Add(time.Second / 2))); ; {
		select {
		case <-ctx.Done():
			time.Sleep(10 * time.Second) // the Result waits for it, and is no longer by it
			request()
			a.over++
			return
		default:
		}
		request()
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
}

// TestTheApplicationIsReadWhileUsersRun: each batch from its start, with what comes after the last user, once for all of
// its scenarios.
func TestTheApplicationIsReadWhileUsersRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		engine, sink, application := &fakeEngine{}, &recordingSink{}, &countingApplication{}
		c := newController(engine, sink)
		c.Application = application
		p := planOf("first", "second", "beside")
		p.Scenarios[0].Batch, p.Scenarios[1].Batch, p.Scenarios[2].Batch = 1, 2, 2
		results, err := c.Run(t.Context(), p, nil)
		if err != nil || len(results) != 3 || application.begun != 2 || application.over != 2 {
			t.Fatalf("%d results, %v; the application was begun %d times and read to the end %d times", len(results), err, application.begun, application.over)
		}
		for _, r := range results {
			if n := r.Global.Counters["server_requests_total"].Aggregate; n != 11 || r.Global.ElapsedMS != 10_000 {
				t.Errorf("%s: %d requests in %d ms", r.Name, n, r.Global.ElapsedMS)
			}
		}
		for _, i := range sink.intervals {
			if i.Reported != 1 || i.Nodes != 1 || i.Offset > 10*time.Second {
				t.Errorf("second %v: %d nodes of %d reported", i.Offset, i.Reported, i.Nodes)
			}
		}
		checkLast(t, sink)
	})
}
