package runner

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/liveload/liveload/plan"
)

// An activeRun is what the users of a running scenario share.
type activeRun struct {
	*Run
	stop    context.CancelCauseFunc // stops the run at once
	users   sync.WaitGroup
	numbers userNumbers
	// making has a place for each user that is made while the scenario runs. A big script that is loaded for all
	// users at once would take the machine from those that run.
	making chan struct{}
	cutOff atomic.Int64 // iterations that outlasted the grace of their users
}

// madeAtOnce leaves a processor to the users that run, when there is more than one.
func madeAtOnce() int { return max(1, runtime.GOMAXPROCS(0)-1) }

// abortedBy stops the run if the error of a user asks for that, and says whether it did. The first reason counts.
func (a *activeRun) abortedBy(err error) bool {
	var asks interface{ AbortsTest() bool }
	if !errors.As(err, &asks) || !asks.AbortsTest() {
		return false
	}
	a.stop(errors.Join(errStopped, &AbortError{Cause: err}))
	return true
}

// warnOfCutOff logs what no metric says, when all users have ended.
func (a *activeRun) warnOfCutOff() {
	if n := int(a.cutOff.Load()); n > 0 {
		a.Log.Warn(fmt.Sprintf("%s: interrupted after the grace of %v, and counted neither as ok nor as failed: %s. A longer grace (--grace) lets users finish",
			a.Plan.Name, a.Plan.Grace, plan.Plural(n, "iteration")))
	}
}

// userNumbers number users: each takes the lowest number that is free, from 0.
type userNumbers struct {
	mu    sync.Mutex
	taken []bool // by number
}

func (u *userNumbers) take() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	number := slices.Index(u.taken, false)
	if number < 0 {
		number = len(u.taken)
		u.taken = append(u.taken, false)
	}
	u.taken[number] = true
	return number
}

func (u *userNumbers) giveBack(number int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.taken[number] = false
}
