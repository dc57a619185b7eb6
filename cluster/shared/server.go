package shared

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/throttle"
)

// A State is what a Server gives away; Local is one. None of its methods waits.
type State interface {
	Next(ctx context.Context, sequence string) (int64, error)
	Throttles(ctx context.Context, key string, definitions []throttle.Definition) (throttle.Set, error)
}

// A Channel is where the Server of a job and its Remote meet.
type Channel struct {
	Requests, Answers string // subjects
	Job               int
}

// A Server gives a worker its part of a State while a job lasts.
type Server struct {
	state State
	began time.Time
	log   *slog.Logger
	link  link
	sub   *nats.Subscription

	sets   map[string]throttle.Set // by key; used by receive only
	lastID uint64                  // used by receive only
	warned sync.Once               // that the worker sends what is not understood

	mu   sync.Mutex
	asks map[uint64]*ask
}

// An ask is a permit that a worker waits for or holds.
type ask struct {
	withdraw func() bool
	release  func() // nil until there is a slot to give back
}

// Serve answers a worker until the Server is closed. log says which one it is.
func Serve(conn *nats.Conn, channel Channel, state State, log *slog.Logger) (*Server, error) {
	s := newServer(state, log)
	s.link.job = channel.Job
	s.link.publish = func(data []byte) error { return conn.Publish(channel.Answers, data) }
	s.link.connected = conn.IsConnected
	s.link.start()
	var err error
	if s.sub, err = conn.Subscribe(channel.Requests, func(m *nats.Msg) { s.take(m.Data) }); err == nil {
		err = s.sub.SetPendingLimits(mostPending, mostPendingBytes)
	}
	if err != nil {
		s.link.close()
		return nil, fmt.Errorf("listen for requests of a worker: %w", err)
	}
	return s, nil
}

func newServer(state State, log *slog.Logger) *Server {
	s := &Server{state: state, began: time.Now(), log: log, sets: map[string]throttle.Set{}, asks: map[uint64]*ask{}}
	s.link.receive = s.receive
	return s
}

// Close takes back every slot that the worker holds and withdraws what it waits for. Call it once the worker is done
// or gone: what it says later is not heard.
func (s *Server) Close() error {
	err := s.sub.Unsubscribe()
	s.end()
	return err
}

func (s *Server) end() {
	s.link.close() // so that nothing is asked any more
	s.mu.Lock()
	ids := slices.Collect(maps.Keys(s.asks)) // throttles go on giving permits, which forget their asks
	s.mu.Unlock()
	for _, id := range ids {
		s.leave(id)
	}
}

func (s *Server) take(data []byte) {
	if err := s.link.take(data); err != nil {
		s.refuse(err)
	}
}

func (s *Server) refuse(err error) {
	s.warned.Do(func() {
		s.log.Warn("a node sent a request that makes no sense; only the first one is logged", "error", err)
	})
}

// receive takes requests as long as the worker does not wait for too many answers.
func (s *Server) receive(items []json.RawMessage) (taken int) {
	for i, item := range items {
		var r request
		err := json.Unmarshal(item, &r)
		if err == nil {
			err = r.check()
		}
		switch {
		case err != nil:
			s.refuse(err)
		case r.Op == opLeave:
			s.leave(r.ID)
		case r.Op == opBegin:
			s.begin(r.Key)
		case s.outstanding() >= 2*maxWaiting: // twice what a worker does: answers are on their way
			return i
		case r.ID <= s.lastID:
			s.refuse(fmt.Errorf("request %d came after request %d", r.ID, s.lastID))
		default:
			s.lastID = r.ID
			s.serve(&r)
		}
	}
	return len(items)
}

func (s *Server) outstanding() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asks) + s.link.unacknowledged()
}

func (s *Server) begin(key string) {
	if set := s.sets[key]; set != nil {
		set.Begin()
	}
}

// serve answers a request, now or when its turn comes.
func (s *Server) serve(r *request) {
	a := answer{ID: r.ID}
	switch r.Op {
	case opDefine:
		set, err := s.state.Throttles(context.Background(), r.Key, r.Definitions)
		if err == nil {
			s.sets[r.Key] = set
		}
		s.answer(a, err)
	case opNext:
		number, err := s.state.Next(context.Background(), r.Name)
		a.Number = number
		s.answer(a, err)
	case opPermit:
		set := s.sets[r.Key]
		if set == nil {
			s.answer(a, fmt.Errorf("no throttles are defined for %.100q", r.Key))
			return
		}
		s.ask(set, r.Name, a)
	}
}

// ask queues up for the worker.
func (s *Server) ask(set throttle.Set, name string, a answer) {
	asked := &ask{}
	s.mu.Lock()
	s.asks[a.ID] = asked
	s.mu.Unlock()
	asked.withdraw = set.Ask(name, func(p throttle.Permit, err error) {
		s.mu.Lock()
		asked.release = p.Release
		if p.Release == nil {
			delete(s.asks, a.ID)
		}
		s.mu.Unlock()
		a.Waited, a.Slot = int64(p.Waited), p.Release != nil
		s.answer(a, err)
	})
}

func (s *Server) answer(a answer, err error) {
	if err != nil {
		a.Error = err.Error()
	}
	a.At = int64(time.Since(s.began))
	if item, err := encode(a); err == nil { // it has no part that could be wrong
		s.link.send(item)
	}
}

// leave gives back what was granted to a request, or withdraws it. receive and end call it, never at the same time.
func (s *Server) leave(id uint64) {
	s.mu.Lock()
	asked := s.asks[id]
	delete(s.asks, id)
	s.mu.Unlock()
	if asked == nil || asked.withdraw() {
		return
	}
	s.mu.Lock()
	release := asked.release
	s.mu.Unlock()
	if release != nil {
		release()
	}
}
