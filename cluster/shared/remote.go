package shared

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// errClosed answers what is asked of a Remote that was closed.
var errClosed = errors.New("the node has left the run")

// A Remote asks the Server of another process. While the controller cannot be reached, its callers wait, as
// long as their ctx lets them; nothing is granted twice or lost when the connection comes back. Safe for concurrent use.
type Remote struct {
	link link
	sub  *nats.Subscription

	mu      sync.Mutex
	closed  bool
	lastID  uint64
	waiting map[uint64]*pending // by the newest id
	held    int                 // slots
	spare   map[string][]int64  // numbers of sequences that came when their caller had left

	way way
}

// A pending request waits for its answer.
type pending struct {
	request
	since    time.Time
	again    bool // its turn came too late, and it queues up anew
	answered func(answer, error)
}

// NewRemote connects to the Server of the same channel. The caller closes it.
func NewRemote(conn *nats.Conn, channel Channel) (*Remote, error) {
	r := newRemote()
	r.link.job = channel.Job
	r.link.publish = func(data []byte) error { return conn.Publish(channel.Requests, data) }
	r.link.connected = conn.IsConnected
	r.link.start()
	var err error
	if r.sub, err = conn.Subscribe(channel.Answers, func(m *nats.Msg) { _ = r.link.take(m.Data) }); err != nil {
		r.link.close()
		return nil, fmt.Errorf("listen for answers of the controller: %w", err)
	}
	return r, nil
}

func newRemote() *Remote {
	r := &Remote{waiting: map[uint64]*pending{}, spare: map[string][]int64{}, way: way{began: time.Now()}}
	r.link.receive = r.receive
	return r
}

// Close ends all waits with an error. What the node holds returns when the Server is closed.
func (r *Remote) Close() error {
	err := r.sub.Unsubscribe()
	r.end()
	return err
}

func (r *Remote) end() {
	r.link.close()
	r.mu.Lock()
	waiting := r.waiting
	r.closed, r.waiting = true, nil
	r.mu.Unlock()
	for _, p := range waiting {
		p.answered(answer{}, errClosed)
	}
}

// receive hands answers to those who wait for them.
func (r *Remote) receive(items []json.RawMessage) (taken int) {
	for _, item := range items {
		var a answer
		if json.Unmarshal(item, &a) != nil {
			continue
		}
		if p := r.take(&a); p != nil { // else the caller has left, which the controller knows or will soon
			p.answered(a, a.err())
		}
	}
	return len(items)
}

// take returns the request that an answer is for; nil when its caller has left, or queues up anew.
func (r *Remote) take(a *answer) *pending {
	r.mu.Lock()
	defer r.mu.Unlock()
	late := r.way.more(time.Now(), time.Duration(a.At)) > lateAfter
	p := r.waiting[a.ID]
	if p == nil {
		return nil
	}
	delete(r.waiting, a.ID)
	if late && p.Op == opPermit && !a.Slot && a.Error == "" {
		p.again = true
		_ = r.enqueue(p) // it could be sent before
		return nil
	}
	if a.Slot {
		r.held++
	}
	if p.again {
		a.Waited = int64(time.Since(p.since))
	}
	return p
}

// queue sends a request. answered is called once, unless the request is withdrawn.
func (r *Remote) queue(q request, answered func(answer, error)) (*pending, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return nil, errClosed
	case len(r.waiting)+r.held >= maxWaiting:
		return nil, fmt.Errorf("%d users of this node wait for throttles and rows, which is as many as a node may have: spread them over more nodes", maxWaiting)
	case r.link.unacknowledged() >= maxUnacknowledged:
		return nil, fmt.Errorf("the controller cannot be reached, and %d messages about throttles and rows wait for it, which is as many as may", maxUnacknowledged)
	}
	p := &pending{request: q, since: time.Now(), answered: answered}
	return p, r.enqueue(p)
}

// enqueue sends a request with a new number, under the lock, so that they are in the order of their numbers.
func (r *Remote) enqueue(p *pending) error {
	p.ID = r.lastID + 1
	if err := r.send(p.request); err != nil {
		return err
	}
	r.lastID = p.ID
	r.waiting[p.ID] = p
	return nil
}

func (r *Remote) send(q request) error {
	item, err := encode(q)
	if err == nil {
		r.link.send(item)
	}
	return err
}

// withdraw leaves the queue, unless the answer has come.
func (r *Remote) withdraw(p *pending) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting[p.ID] != p {
		return false
	}
	delete(r.waiting, p.ID)
	_ = r.send(request{ID: p.ID, Op: opLeave}) // has no part that could be wrong
	return true
}

// release gives a slot back.
func (r *Remote) release(id uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held--
	if !r.closed {
		_ = r.send(request{ID: id, Op: opLeave}) // has no part that could be wrong
	}
}

// wait asks and waits for the answer. It obeys ctx; late gets an answer that comes after that.
func (r *Remote) wait(ctx context.Context, q request, late func(answer, error)) (answer, error) {
	if ctx.Err() != nil {
		return answer{}, context.Cause(ctx)
	}
	type outcome struct {
		answer answer
		err    error
	}
	done := make(chan outcome, 1)
	p, err := r.queue(q, func(a answer, err error) { done <- outcome{a, err} })
	if err != nil {
		return answer{}, err
	}
	select {
	case o := <-done:
		return o.answer, o.err
	case <-ctx.Done():
	}
	if r.replace(p, late) {
		return answer{}, context.Cause(ctx)
	}
	o := <-done
	return o.answer, o.err
}

// replace says who gets the answer of a request, unless it has come.
func (r *Remote) replace(p *pending, answered func(answer, error)) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting[p.ID] != p {
		return false
	}
	p.answered = answered
	return true
}

// Next takes the next number of a sequence of the run. A number that comes when ctx is over goes to the next caller.
func (r *Remote) Next(ctx context.Context, sequence string) (int64, error) {
	if number, ok := r.takeSpare(sequence); ok {
		return number, nil
	}
	a, err := r.wait(ctx, request{Op: opNext, Name: sequence}, func(late answer, err error) {
		if err == nil {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.spare[sequence] = append(r.spare[sequence], late.Number)
		}
	})
	return a.Number, err
}

func (r *Remote) takeSpare(sequence string) (number int64, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	spare := r.spare[sequence]
	if len(spare) == 0 {
		return 0, false
	}
	r.spare[sequence] = spare[1:]
	return spare[0], true
}
