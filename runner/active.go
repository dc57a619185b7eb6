package runner

import (
	"container/heap"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/liveload/liveload/plan"
)

// An activeRun is what the users of a running scenario share.
type activeRun struct {
	*Run
	control *Control
	aborted *abortion
	users   sync.WaitGroup
	numbers userNumbers
	// making has a place for each user that is made while the scenario runs. A big script that is loaded for all
	// users at once would take the machine from those that run.
	making chan struct{}
	cutOff atomic.Int64 // iterations that outlasted the grace of their users
}

// newActiveRun leaves a processor to the users that run, when there is more than one.
func newActiveRun(r *Run, stop func()) *activeRun {
	a := &activeRun{Run: r, control: r.Control, aborted: &abortion{stop: stop}, making: make(chan struct{}, madeAtOnce())}
	if a.control == nil {
		a.control = NewControl(&r.Plan)
	}
	return a
}

func madeAtOnce() int { return max(1, runtime.GOMAXPROCS(0)-1) }

// warnOfCutOff tells what no metric says, when all users have ended.
func (a *activeRun) warnOfCutOff() {
	if n := int(a.cutOff.Load()); n > 0 {
		a.Log.Warn(fmt.Sprintf("%s: broken off after the grace of %v, and counted neither as ok nor as failed: %s. A longer grace (--grace) lets users finish",
			a.Plan.Name, a.Plan.Grace, plan.Plural(n, "iteration")))
	}
}

// userNumbers number users: each takes the lowest number that is free, from 0.
type userNumbers struct {
	mu   sync.Mutex
	next int
	free lowestFirst
}

func (u *userNumbers) take() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.free) > 0 {
		return heap.Pop(&u.free).(int)
	}
	u.next++
	return u.next - 1
}

func (u *userNumbers) giveBack(number int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	heap.Push(&u.free, number)
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
