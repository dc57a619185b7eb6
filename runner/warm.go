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
	users   sync.Map // warmUser by number
}

type warmUser struct {
	user User
	err  error // of making it, which is the user's failure when it starts
}

// WarmUp makes the users that the scenario has on a node, as many as there is time for. They belong to the Run
// that gets them, or are closed by Close.
func WarmUp(ctx context.Context, scenario *plan.Scenario, node string, script Script) *WarmUsers {
	ctx, cancel := context.WithTimeout(ctx, warmUpTime)
	defer cancel()
	w := &WarmUsers{}
	wanted := scenario.OwnUsers(scenario.Users)
	if scenario.Kind().Open() {
		wanted = 0 // those of a rate start before its clock does
	}
	var makers sync.WaitGroup
	var next, made atomic.Int64
	for range min(runtime.GOMAXPROCS(0), wanted) {
		makers.Go(func() {
			for n := int(next.Add(1)) - 1; n < wanted && ctx.Err() == nil; n = int(next.Add(1)) - 1 {
				user, err := newUser(script, identityOf(scenario, n, node))
				w.users.Store(n, warmUser{user, err})
				made.Add(1)
			}
		})
	}
	makers.Wait()
	w.missing = wanted - int(made.Load())
	if made.Load() > 0 {
		runtime.GC() // now, rather than while the first of them start
	}
	return w
}

// Missing is how many users there was no time for.
func (w *WarmUsers) Missing() int { return w.missing }

// take returns the user of that number, once.
func (w *WarmUsers) take(number int) (one warmUser, ok bool) {
	if w == nil {
		return warmUser{}, false
	}
	known, ok := w.users.LoadAndDelete(number)
	if !ok {
		return warmUser{}, false
	}
	return known.(warmUser), true
}

// Close closes the users that were not taken.
func (w *WarmUsers) Close() {
	if w == nil {
		return
	}
	w.users.Range(func(number, _ any) bool {
		if one, ok := w.take(number.(int)); ok && one.user != nil {
			_ = recovered(func() error { one.user.Close(); return nil })
		}
		return true
	})
}
