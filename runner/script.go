package runner

import (
	"context"

	"github.com/liveload/liveload/browserpool"
)

// A Script makes the users of one scenario. NewUser may be called concurrently.
type Script interface {
	// NewUser makes a user. The runner closes it.
	NewUser(identity Identity) (User, error)
}

// A User does the iterations of one user. Its methods are called by one goroutine.
type User interface {
	// RunIteration runs one iteration on session, which may be another one than last time, and obeys ctx, also
	// when the script loops for ever. It may be called again after an error. halted says that the user ends for
	// good. An error with a method AbortsTest() that returns true ends the whole run.
	RunIteration(ctx context.Context, session browserpool.Session, iteration int) (halted bool, err error)
	Close()
}

// An Identity is what a user knows of itself.
type Identity struct {
	ID       int // 1..N across the cluster
	Node     string
	Scenario string
	Seed     uint64 // of the run; with Scenario and ID it decides everything random
}

// A SessionMaker is the part of browserpool.Engine that users need. Safe for concurrent use.
type SessionMaker interface {
	NewSession(ctx context.Context, opts browserpool.SessionOptions) (browserpool.Session, error)
}
