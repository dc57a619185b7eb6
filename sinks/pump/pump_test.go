package pump_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/sinks/pump"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A destination is an Output whose answers a test scripts. An interval gives ten records of two points.
type destination struct {
	mu     sync.Mutex                                      // guards answer
	answer func(ctx context.Context, batch []string) error // nil takes everything
	check  error
	took   []string
	many   int          // records of an interval; 0 is ten
	sends  atomic.Int64 // also while it sends
	closed int
}

func (d *destination) Check(context.Context, metrics.RunInfo) error { return d.check }

func (d *destination) Encode(i *metrics.Interval) ([]pump.Record, error) {
	if i.Offset < 0 {
		return nil, errors.New("cannot be encoded")
	}
	return encoded(int(i.Offset/time.Second), cmp.Or(d.many, ten)), nil
}

const ten = 10

func encoded(second, many int) (records []pump.Record) {
	for n := range many {
		records = append(records, pump.Record{Points: 2, Data: fmt.Appendf(nil, "%d/%d", second, n)})
	}
	return records
}

func (d *destination) Send(ctx context.Context, batch []pump.Record) error {
	var texts []string
	for _, r := range batch {
		texts = append(texts, string(r.Data))
	}
	d.sends.Add(1)
	d.mu.Lock()
	answer := d.answer
	d.mu.Unlock()
	if answer != nil {
		if err := answer(ctx, texts); err != nil {
			return err
		}
	}
	d.took = append(d.took, texts...)
	return nil
}

// now changes the answers.
func (d *destination) now(answer func(context.Context, []string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = answer
}

func (d *destination) Close(context.Context) error { d.closed++; return nil }

// seconds are the texts of all records of the first seconds of a run.
func seconds(n int) (all []string) {
	for second := range n {
		for _, r := range encoded(second, ten) {
			all = append(all, string(r.Data))
		}
	}
	return all
}

func (d *destination) mustHave(t *testing.T, want []string) {
	t.Helper()
	if !slices.Equal(d.took, want) {
		t.Errorf("the destination took %d records %q, want %d %q", len(d.took), d.took, len(want), want)
	}
}

// A rig is a pump that runs in the bubble of a test.
type rig struct {
	*pump.Pump
	t    *testing.T
	log  *bytes.Buffer
	dir  string
	stop context.CancelFunc // the second interrupt
	at   int
}

// memory is what two intervals take.
const memory = 2100

func start(t *testing.T, d *destination, memory int) *rig {
	t.Helper()
	r := &rig{t: t, log: &bytes.Buffer{}, dir: filepath.Join(t.TempDir(), "run", "spool", "db")}
	ctx, stop := context.WithCancel(t.Context())
	r.stop = stop
	t.Cleanup(stop)
	r.Pump = pump.New(d, r.options(memory))
	if err := r.Start(ctx, metrics.RunInfo{RunID: "run 1"}); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rig) options(memory int) pump.Options {
	return pump.Options{
		Name: "the database", Kind: "db", Address: "http://db", Spool: r.dir, Memory: memory, Timeout: 30 * time.Second,
		Log: slog.New(slog.NewTextHandler(r.log, nil)),
	}
}

// second writes one second and lets it pass.
func (r *rig) second(n int) {
	r.t.Helper()
	for range n {
		began := time.Now()
		if err := r.Write(r.t.Context(), &metrics.Interval{Offset: time.Duration(r.at) * time.Second}); err != nil {
			r.t.Fatal(err)
		}
		if took := time.Since(began); took > 0 {
			r.t.Errorf("a Write took %v", took)
		}
		r.at++
		time.Sleep(time.Second)
	}
}

// end flushes and closes, and compares what became of the points, the notes and the error.
func (r *rig) end(want pump.Counts, notes, lost string) (took time.Duration) {
	r.t.Helper()
	began := time.Now()
	gotNotes, err := r.Flush(r.t.Context())
	took = time.Since(began)
	if got := r.Counts(); got != want {
		r.t.Errorf("counts %+v, want %+v", got, want)
	}
	if text := strings.ReplaceAll(strings.Join(gotNotes, "|"), r.dir, "DIR"); text != notes {
		r.t.Errorf("notes %q, want %q", text, notes)
	}
	if text := fmt.Sprint(err); text != lost {
		r.t.Errorf("Flush = %q, want %q", text, lost)
	}
	if err := r.Close(r.t.Context(), nil); err != nil {
		r.t.Error(err)
	}
	return took
}

func (r *rig) mustBeGone() {
	r.t.Helper()
	if _, err := os.Stat(filepath.Dir(r.dir)); !os.IsNotExist(err) {
		r.t.Errorf("the folder of the spool: %v, want none", err)
	}
}

var errAway = errors.New("connection refused")

// until returns an answer that fails for a while.
func until(d time.Duration, err error) func(context.Context, []string) error {
	end := time.Now().Add(d)
	return func(context.Context, []string) error {
		if time.Now().Before(end) {
			return err
		}
		return nil
	}
}

func TestEverythingArrivesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{}
		r := start(t, d, 0)
		r.second(20)
		if took := r.end(pump.Counts{Sent: 400}, "", "<nil>"); took != 0 {
			t.Errorf("the end took %v", took)
		}
		d.mustHave(t, seconds(20))
		if d.sends.Load() != 20 || d.closed != 1 || r.log.Len() > 0 {
			t.Errorf("%d sends, closed %d times, log %s", d.sends.Load(), d.closed, r.log)
		}
	})
}

func TestAwayForAWhile(t *testing.T) {
	cases := []struct {
		name    string
		memory  int
		spooled int64
		notes   string
	}{
		{"within memory", 0, 0, ""},
		{"longer than memory holds", memory, 600, "the database took 1200 points; 600 had to wait on disk"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &destination{answer: until(20*time.Second, errAway)}
				r := start(t, d, c.memory)
				r.second(60)
				if c.spooled > 0 { // when it comes back depends on the jitter
					c.spooled = r.Counts().Spooled
					c.notes = fmt.Sprintf("the database took 1200 points; %d had to wait on disk", c.spooled)
					if c.spooled < 400 || c.spooled > 700 {
						t.Errorf("%d points were spooled in 20 to 30 s of 20 points", c.spooled)
					}
				}
				r.end(pump.Counts{Sent: 1200, Spooled: c.spooled}, c.notes, "<nil>")
				d.mustHave(t, seconds(60))
				r.mustBeGone()
				if text := r.log.String(); strings.Count(text, "is away") != 1 || strings.Count(text, "is back") != 1 {
					t.Errorf("the log says\n%s", text)
				}
			})
		})
	}
}

func TestAwayUntilTheEndAndReplayed(t *testing.T) {
	for _, memory := range []int{memory, 0} {
		synctest.Test(t, func(t *testing.T) {
			d := &destination{}
			r := start(t, d, memory)
			r.second(5)
			d.now(until(time.Hour, errAway))
			r.second(10)
			took := r.end(pump.Counts{Sent: 100, Spooled: 200, Kept: 200},
				"the database took 100 points; 200 had to wait on disk|the database has not got 200 points (connection refused): send them with `liveload replay DIR`", "<nil>")
			if took != 30*time.Second {
				t.Errorf("the end took %v, want the timeout", took)
			}
			if header, err := pump.ReadHeader(r.dir); err != nil || header != (pump.Header{Format: 1, Kind: "db", Address: "http://db", RunID: "run 1"}) {
				t.Errorf("the spool has the header %+v, %v", header, err)
			}
			err := pump.Replay(t.Context(), d, r.options(0), nil)
			if want := "the database has not got 200 points, which stay in " + r.dir + ": connection refused"; err == nil || err.Error() != want {
				t.Errorf("Replay = %v, want %s", err, want)
			}
			d.mustHave(t, seconds(5))
			d.now(nil)
			var steps []int64
			err = pump.Replay(t.Context(), d, r.options(0), func(sent, left int64) { steps = append(steps, sent, left) })
			if err != nil || !slices.Equal(steps, []int64{200, 0}) {
				t.Errorf("Replay = %v, with the steps %v", err, steps)
			}
			d.mustHave(t, seconds(15))
			r.mustBeGone()
			if d.closed != 3 {
				t.Errorf("closed %d times, want once each time", d.closed)
			}
		})
	}
}

func TestNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{answer: func(ctx context.Context, _ []string) error { <-ctx.Done(); return ctx.Err() }}
		r := start(t, d, memory)
		r.second(60)
		took := r.end(pump.Counts{Spooled: 1200, Kept: 1200},
			"the database took 0 points; 1200 had to wait on disk|the database has not got 1200 points (context deadline exceeded): send them with `liveload replay DIR`", "<nil>")
		if took != 30*time.Second {
			t.Errorf("the end took %v, want the timeout", took)
		}
	})
}

func TestSecondInterruptEndsSoon(t *testing.T) {
	for name, press := range map[string]func(r *rig){
		"before the end": func(r *rig) { r.stop() },
		"at the end":     func(r *rig) { time.AfterFunc(5*time.Second, r.stop) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &destination{answer: until(time.Hour, errAway)}
				r := start(t, d, 0)
				r.second(3)
				press(r)
				took := r.end(pump.Counts{Spooled: 60, Kept: 60},
					"the database took 0 points; 60 had to wait on disk|the database has not got 60 points (connection refused): send them with `liveload replay DIR`", "<nil>")
				if took > 7*time.Second {
					t.Errorf("the end took %v", took)
				}
			})
		})
	}
}

func TestBusyForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{answer: until(12*time.Second, &pump.BusyError{Reason: "429 slow down", RetryAfter: 5500 * time.Millisecond})}
		r := start(t, d, 0)
		r.second(30)
		r.end(pump.Counts{Sent: 600}, "", "<nil>")
		d.mustHave(t, seconds(30))
		if d.sends.Load() != 3+1+13 { // at 0, 5.5 and 11 s; all that waited at 16.5 s; and each later second
			t.Errorf("%d sends", d.sends.Load())
		}
	})
}

func TestWhatCannotBeEncodedIsAnError(t *testing.T) {
	r := start(t, &destination{}, 0)
	if err := r.Write(t.Context(), &metrics.Interval{Offset: -1}); err == nil {
		t.Error("Write = nil")
	}
	r.end(pump.Counts{}, "", "<nil>")
}

func TestFailedCheckClosesTheOutput(t *testing.T) {
	d := &destination{check: errors.New("no such bucket")}
	p := pump.New(d, pump.Options{Log: slog.New(slog.DiscardHandler)})
	if err := p.Start(t.Context(), metrics.RunInfo{}); !errors.Is(err, d.check) || d.closed != 1 {
		t.Errorf("Start = %v, closed %d times", err, d.closed)
	}
}

// TestCloseWithoutFlush: another sink could not start.
func TestCloseWithoutFlush(t *testing.T) {
	d := &destination{}
	broken := errors.New("broken")
	log := slog.New(slog.DiscardHandler)
	f := sinks.NewFanout(log, nil, sinks.Named{Name: "a", Sink: pump.New(d, pump.Options{Log: log})},
		sinks.Named{Name: "b", Sink: pump.New(&destination{check: broken}, pump.Options{Log: log})})
	if err := f.Start(t.Context(), metrics.RunInfo{}); !errors.Is(err, broken) || d.closed != 1 {
		t.Errorf("Start = %v, closed %d times", err, d.closed)
	}
}
