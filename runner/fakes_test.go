package runner

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fakeSession can be lost and counts how often it was closed.
type fakeSession struct {
	browserpool.Session // any method that the tests do not expect panics
	lost                chan struct{}
	pool                *fakePool
}

func (s *fakeSession) Click(context.Context, string, ...browserpool.Options) error {
	return browserpool.ErrNoNavigation
}
func (s *fakeSession) URL(context.Context) (string, error) { return "", browserpool.ErrNoNavigation }
func (s *fakeSession) Lost() <-chan struct{}               { return s.lost }
func (s *fakeSession) Close(context.Context) error {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.pool.closed++
	return nil
}

// A fakePool hands out fakeSessions; open may fail or wait.
type fakePool struct {
	open func(ctx context.Context, n int) error

	mu     sync.Mutex
	opened int
	closed int
}

func (p *fakePool) NewSession(ctx context.Context, _ browserpool.SessionOptions) (browserpool.Session, error) {
	p.mu.Lock()
	p.opened++
	n := p.opened
	p.mu.Unlock()
	if p.open != nil {
		if err := p.open(ctx, n); err != nil {
			return nil, err
		}
	}
	return &fakeSession{lost: make(chan struct{}), pool: p}, nil
}

// A fakeScript makes users whose iterations are a Go function, and counts those that it has made and that were closed.
type fakeScript struct {
	made, closed atomic.Int32
	iterate      func(ctx context.Context, s browserpool.Session, identity Identity, n int) (bool, error)
	prepare      func(Identity) error
}

func (f *fakeScript) NewUser(identity Identity) (User, error) {
	if f.prepare != nil {
		if err := f.prepare(identity); err != nil {
			return nil, err
		}
	}
	f.made.Add(1)
	return &fakeUser{f, identity}, nil
}

type fakeUser struct {
	script   *fakeScript
	identity Identity
}

func (u *fakeUser) RunIteration(ctx context.Context, s browserpool.Session, n int) (bool, error) {
	return u.script.iterate(ctx, s, u.identity, n)
}
func (u *fakeUser) Close() { u.script.closed.Add(1) }

// A ledger is a Journal that remembers.
type ledger struct {
	mu         sync.Mutex
	startedAt  []time.Time
	ended      map[string]int // by failure class
	durations  []time.Duration
	iterations map[Outcome]int
	failures   []metrics.FailureSample
	answers    []time.Duration
	late       map[string]int
	dropped    map[string]int64
}

func newLedger() *ledger {
	return &ledger{ended: map[string]int{}, iterations: map[Outcome]int{}, late: map[string]int{}, dropped: map[string]int64{}}
}

func (l *ledger) locked() (unlock func()) {
	l.mu.Lock()
	return l.mu.Unlock
}

func (l *ledger) UserStarted() {
	defer l.locked()()
	l.startedAt = append(l.startedAt, time.Now())
}

func (l *ledger) UserEnded(took time.Duration, failure string) {
	defer l.locked()()
	l.ended[failure]++
	l.durations = append(l.durations, took)
}

func (l *ledger) IterationEnded(o Outcome, _ time.Duration) {
	defer l.locked()()
	l.iterations[o]++
}

func (l *ledger) IterationAnswered(_ Outcome, sinceDue time.Duration) {
	defer l.locked()()
	l.answers = append(l.answers, sinceDue)
}

func (l *ledger) IterationLate(cause string) {
	defer l.locked()()
	l.late[cause]++
}

func (l *ledger) IterationsDropped(cause string, n int64) {
	defer l.locked()()
	if n > 0 {
		l.dropped[cause] += n
	}
}

func (l *ledger) Failed(f metrics.FailureSample, _ bool) {
	defer l.locked()()
	l.failures = append(l.failures, f)
}

// newRun returns a run of a scenario, and the journal that it writes.
func newRun(p plan.Scenario, script Script, pool *fakePool) (*Run, *ledger) {
	journal := newLedger()
	r := &Run{Plan: p, Script: script, Sessions: pool, Journal: journal, Log: quiet()}
	r.Control = NewControl(&r.Plan)
	return r, journal
}

// do runs a scenario with these options to its end, in virtual time, after a last change to the run, if any.
func do(t *testing.T, o plan.Options, script Script, pool *fakePool, change func(*Run)) *ledger {
	t.Helper()
	r, journal := newRun(testScenario(o.Apply), script, pool)
	if change != nil {
		change(r)
	}
	if err := r.Do(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	return journal
}

// steer gives commands to a run that begins now, each at its moment.
func steer(t *testing.T, commands map[time.Duration]plan.Command) func(*Run) {
	return func(r *Run) {
		for at, cmd := range commands {
			time.AfterFunc(at, func() {
				if err := r.Control.Steer(cmd); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// failing is a pool that cannot open the sessions from first to last, counted from 1.
func failing(first, last int) *fakePool {
	return &fakePool{open: func(_ context.Context, n int) error {
		if n >= first && n <= last {
			return errBoom
		}
		return nil
	}}
}

// work takes d of virtual time unless ctx ends first.
func work(ctx context.Context, d time.Duration) error {
	if !pause(ctx, d) {
		return context.Cause(ctx)
	}
	return nil
}

func steady(d time.Duration) *fakeScript {
	return &fakeScript{iterate: func(ctx context.Context, _ browserpool.Session, _ Identity, _ int) (bool, error) {
		return false, work(ctx, d)
	}}
}

var errBoom = errors.New("boom")

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func testScenario(change func(*plan.Scenario)) plan.Scenario {
	p := plan.Scenario{Name: "test"}
	plan.Options{}.Apply(&p)
	if change != nil {
		change(&p)
	}
	return p
}
