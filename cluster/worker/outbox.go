package worker

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/snapshotio"
)

// An outbox sends events to the controller, each once and in order: the next one goes when the one before is acknowledged.
// While the controller cannot be reached, they wait, and when there are many, neighbours among the snapshots become one. Safe for concurrent use.
type outbox struct {
	mu      sync.Mutex
	waiting []item
	news    chan struct{} // holds that something waits
	// unacknowledged gets the snapshots, in order, that the controller may not have.
	unacknowledged func(job int, s *metrics.Snapshot)
}

// mostWaiting is how many items wait at most, but for events, which are few.
const mostWaiting = 120

func newOutbox(unacknowledged func(job int, s *metrics.Snapshot)) *outbox {
	return &outbox{news: make(chan struct{}, 1), unacknowledged: unacknowledged}
}

// An item is an event, a snapshot of a job, or somebody who waits until all before it was sent.
type item struct {
	sent     chan struct{}
	event    wire.Event
	job      int
	snapshot *metrics.Snapshot
	encoder  *snapshotio.Encoder // of the job
}

func (o *outbox) put(one item) {
	o.mu.Lock()
	o.waiting = append(o.waiting, one)
	if len(o.waiting) > mostWaiting {
		o.waiting = halved(o.waiting)
	}
	o.mu.Unlock()
	select {
	case o.news <- struct{}{}:
	default:
	}
}

// halved returns the items with one snapshot for each two of a job that follow each other.
func halved(all []item) (fewer []item) {
	pair := false // the last of fewer is two already
	for _, one := range all {
		last := len(fewer) - 1
		if last < 0 || pair || one.snapshot == nil || fewer[last].snapshot == nil || fewer[last].job != one.job {
			fewer, pair = append(fewer, one), false
			continue
		}
		fewer[last].snapshot, pair = fewer[last].snapshot.Then(one.snapshot), true
	}
	return fewer
}

// flush waits until what is there was sent, or for a while.
func (o *outbox) flush(patience time.Duration) {
	sent := make(chan struct{})
	o.put(item{sent: sent})
	select {
	case <-sent:
	case <-time.After(patience):
	}
}

func (o *outbox) take() (one item, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waiting) == 0 {
		return item{}, false
	}
	one = o.waiting[0]
	o.waiting[0] = item{}
	o.waiting = o.waiting[1:]
	return one, true
}

// send sends what is put until ctx is over. ask asks the controller until it answers. A job of which a snapshot cannot be sent
// has failed when it is done; lost hears of that at once.
func (o *outbox) send(ctx context.Context, subject string, ask func(context.Context, *nats.Msg) (*nats.Msg, error), lost func(job int, err error)) error {
	failed := map[int]error{} // by the number of the job
	for seq := int64(0); ; {
		one, ok := o.take()
		if !ok {
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-o.news:
				continue
			}
		}
		if one.sent != nil {
			close(one.sent)
			continue
		}
		if done := one.event.Done; done != nil && done.Error == nil {
			done.Error = wire.NewError(failed[one.event.Job])
		}
		messages, err := pack(one, subject)
		if err != nil {
			failed[one.job] = err
			o.missed(one)
			lost(one.job, err)
			continue
		}
		counts := true
		for _, msg := range messages {
			seq++
			msg.Header.Set(wire.HeaderSeq, strconv.FormatInt(seq, 10))
			answer, err := ask(ctx, msg)
			if err != nil {
				o.missed(one) // or it was the answer that was lost
				return err
			}
			counts = answer.Header.Get(wire.HeaderUncounted) == ""
		}
		if !counts {
			o.missed(one)
		}
	}
}

// missed notes what the controller may not have of an item.
func (o *outbox) missed(one item) {
	if one.snapshot != nil {
		o.unacknowledged(one.job, one.snapshot)
	}
}

// leave notes that the controller does not have what still waits. It is called when nothing is sent any more.
func (o *outbox) leave() {
	for one, more := o.take(); more; one, more = o.take() {
		o.missed(one)
	}
}

// pack makes the messages of an item: several when it is large.
func pack(one item, subject string) (messages []*nats.Msg, err error) {
	var payload []byte
	if one.snapshot != nil {
		payload, err = one.encoder.Encode(one.snapshot)
	} else {
		payload, err = json.Marshal(one.event)
	}
	if err != nil {
		return nil, err
	}
	for more := true; more; {
		msg := nats.NewMsg(subject)
		n := min(len(payload), wire.ChunkSize)
		msg.Data, payload = payload[:n], payload[n:]
		if more = len(payload) > 0; more {
			msg.Header.Set(wire.HeaderMore, "yes")
		}
		if one.snapshot != nil {
			msg.Header.Set(wire.HeaderJob, strconv.Itoa(one.job))
		}
		messages = append(messages, msg)
	}
	return messages, nil
}
