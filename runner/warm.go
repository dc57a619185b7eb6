package runner

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/plan"
)

// warmUpTime bounds how long users are made before the start. Those that are not ready by then are made when
// they start, so that the run does not wait for minutes until a big script was loaded for each of many users.
const warmUpTime = 3 * time.Second

// WarmUsers are users of a scenario that were made before its start, so that they start when they are due,
// however many are due at once. Safe for concurrent use; nil has none.
type WarmUsers struct {
	missing int
	mu      sync.Mutex
	users   map[int]warmUser // by number
}

type warmUser struct {
	user User
	err  error // of making it, which is the user's failure when it starts
}

// WarmUp makes the users that the scenario has on a node, as many as there is time for. They belong to the Run
// that gets them, or to whoever calls Close.
func WarmUp(ctx context.Context, scenario *plan.Scenario, node string, script Script) *WarmUsers {
	ctx, cancel := context.WithTimeout(ctx, warmUpTime)
	defer cancel()
	w := &WarmUsers{users: map[int]warmUser{}}
	wanted := scenario.OwnUsers(scenario.Users)
	if scenario.Kind().Open() {
		wanted = 0 // those of a rate start before its clock does
	}
	var makers sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), wanted) {
		makers.Go(func() {
			for n := int(next.Add(1)) - 1; n < wanted && ctx.Err() == nil; n = int(next.Add(1)) - 1 {
				user, err := newUser(script, identityOf(scenario, n, node))
				w.put(n, warmUser{user, err})
			}
		})
	}
	makers.Wait()
	w.missing = wanted - len(w.users)
	if len(w.users) > 0 {
		runtime.GC() // now, rather than while the first of them start
	}
	return w
}

// Missing is how many users there was no time for.
func (w *WarmUsers) Missing() int { return w.missing }

func (w *WarmUsers) put(number int, one warmUser) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users[number] = one
}

// take returns the user of that number, once.
func (w *WarmUsers) take(number int) (one warmUser, ok bool) {
	if w == nil {
		return warmUser{}, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	one, ok = w.users[number]
	delete(w.users, number)
	return one, ok
}

// Close closes the users that were not taken.
func (w *WarmUsers) Close() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.users {
		if one.user != nil {
			_ = recovered(func() error { one.user.Close(); return nil })
		}
	}
	w.users = nil
}
