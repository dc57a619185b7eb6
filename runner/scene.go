package runner

import (
	"container/heap"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/plan"
)

// A turn is the right to begin one iteration.
type turn struct {
	due     time.Time // when it was to begin, in the open model; zero in the closed one
	waited  bool      // for a user that was starting
	verdict verdict
}

// A verdict says what a user does next.
type verdict int

const (
	begin verdict = iota // the iteration
	leave                // its time is over
	renew                // its session, which was lost while it waited
)

// turns say when a user may begin iterations. Its own goroutine calls them.
type turns interface {
	// window is called once the user has its session, and returns what is over when it may begin
	// nothing any more.
	window(noNew context.Context) (context.Context, context.CancelFunc)
	// next waits for the next turn of a user that has had done turns.
	next(noNew context.Context, lost <-chan struct{}, done int) turn
}

// A scene is what the users of a running scenario have in common.
type scene struct {
	run     *Run
	control *Control
	abort   func(error) bool
	makers  makers
	users   sync.WaitGroup
	ids     identities

	outstayed atomic.Int64 // iterations that were broken off after the grace of their users
}

// live lives one user, which has the number as long, and returns when it has ended.
func (s *scene) live(ctx, noNew context.Context, number int, turns turns) {
	r := s.run
	l := &life{
		who:      whoIs(&r.Plan, number, r.Node),
		number:   number,
		stock:    r.Stock,
		makers:   s.makers,
		plan:     &r.Plan,
		script:   r.Script,
		sessions: r.Sessions,
		options:  r.Session,
		journal:  r.Journal,
		log:      r.Log,
		evidence: r.Evidence,
		abort:    s.abort,
		turns:    turns,

		outstayed: &s.outstayed,
	}
	l.live(ctx, noNew)
}

// tell warns about what no metric says, when all users have ended.
func (s *scene) tell() {
	if n := int(s.outstayed.Load()); n > 0 {
		s.run.Log.Warn(fmt.Sprintf("%s: broken off after the grace of %v, and counted neither as ok nor as failed: %s. A longer grace (--grace) lets users finish",
			s.run.Plan.Name, s.run.Plan.Grace, plan.Plural(n, "iteration")))
	}
}

// identities number users: each takes the lowest number that is free, from 0.
type identities struct {
	mu   sync.Mutex
	next int
	free lowestFirst
}

func (i *identities) take() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.free) > 0 {
		return heap.Pop(&i.free).(int)
	}
	i.next++
	return i.next - 1
}

func (i *identities) giveBack(number int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	heap.Push(&i.free, number)
}

// lowestFirst is a heap.
type lowestFirst []int

func (h lowestFirst) Len() int           { return len(h) }
func (h lowestFirst) Less(i, j int) bool { return h[i] < h[j] }
func (h lowestFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *lowestFirst) Push(x any) { *h = append(*h, x.(int)) }

// Pop implements heap.Interface.
func (h *lowestFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
