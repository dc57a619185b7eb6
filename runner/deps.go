package runner

import (
	"context"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// A Script is a scenario that was loaded on this node: compiled, its config function called.
// NewUser may be called concurrently.
type Script interface {
	// NewUser prepares a user. The runner closes it.
	NewUser(identity Identity) (User, error)
}

// A User does the iterations of one user. Its methods are called by one goroutine.
type User interface {
	// RunIteration runs one iteration on session and obeys ctx, also when the script loops for ever.
	// The session may be another one than last time. An iteration that failed may be followed by
	// another one. halted says that the user asked to end for good. An error with a method AbortsTest()
	// that returns true ends the whole run.
	RunIteration(ctx context.Context, session browserpool.Session, iteration int) (halted bool, err error)
	Close()
}

// An Identity tells a user who it is.
type Identity struct {
	ID       int // 1..N across the cluster
	Node     string
	Scenario string
	Seed     uint64 // of the run: what is random for this user follows from it and ID
}

// A SessionMaker is the part of browserpool.Engine that users need. Safe for concurrent use.
type SessionMaker interface {
	NewSession(ctx context.Context, opts browserpool.SessionOptions) (browserpool.Session, error)
}

// A Journal takes note of what happens to users. Safe for concurrent use.
type Journal interface {
	// UserStarted is called when the user has its session, or when it failed to get one.
	UserStarted()
	// UserEnded is called once for each UserStarted, after the user's session was closed. failure is
	// the class of the failure that ended the user, "" for a user that succeeded.
	UserEnded(took time.Duration, failure string)
	// IterationEnded is called for every iteration that was not broken off by a stopped run.
	IterationEnded(outcome Outcome, took time.Duration)
	// IterationAnswered is called after IterationEnded in the open model, with the time since the
	// iteration was due.
	IterationAnswered(outcome Outcome, sinceDue time.Duration)
	// IterationLate is called for an iteration of the open model that began too late.
	IterationLate(cause LateCause)
	// IterationsDropped is called for iterations that should have begun and never will. n may be 0.
	IterationsDropped(cause DropCause, n int64)
	// Failed is called for every failed iteration and for a user that could not start.
	Failed(f Failure)
}

// An Outcome is how an iteration ended.
type Outcome string

const (
	OK      Outcome = "ok"
	Failed  Outcome = "failed"
	Timeout Outcome = "timeout"
)

// A LateCause is why an iteration began late.
type LateCause string

const (
	LateStarting  LateCause = "user was starting"       // no user was free, and one more took its time
	LateGenerator LateCause = "load generator was late" // this process had no time for it
)

// A DropCause is why an iteration never began.
type DropCause string

const (
	DroppedNoUser    DropCause = "no free user" // and no more were allowed
	DroppedNoSession DropCause = "no session"   // the user that was started for it got none
	DroppedUnbegun   DropCause = "not begun in time"
)
