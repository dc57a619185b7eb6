package node

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// testScenario is a plan with all defaults, and then changed.
func testScenario(name string, change func(*plan.Scenario)) plan.Scenario {
	s := plan.Scenario{Name: name}
	plan.Options{}.Apply(&s)
	if change != nil {
		change(&s)
	}
	return s
}

// A fakeEngine gives sessions without browsers, or refuses.
type fakeEngine struct{ refuse error }

func (e fakeEngine) NewSession(context.Context, browserpool.SessionOptions) (browserpool.Session, error) {
	return fakeSession{}, e.refuse
}
func (fakeEngine) Close(context.Context) error { return nil }

// A fakeSession has never seen a page.
type fakeSession struct{ browserpool.Session }

func (fakeSession) Click(context.Context, string) error { return browserpool.ErrNoNavigation }
func (fakeSession) URL(context.Context) (string, error) { return "", browserpool.ErrNoNavigation }
func (fakeSession) Lost() <-chan struct{}               { return nil }
func (fakeSession) Close(context.Context) error         { return nil }

// A journal remembers how users and iterations ended.
type journal struct {
	runner.Journal
	mu         sync.Mutex
	users      map[string]int // by failure class
	iterations map[runner.Outcome]int
	failures   []runner.Failure
}

func newJournal() *journal {
	return &journal{users: map[string]int{}, iterations: map[runner.Outcome]int{}}
}

func (j *journal) UserStarted()                              {}
func (j *journal) IterationsDropped(runner.DropCause, int64) {}

func (j *journal) UserEnded(_ time.Duration, failure string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.users[failure]++
}

func (j *journal) IterationEnded(outcome runner.Outcome, _ time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.iterations[outcome]++
}

func (j *journal) Failed(f runner.Failure) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.failures = append(j.failures, f)
}
