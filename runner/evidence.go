package runner

import (
	"context"

	"github.com/liveload/liveload/runner/evidence"
)

// Taking evidence changes nothing about an iteration: an error is only logged.

// beginTrace begins the trace of an iteration, if there is to be one.
func (u *userRun) beginTrace(ctx context.Context) (traced bool) {
	u.harmless(func() { traced = u.Evidence.Begin(ctx, u.session) })
	return traced
}

func (u *userRun) endTrace(ctx context.Context, traced bool) (path string) {
	if traced {
		u.harmless(func() { path = u.Evidence.End(ctx, u.session, u.identity.ID, u.iterated) })
	}
	return path
}

// gather keeps what can be seen of a failed iteration. When the browser was lost that is nothing, even if the session
// does not know yet: looking would only delay its replacement.
func (u *userRun) gather(ctx context.Context, f Failure, traced bool) (kept evidence.Kept) {
	if f.Class == ClassLost || isLost(u.session) {
		return kept
	}
	u.harmless(func() {
		kept = u.Evidence.Failed(ctx, u.session, evidence.Failure{
			Class: f.Class, Reason: f.Reason, Stack: f.Stack, User: f.UserID, Iteration: u.iterated, Console: u.console.Last(),
		}, traced)
	})
	if kept.Trace == "" && !isLost(u.session) {
		kept.Trace = u.endTrace(ctx, traced)
	}
	return kept
}

func (u *userRun) harmless(f func()) {
	if err := recovered(func() error { f(); return nil }); err != nil {
		u.Log.Error("could not take evidence", "user", u.identity.ID, "error", err)
	}
}
