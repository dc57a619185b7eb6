package runner

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/plan"
)

// stockTime bounds how long users are made before the start. Those that are not ready by then are made when
// they start: nobody waits for minutes until a big script was prepared for each of many users.
const stockTime = 3 * time.Second

// A Stock has users of a scenario that were made before its start, so that they start when they are due,
// however many are due at once. Safe for concurrent use.
type Stock struct {
	missing int
	mu      sync.Mutex
	users   map[int]stocked // by number
}

type stocked struct {
	user User
	err  error
}

// makers are places for those who make users while a scenario runs, in the order in which they come. A big script
// that is loaded for all of its users at once takes all of the machine from those that run, and every one of them
// longer than a script may take.
type makers chan struct{}

// newMakers leaves a processor to the users that run, when there is more than one.
func newMakers() makers { return make(makers, max(1, runtime.GOMAXPROCS(0)-1)) }

// MakeUsers makes the users that the plan has on a node, as many as there is time for. They belong to the Run
// that gets them, or to whoever calls Close.
func MakeUsers(ctx context.Context, plan *plan.Scenario, node string, script Script) *Stock {
	ctx, cancel := context.WithTimeout(ctx, stockTime)
	defer cancel()
	s := &Stock{users: map[int]stocked{}}
	var makers sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), stockedUsers(plan)) {
		makers.Go(func() {
			for n := int(next.Add(1)) - 1; n < stockedUsers(plan) && ctx.Err() == nil; n = int(next.Add(1)) - 1 {
				user, err := newUser(script, whoIs(plan, n, node))
				s.put(n, stocked{user, err})
			}
		})
	}
	makers.Wait()
	s.missing = stockedUsers(plan) - len(s.users)
	if len(s.users) > 0 {
		runtime.GC() // now, rather than while the first of them start
	}
	return s
}

// stockedUsers is how many users to make before the start. Those of a rate start before its clock does.
func stockedUsers(p *plan.Scenario) int {
	if p.Kind().Open() {
		return 0
	}
	return p.OwnUsers(p.Users)
}

func whoIs(p *plan.Scenario, number int, node string) UserInfo {
	return UserInfo{ID: p.UserID(number), Node: node, Scenario: p.Name, Seed: p.Seed}
}

// Missing is how many users there was no time for.
func (s *Stock) Missing() int { return s.missing }

func (s *Stock) put(number int, one stocked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[number] = one
}

// take returns the user of that number, which nobody can take again.
func (s *Stock) take(number int) (one stocked, ok bool) {
	if s == nil {
		return stocked{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok = s.users[number]
	delete(s.users, number)
	return one, ok
}

// Close closes the users that nobody has taken.
func (s *Stock) Close() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.users {
		if one.user != nil {
			_ = guarded(func() error { one.user.Close(); return nil })
		}
	}
	s.users = nil
}
