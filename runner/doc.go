// Package runner owns the users of one node: when each starts, how it iterates, what counts as
// success and failure, and how a run ends early. What a user does is a Script's business, where sessions
// come from is a SessionMaker's, and where the numbers go is a Journal's.
//
// A run ends in one of three ways. By itself: each user has its own clock, which starts when the user
// has its session; when the scenario's duration is over, the iteration that runs may finish. Drained:
// no new iterations start, running ones finish. Stopped (the context is cancelled): running iterations
// are broken off and count neither as success nor as failure.
package runner
