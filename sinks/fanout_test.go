package sinks_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fake remembers its calls; the test may hold its writes back or let them fail.
type fake struct {
	startErr, writeErr error
	hold               chan struct{} // writes wait until it is closed or ctx is over
	calls              []string
	offsets            []time.Duration
	results            int
}

func (f *fake) Start(context.Context, metrics.RunInfo) error {
	f.calls = append(f.calls, "start")
	return f.startErr
}

func (f *fake) Write(ctx context.Context, i *metrics.Interval) error {
	if f.hold != nil {
		select {
		case <-f.hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	f.offsets = append(f.offsets, i.Offset)
	return f.writeErr
}

func (f *fake) Close(_ context.Context, results []metrics.Result) error {
	f.calls = append(f.calls, "close")
	f.results = len(results)
	return nil
}

func start(t *testing.T, list ...sinks.Named) *sinks.Fanout {
	t.Helper()
	f := sinks.NewFanout(slog.New(slog.DiscardHandler), nil, list...)
	if err := f.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t *testing.T, f *sinks.Fanout, n int) {
	t.Helper()
	for i := range n {
		if err := f.Write(t.Context(), &metrics.Interval{Offset: time.Duration(i)}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFanoutDeliversAllInOrder(t *testing.T) {
	a, b := &fake{}, &fake{}
	f := start(t, sinks.Named{Name: "a", Sink: a}, sinks.Named{Name: "b", Sink: b})
	write(t, f, 5)
	if err := f.Close(t.Context(), make([]metrics.Result, 2)); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*fake{a, b} {
		if !slices.Equal(s.offsets, []time.Duration{0, 1, 2, 3, 4}) || s.results != 2 || !slices.Equal(s.calls, []string{"start", "close"}) {
			t.Errorf("a sink got intervals %v, %d results, calls %v", s.offsets, s.results, s.calls)
		}
	}
}

func TestFanoutSlowSinkDelaysNobody(t *testing.T) {
	slow, fast := &fake{hold: make(chan struct{})}, &fake{}
	f := start(t, sinks.Named{Name: "slow", Sink: slow}, sinks.Named{Name: "fast", Sink: fast})
	write(t, f, 2000) // more than a queue holds: would block if it could
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	results := make([]metrics.Result, 1)
	err := f.Close(ctx, results)
	if err == nil || !strings.Contains(err.Error(), "write to slow: 1999 intervals were dropped since it is too slow") {
		t.Errorf("Close = %v, want the losses of the slow sink", err)
	}
	if notes := strings.Join(results[0].Health.Notes, "|"); notes != strings.ReplaceAll(err.Error(), "\n", "|") {
		t.Errorf("the Result notes %q, Close says %q", notes, err)
	}
	if len(slow.offsets) != 0 || !slices.Contains(slow.calls, "close") {
		t.Errorf("the held sink wrote %d, calls %v; want none, and to be closed", len(slow.offsets), slow.calls)
	}
	if len(fast.offsets) == 0 || !slices.IsSorted(fast.offsets) {
		t.Errorf("the fast sink got %d intervals", len(fast.offsets))
	}
}

func TestFanoutReportsFailedWrites(t *testing.T) {
	refused := errors.New("refused")
	bad, fine := &fake{writeErr: refused}, &fake{}
	f := start(t, sinks.Named{Name: "bad", Sink: bad}, sinks.Named{Name: "fine", Sink: fine})
	write(t, f, 3)
	err := f.Close(t.Context(), nil)
	if err == nil || err.Error() != "write to bad: 3 intervals were not accepted, the first with: refused" {
		t.Errorf("Close = %v, want the three refused writes", err)
	}
	if len(fine.offsets) != 3 {
		t.Errorf("the other sink got %d intervals, want 3", len(fine.offsets))
	}
}

func TestFanoutFailedStartClosesTheStarted(t *testing.T) {
	broken := errors.New("no such server")
	first, second, third := &fake{}, &fake{startErr: broken}, &fake{}
	f := sinks.NewFanout(slog.New(slog.DiscardHandler), nil, sinks.Named{Name: "1", Sink: first}, sinks.Named{Name: "2", Sink: second}, sinks.Named{Name: "3", Sink: third})
	if err := f.Start(t.Context(), metrics.RunInfo{}); !errors.Is(err, broken) || !strings.Contains(err.Error(), "start 2") {
		t.Errorf("Start = %v, want the error of the second", err)
	}
	if !slices.Equal(first.calls, []string{"start", "close"}) || !slices.Equal(second.calls, []string{"start"}) || len(third.calls) != 0 {
		t.Errorf("calls %v, %v, %v", first.calls, second.calls, third.calls)
	}
}

// TestADisplayGetsTheNewest: what it had no time for is no loss.
func TestADisplayGetsTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		display := &fake{hold: make(chan struct{})}
		f := start(t, sinks.Named{Name: "the screen", Sink: display, Display: true})
		write(t, f, 1)
		synctest.Wait() // it has taken that one
		write(t, f, 5)
		close(display.hold)
		if err := f.Close(t.Context(), nil); err != nil || !slices.Equal(display.offsets, []time.Duration{0, 4}) {
			t.Errorf("it drew %v, Close = %v; want the first and the newest", display.offsets, err)
		}
	})
}

// TestLossesAreToldWhileTheRunGoesOn: at once, and then at most every ten seconds.
func TestLossesAreToldWhileTheRunGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		f := sinks.NewFanout(slog.New(slog.NewTextHandler(&log, nil)), nil, sinks.Named{Name: "the database", Sink: &fake{writeErr: errors.New("refused")}})
		if err := f.Start(t.Context(), metrics.RunInfo{}); err != nil {
			t.Fatal(err)
		}
		lines := func() int { return strings.Count(log.String(), "\n") }
		for second := range 25 {
			write(t, f, 1)
			synctest.Wait()
			if want := 1 + second/10; lines() != want {
				t.Fatalf("after %d s there are %d lines, want %d:\n%s", second, lines(), want, log.String())
			}
			time.Sleep(time.Second)
		}
		for _, want := range []string{"the database: 1 interval was not accepted, the first with: refused", "21 intervals were not accepted"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %q:\n%s", want, log.String())
			}
		}
		if err := f.Close(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "25 intervals") {
			t.Errorf("Close = %v", err)
		}
	})
}

// A flushing sink has a note, two points that waited on disk, and a loss.
type flushing struct{ fake }

func (f *flushing) Counted() (spooled, lost int64) { return 2, 1 }

func (f *flushing) Flush(context.Context) ([]string, error) {
	f.calls = append(f.calls, "flush")
	return []string{"2 points waited"}, errors.New("1 point was lost")
}

func TestFlushComesBetweenTheLastWriteAndClose(t *testing.T) {
	sink := &flushing{}
	f := start(t, sinks.Named{Name: "a", Sink: sink})
	results := []metrics.Result{{Name: "buy"}, {Name: "broken", Error: "it could not run"}}
	if err := f.Close(t.Context(), results); err == nil || err.Error() != "1 point was lost" {
		t.Errorf("Close = %v", err)
	}
	if notes := results[0].Health.Notes; !slices.Equal(notes, []string{"2 points waited", "1 point was lost"}) || !slices.Equal(sink.calls, []string{"start", "flush", "close"}) {
		t.Errorf("notes %q, calls %v", notes, sink.calls)
	}
	for metric, want := range map[*metrics.Metric]int64{metrics.SinkPointsSpooled: 2, metrics.SinkPointsLost: 1} {
		if c := results[0].Global.Counters[metric.Name]; c.Aggregate != want || c.By["a"] != want || len(results[1].Global.Counters) > 0 {
			t.Errorf("%s: %+v in the Result, want %d", metric.Name, c, want)
		}
	}
}
