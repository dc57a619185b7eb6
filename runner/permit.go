package runner

import (
	"context"
	"time"
)

// A permit is the right to begin one iteration, or says why there is none.
type permit struct {
	refusal refusal
	due     time.Time // when the iteration was to begin, in the open model; zero in the closed one
	waited  bool      // for a user that was starting
}

// A refusal is why a user may not begin an iteration now.
type refusal int

const (
	granted     refusal = iota
	timeIsOver          // for good
	sessionLost         // while the user waited: it needs another one first
)

// permits say when a user may begin iterations. The goroutine of the user calls them.
type permits interface {
	// ready is called once, when the user has its session, and returns what is over when the user may begin
	// nothing any more.
	ready(mayBegin context.Context) (context.Context, context.CancelFunc)
	// next waits for the next permit of a user that has had done of them; lost is closed when its session is.
	next(mayBegin context.Context, lost <-chan struct{}, done int) permit
}
