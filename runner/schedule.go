package runner

import (
	"context"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// A schedule says when iterations of the open model are due: by the plan, or by the rate that was commanded last.
type schedule struct {
	plan     *plan.Scenario
	arrivals shape.Arrivals
	rate     *shape.Rate // that was commanded; nil is the plan's
	begins   time.Time   // of the scenario
	began    time.Time   // of arrivals
	ends     time.Time   // nothing is due from then on
	from     time.Time   // what was due before is left out
	n        int64       // the arrival that is due next
}

func newSchedule(scenario *plan.Scenario, begins time.Time) *schedule {
	s := &schedule{
		plan: scenario, arrivals: scenario.OwnArrivals(), begins: begins,
		began: begins, ends: begins.Add(time.Duration(scenario.Duration)), from: begins.Add(scenario.Skipped()),
	}
	s.n = shape.From(s.arrivals, 0, s.from.Sub(s.began))
	return s
}

// follow begins a new shape when another rate was commanded than before.
func (s *schedule) follow(c commands) {
	if c.rate == s.rate {
		return
	}
	s.rate, s.began = c.rate, c.since
	if s.began.Before(s.begins) {
		s.began = s.begins
	}
	s.arrivals = s.plan.OwnCommanded(shape.ConstantRate{Rate: *c.rate, Duration: s.ends.Sub(s.began)}, c.slots)
	s.n = shape.From(s.arrivals, 0, s.from.Sub(s.began))
}

// next returns when an iteration is due. Without one it returns until when a command may still bring some; over is
// that none can.
func (s *schedule) next() (due time.Time, one, over bool) {
	after, one := s.arrivals.Due(s.n)
	if due = s.began.Add(after); one && due.Before(s.ends) {
		return due, true, false
	}
	return s.ends, false, s.rate == nil || !time.Now().Before(s.ends)
}

// resume leaves out what was due in a pause that ends now.
func (s *schedule) resume() {
	s.from = time.Now()
	s.skip(s.n)
}

// skip leaves out what was due by now and returns how many iterations that were, from the next one on.
func (s *schedule) skip(from int64) int64 {
	before := s.n
	s.n = shape.From(s.arrivals, from, min(time.Since(s.began), s.ends.Sub(s.began)))
	return s.n - before
}

// dispatch hands out iterations when they are due, until there are no more.
func (e *openExecutor) dispatch(ctx, mayBegin context.Context, begins time.Time) {
	s := newSchedule(&e.Plan, begins)
	inTime, cancel := context.WithDeadline(mayBegin, s.ends)
	defer cancel()
	for {
		commands, changed := e.Control.current()
		if commands.paused {
			if e.Control.waitWhilePaused(inTime, nil) != granted {
				return
			}
			s.resume()
			continue
		}
		s.follow(commands)
		due, one, over := s.next()
		if over || !pauseUntil(mayBegin, time.Until(due), changed) {
			return
		}
		switch {
		case !one || time.Now().Before(due): // the rate has changed, or may
		case e.offer(ctx, mayBegin, permit{due: due}):
			s.n++
		default: // nor is anybody free for what else is due by now: counted at once, since it may be a lot
			e.Journal.IterationsDropped(metrics.CauseNoUser, s.skip(s.n+1))
		}
	}
}

// pause waits, and reports false when ctx was over first.
func pause(ctx context.Context, d time.Duration) bool { return pauseUntil(ctx, d, nil) }

// pauseUntil is a pause that a change ends.
func pauseUntil(ctx context.Context, d time.Duration, changed <-chan struct{}) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-time.After(d):
	case <-changed:
	case <-ctx.Done():
		return false
	}
	return true
}
