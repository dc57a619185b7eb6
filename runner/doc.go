// Package runner owns the users of one scenario on one node: when each starts, how it iterates, what counts as
// success and failure, and how a run ends early. What a user does is a Script's business, where sessions come from is a
// SessionMaker's, and where the numbers go is a Journal's.
//
// An executor starts the users: closedExecutor keeps a number of them, openExecutor begins iterations at a rate. Each
// user lives in a slot and asks its executor for a permit before every iteration.
//
// A run ends in one of three ways. By itself: when the scenario's duration is over, the iterations that run may finish.
// Drained: no new iterations begin, running ones finish. Stopped (the context is cancelled): running iterations are
// broken off and count neither as success nor as failure.
package runner
