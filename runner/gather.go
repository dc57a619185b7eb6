package runner

import (
	"context"

	"github.com/liveload/liveload/runner/evidence"
)

// Evidence is taken beside what users do: whatever goes wrong with it is logged and changes nothing.

// beginTrace begins the trace of an iteration, if there is to be one.
func (l *life) beginTrace(ctx context.Context) (traced bool) {
	l.harmless(func() { traced = l.evidence.Begin(ctx, l.session) })
	return traced
}

func (l *life) endTrace(ctx context.Context, n int, traced bool) (path string) {
	if traced {
		l.harmless(func() { path = l.evidence.End(ctx, l.session, l.who.ID, n) })
	}
	return path
}

// gather keeps what can be seen of a failed iteration. Of one that lost its browser that is nothing,
// also where the session does not know yet: looking would only hold up its replacement.
func (l *life) gather(ctx context.Context, f Failure, n int, traced bool) (kept evidence.Kept) {
	if f.Class == ClassLost || isLost(l.session) {
		return kept
	}
	l.harmless(func() {
		kept = l.evidence.Failed(ctx, l.session, evidence.Failure{
			Class: f.Class, Reason: f.Reason, Stack: f.Stack, User: f.UserID, Iteration: n, Console: l.console.Last(),
		}, traced)
	})
	if kept.Trace == "" && !isLost(l.session) {
		kept.Trace = l.endTrace(ctx, n, traced)
	}
	return kept
}

func (l *life) harmless(f func()) {
	if err := guarded(func() error { f(); return nil }); err != nil {
		l.log.Error("could not take evidence", "user", l.who.ID, "error", err)
	}
}
