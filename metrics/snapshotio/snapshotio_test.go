package snapshotio_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/snapshotio"
)

var began = time.Date(2026, 8, 1, 12, 0, 0, 123, time.UTC)

// A worker records at random and makes snapshots.
type worker struct {
	*rand.Rand
	registry *metrics.Registry
	recorder *metrics.Recorder
	seconds  int
}

func newWorker(seed uint64) *worker {
	w := &worker{Rand: rand.New(rand.NewPCG(seed, 1)), registry: metrics.NewRegistry()}
	w.recorder = metrics.NewRecorder("one", began, w.registry)
	return w
}

func (w *worker) snapshot() *metrics.Snapshot {
	for _, scenario := range []string{"buy", "browse", metrics.NodeScope} {
		w.record(w.recorder.Scope(scenario))
	}
	w.seconds++
	s := w.recorder.Snapshot(began.Add(time.Duration(w.seconds)*time.Second + time.Duration(w.IntN(1e8))))
	s.Last = w.IntN(20) == 0
	return s
}

func (w *worker) record(s *metrics.Scope) {
	for range w.IntN(20) {
		s.UserStarted()
		s.Observe(metrics.ActionDuration, metrics.ActionDuration.With(fmt.Sprint("operation ", w.IntN(30))), w.value())
		s.Add(metrics.LiveViewEvents, metrics.LiveViewEvents.With(fmt.Sprint("event ", w.IntN(250))), w.Int64N(3))
	}
	if w.IntN(3) == 0 {
		queue, err := w.registry.Custom(metrics.CustomGauge(fmt.Sprint("queue_", w.IntN(10))))
		if err != nil {
			panic(err)
		}
		s.SetGauge(queue, metrics.LabelsOf("tag", "größe\n", "a", "b"), w.NormFloat64())
	}
	if w.IntN(3) == 0 {
		s.UserEnded(w.IntN(2) == 0)
		s.Failure(metrics.FailureSample{
			Class: "timeout", Kind: "error", ReasonInspect: "waited for \xff", Stacktrace: []string{"buy.js:3:7", ""}, MonotonicTime: w.Int64(), UserID: 7,
			Evidence: metrics.Evidence{Screenshot: "shots/1.png", Trace: "trace.zip"},
		})
	}
}

func (w *worker) value() float64 {
	switch w.IntN(5) {
	case 0:
		return 0
	case 1:
		return float64(w.IntN(1e6))
	}
	return w.ExpFloat64() * 1e5
}

func check(t *testing.T, got *metrics.Snapshot, err error, want *metrics.Snapshot) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("snapshot %d became\n%+v\nfrom\n%+v", want.Seq, got, want)
	}
}

func encode(t testing.TB, e *snapshotio.Encoder, s *metrics.Snapshot) []byte {
	t.Helper()
	b, err := e.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryFieldSurvives(t *testing.T) {
	for seed := range uint64(20) {
		w, e, d := newWorker(seed), snapshotio.NewEncoder(), snapshotio.NewDecoder("one", "buy", "browse")
		for range 20 {
			s := w.snapshot()
			got, err := d.Decode(encode(t, e, s))
			check(t, got, err, s)
		}
	}
}

// TestMessagesThatAreResent: the receiver acknowledges what it can decode, and what is not acknowledged comes again,
// some of it twice, until everything has arrived as it was sent.
func TestMessagesThatAreResent(t *testing.T) {
	for seed := range uint64(20) {
		w, e, d := newWorker(seed), snapshotio.NewEncoder(), snapshotio.NewDecoder("one", "buy", "browse")
		var sent []*metrics.Snapshot
		var open [][2]int // number of a snapshot, and of its bytes
		var messages [][]byte
		for n := range 20 {
			sent = append(sent, w.snapshot())
			messages = append(messages, encode(t, e, sent[n]))
			open = append(open, [2]int{n, n})
		}
		for turns := 0; len(open) > 0; turns++ {
			if turns > len(sent) {
				t.Fatalf("%d messages never arrived", len(open))
			}
			w.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
			var left [][2]int
			for _, o := range open {
				got, err := d.Decode(messages[o[1]])
				if _, missing := errors.AsType[*snapshotio.MissingError](err); missing {
					left = append(left, o)
					continue
				}
				check(t, got, err, sent[o[0]])
				if w.IntN(3) == 0 {
					got, err = d.Decode(messages[o[1]])
					check(t, got, err, sent[o[0]])
				}
			}
			open = left
		}
	}
}

// TestAnEncoderGoesOnAfterAnError: the keys of a snapshot that could not be sent are in the next one, and bytes of before
// are told apart.
func TestAnEncoderGoesOnAfterAnError(t *testing.T) {
	w, e, d := newWorker(1), snapshotio.NewEncoder(), snapshotio.NewDecoder("one", "buy", "browse")
	before := encode(t, e, w.snapshot())
	bad := w.snapshot()
	bad.Failures = []metrics.FailureSample{{ReasonInspect: strings.Repeat("x", 10_001)}}
	if _, err := e.Encode(bad); err == nil {
		t.Error("a message that the decoder would refuse has no error")
	}
	s := w.snapshot()
	got, err := d.Decode(encode(t, e, s))
	check(t, got, err, s)
	if _, err := d.Decode(before); !errors.As(err, new(*snapshotio.MissingError)) {
		t.Errorf("bytes of before: %v", err)
	}
}

// TestKeysTravelOnce: a second of the same series is much smaller than the first one.
func TestKeysTravelOnce(t *testing.T) {
	e := snapshotio.NewEncoder()
	first, second := encode(t, e, realistic(1)), encode(t, e, realistic(2))
	if len(second)*3 > len(first)*2 {
		t.Errorf("the first message has %d bytes, the second %d: it has keys again", len(first), len(second))
	}
}
