package remote

import (
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/metrics/snapshotio"
	"github.com/liveload/liveload/node"
)

const (
	// mostEvent bounds an event, which may come in several messages: a snapshot, or what setup has returned.
	mostEvent = max(snapshotio.MaxSize, node.MaxReturned) + 1<<10
	// mostAhead is how far the clock of a worker may be set between the reading of it and the start.
	mostAhead = time.Minute
)

// An inbox takes the events of a worker, each once and in order. The worker sends the next one when the one before is
// acknowledged, and repeats it until then.
type inbox struct {
	mu      sync.Mutex
	job     *job   // whose events are taken; those of earlier ones are of no use any more
	seq     int64  // of the newest message
	partial []byte // of an event that more messages continue
	counted bool   // the newest one counts
	junk    int
	over    bool // the worker is lost, and nothing of it counts any more
}

func (b *inbox) set(j *job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.job = j
}

// event takes a message of the worker.
func (n *Node) event(msg *nats.Msg) {
	n.hear()
	seq, err := strconv.ParseInt(msg.Header.Get(wire.HeaderSeq), 10, 64)
	if err != nil || seq < 1 {
		n.inbox.refuse(n)
		return
	}
	counts, err := n.inbox.take(n, seq, msg)
	if err != nil {
		n.hub.Log.Warn("an event of a node could not be read", "node", n.name, "error", err)
		n.inbox.refuse(n)
		return
	}
	reply := nats.NewMsg(msg.Reply)
	reply.Header.Set(wire.HeaderSeq, strconv.FormatInt(seq, 10))
	if !counts {
		reply.Header.Set(wire.HeaderUncounted, "yes")
	}
	_ = msg.RespondMsg(reply) // without it the worker sends the event again
}

// refuse counts what cannot be read.
func (b *inbox) refuse(n *Node) {
	b.mu.Lock()
	b.junk++
	tooMuch := b.junk == mostJunk
	b.mu.Unlock()
	if tooMuch {
		go n.expel(unreadable)
	}
}

// take hands on the event of a message, if it is new and whole, and says whether it counts.
func (b *inbox) take(n *Node, seq int64, msg *nats.Msg) (counts bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case seq == b.seq:
		n.needless()
		return b.counted, nil // it was taken before, and the acknowledgement was lost
	case b.over:
		return false, nil
	case seq < b.seq:
		n.needless()
		return false, nil
	case seq > b.seq+1:
		return false, fmt.Errorf("message %d follows %d", seq, b.seq)
	}
	whole := append(b.partial, msg.Data...)
	if len(whole) > mostEvent {
		return false, fmt.Errorf("it has more than %d bytes", mostEvent)
	}
	if msg.Header.Get(wire.HeaderMore) != "" {
		b.seq, b.partial = seq, whole
		n.hub.partials.keep(n, len(whole))
		return true, nil
	}
	if b.partial != nil {
		n.hub.partials.drop(n)
	}
	b.seq, b.partial = seq, nil
	if b.counted, err = b.read(n, msg.Header.Get(wire.HeaderJob), whole); err != nil {
		b.over, b.counted = true, false // what it measured is not complete
		go n.expel("it has sent what nobody can read: " + plain(err.Error()))
	}
	return b.counted, nil
}

// end takes nothing more.
func (b *inbox) end(n *Node) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over, b.partial = true, nil
	n.hub.partials.drop(n)
}

// read reads an event, hands it to its job, and says whether it counts. The caller holds the lock.
func (b *inbox) read(n *Node, job string, payload []byte) (counts bool, err error) {
	if job != "" {
		number, err := strconv.Atoi(job)
		if err != nil || b.job == nil || number != b.job.number {
			return false, err
		}
		snapshot, err := b.job.decoder.Decode(payload)
		if err != nil {
			return false, err
		}
		if ahead := b.job.ahead(snapshot); ahead > mostAhead {
			go n.expel(fmt.Sprintf("it reports what is %v ahead of the run: its clock is not right", ahead.Round(time.Second)))
			return false, nil
		}
		return b.job.take(report{Event: node.Event{Node: n.name, Snapshot: snapshot}}), nil
	}
	var e wire.Event
	if err := json.Unmarshal(payload, &e); err != nil {
		return false, err
	}
	if b.job == nil || e.Job != b.job.number {
		return false, nil
	}
	return b.job.take(report{Event: node.Event{Node: n.name, Ended: e.Ended, Part: e.Part, Returned: e.Returned}, prepared: e.Prepared, done: e.Done, closed: e.Closed}), nil
}

// A report is an event for a job.
type report struct {
	node.Event
	prepared, done, closed *wire.Outcome
}
