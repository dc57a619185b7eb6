package worker

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/snapshotio"
)

// TestOutboxWhileNobodyAnswers: what waits is bounded, and nothing that was counted is lost.
func TestOutboxWhileNobodyAnswers(t *testing.T) {
	const seconds = 1000
	var missed []*metrics.Snapshot
	o := newOutbox(func(_ int, s *metrics.Snapshot) { missed = append(missed, s) })
	encoder, start := snapshotio.NewEncoder(), time.Now()
	for n := range int64(seconds) {
		from := start.Add(time.Duration(n) * time.Second)
		o.put(item{job: 1, encoder: encoder, snapshot: &metrics.Snapshot{Seq: n + 1, Start: start, From: from, To: from.Add(time.Second),
			Series: []metrics.Series{{Scenario: "shop", Metric: metrics.Iterations.Name, Labels: metrics.Iterations.With("ok"), Count: 2}}}})
		if n == seconds/2 {
			o.put(item{event: wire.Event{Job: 1, Ended: "shop"}})
		}
		if len(o.waiting) > mostWaiting {
			t.Fatalf("%d items wait", len(o.waiting))
		}
	}
	decoder, count, reached, ended, sent := snapshotio.NewDecoder("here", "shop"), int64(0), start, 0, 0
	over := errors.New("nothing is left")
	err := o.send(t.Context(), "events", func(_ context.Context, msg *nats.Msg) (*nats.Msg, error) {
		if sent++; msg.Header.Get(wire.HeaderSeq) != strconv.Itoa(sent) {
			t.Errorf("message %d has the number %s", sent, msg.Header.Get(wire.HeaderSeq))
		}
		if msg.Header.Get(wire.HeaderJob) == "" {
			ended++
			return &nats.Msg{}, nil
		}
		snapshot, err := decoder.Decode(msg.Data)
		if err != nil {
			return nil, err
		}
		if !snapshot.From.Equal(reached) {
			t.Errorf("a snapshot begins at %v, but the one before ends at %v", snapshot.From, reached)
		}
		reached = snapshot.To
		count += snapshot.Series[0].Count
		if !reached.Before(start.Add(seconds * time.Second)) {
			return nil, over
		}
		return &nats.Msg{}, nil
	}, func(_ int, err error) { t.Error(err) })
	if err != over || count != 2*seconds || ended != 1 {
		t.Errorf("%d iterations and %d ends arrived, want %d and 1; %v", count, ended, 2*seconds, err)
	}
	if len(missed) != 1 || !missed[0].To.Equal(reached) {
		t.Errorf("the controller may not have %+v, want the last snapshot, for which no answer came", missed)
	}
}

// TestLargeEvents travel in several messages, which together are the event.
func TestLargeEvents(t *testing.T) {
	text := strings.Repeat("x", 2*wire.ChunkSize)
	messages, err := pack(item{event: wire.Event{Ended: text}}, "events")
	if err != nil {
		t.Fatal(err)
	}
	whole := ""
	for i, msg := range messages {
		whole += string(msg.Data)
		if more := msg.Header.Get(wire.HeaderMore) != ""; more != (i < len(messages)-1) || len(msg.Data) > wire.ChunkSize {
			t.Errorf("message %d of %d has %d bytes; more follow: %v", i+1, len(messages), len(msg.Data), more)
		}
	}
	if len(messages) != 3 || !strings.Contains(whole, text) {
		t.Errorf("%d messages with %d bytes", len(messages), len(whole))
	}
}
