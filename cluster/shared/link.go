package shared

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

const (
	// pace is the least time between two frames, so that what comes at once travels together.
	pace = time.Millisecond
	// ackAfter is how long the news that items have arrived waits for a frame that can carry it.
	ackAfter = 50 * time.Millisecond
	// resendAfter is how long items may go without an answer before they are sent again. It doubles each time.
	resendAfter  = 500 * time.Millisecond
	resendAtMost = 4 * time.Second
	// offlineWait is how often a link looks whether its connection is back.
	offlineWait = 100 * time.Millisecond
	// maxFrame bounds the items of a frame, and one item, in bytes: NATS takes a megabyte.
	maxFrame = 512 << 10
)

// A frame carries items of a link. It travels as JSON.
type frame struct {
	Job      int               `json:"job"`  // other jobs of a worker have the same subjects
	From     uint64            `json:"from"` // number of the first item, from 0 on
	Items    []json.RawMessage `json:"items,omitempty"`
	Received uint64            `json:"received"` // that many items of the other end have arrived
}

// A link carries items to its other end, each once and in order, over a connection that may lose, repeat and delay
// what is sent. Items are kept until the other end has them. Safe for concurrent use.
type link struct {
	job       int
	publish   func(data []byte) error
	connected func() bool
	// receive takes items of the other end and returns how many it took: the others come again later. It is called
	// by one goroutine at a time.
	receive func(items []json.RawMessage) (taken int)

	receiving sync.Mutex // held while receive is called
	over      bool       // under receiving

	mu       sync.Mutex
	items    []json.RawMessage // which the other end is not known to have
	base     uint64            // number of the first of them
	sent     int               // how many of them were sent
	received uint64            // items of the other end
	lastSent time.Time
	ackBy    time.Time // when received must be sent; zero when it was
	resendAt time.Time
	resendIn time.Duration

	wake   chan struct{} // holds a token when there may be something to send
	closed chan struct{}
	ended  chan struct{}
}

// start lets the link send. The caller closes it.
func (l *link) start() {
	l.resendIn, l.wake, l.closed, l.ended = resendAfter, make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	go l.run()
}

// close ends the link. What was not sent is lost, and receive is not called any more.
func (l *link) close() {
	close(l.closed)
	<-l.ended
	l.receiving.Lock()
	defer l.receiving.Unlock()
	l.over = true
}

// send queues an item, which may be no longer than maxFrame. It does not block.
func (l *link) send(item json.RawMessage) {
	l.mu.Lock()
	l.items = append(l.items, item)
	l.mu.Unlock()
	l.nudge()
}

// unacknowledged is how many items the other end is not known to have.
func (l *link) unacknowledged() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.items)
}

func (l *link) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run sends what there is until the link is closed.
func (l *link) run() {
	defer close(l.ended)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-l.closed:
			return
		case <-l.wake:
		case <-timer.C:
		}
		if next := l.sendDue(time.Now()); !next.IsZero() {
			timer.Reset(time.Until(next))
		}
	}
}

// sendDue sends a frame if one is due, and returns when the next one is; zero for none.
func (l *link) sendDue(now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch next := l.due(); {
	case next.IsZero() || next.After(now):
		return next
	case !l.connected():
		return now.Add(offlineWait)
	}
	if l.sent > 0 && !l.resendAt.After(now) {
		l.sent, l.resendIn = 0, min(2*l.resendIn, resendAtMost)
	}
	if l.sent == 0 {
		l.resendAt = now.Add(l.resendIn)
	}
	if data, err := json.Marshal(l.nextFrame()); err == nil && l.publish(data) == nil {
		l.ackBy = time.Time{}
	} // else it is lost like one that the network loses
	l.lastSent = now
	return l.due()
}

// nextFrame takes as many of the items that were not sent as a frame carries.
func (l *link) nextFrame() frame {
	f := frame{Job: l.job, From: l.base + uint64(l.sent), Received: l.received}
	first, size := l.sent, 0
	for l.sent < len(l.items) {
		if size += len(l.items[l.sent]); size > maxFrame && l.sent > first {
			break
		}
		l.sent++
	}
	f.Items = l.items[first:l.sent]
	return f
}

// due returns when the next frame is to be sent; zero for none.
func (l *link) due() time.Time {
	next := l.ackBy
	earlier := func(at time.Time) {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	if l.sent < len(l.items) {
		earlier(l.lastSent.Add(pace))
	}
	if l.sent > 0 {
		earlier(l.resendAt)
	}
	return next
}

// take takes a frame of the other end, which may be anything. The error says what it is not.
func (l *link) take(data []byte) error {
	var f frame
	if err := json.Unmarshal(data, &f); err != nil {
		return fmt.Errorf("read a frame: %w", err)
	}
	l.receiving.Lock()
	defer l.receiving.Unlock()
	if l.over || f.Job != l.job {
		return nil
	}
	l.acknowledged(f.Received)
	l.mu.Lock()
	received := l.received
	l.mu.Unlock()
	taken := 0
	if f.From <= received && received-f.From < uint64(len(f.Items)) { // else a frame is missing, or came before
		taken = l.receive(f.Items[received-f.From:])
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.received += uint64(taken)
	if len(f.Items) > 0 && l.ackBy.IsZero() {
		l.ackBy = time.Now().Add(ackAfter)
	}
	l.nudge()
	return nil
}

// acknowledged forgets the items that the other end has.
func (l *link) acknowledged(received uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if received <= l.base || received-l.base > uint64(len(l.items)) {
		return
	}
	count := int(received - l.base)
	clear(l.items[:count])
	l.items, l.base, l.sent = l.items[count:], received, max(l.sent-count, 0)
	l.resendIn, l.resendAt = resendAfter, time.Now().Add(resendAfter)
}
