package pump

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/sinks"
)

const (
	// attemptTime is how long one Send may take.
	attemptTime = 10 * time.Second
	// Between two attempts the time grows from firstPause to longestPause.
	firstPause   = 200 * time.Millisecond
	longestPause = 10 * time.Second
	// longestWish is the longest that a busy destination is left alone as it asks.
	longestWish = time.Minute
	// longestDenial is how long a destination may refuse everything that took something before: a proxy in front of it does so
	// while it starts.
	longestDenial = time.Minute
)

// fullBatch is the most that is sent at once.
var fullBatch = limit{records: 1 << 20, points: 5000, bytes: 1 << 20}

// A sender sends a backlog with one goroutine.
type sender struct {
	name     string
	output   Output
	backlog  *backlog
	losses   *sinks.Losses
	log      *slog.Logger
	more     chan struct{} // holds one when something was added
	progress func()        // after each batch; may be nil
	replay   bool          // the spool is all there is

	sent   atomic.Int64
	denied error // everything was refused, or there is nothing to send that can be read; read after run has returned
	last   error // of Send, nil when the destination is there; read after run has returned

	known    bool      // the destination has taken something
	denying  time.Time // since when everything is refused; zero when it is not
	attempts int       // that failed one after the other
	away     time.Time // since when
	blame    blame     // for what is refused
}

// run sends until ctx is over, or nothing will be taken any more, or everything is sent after finish was closed.
func (s *sender) run(ctx context.Context, finish <-chan struct{}) {
	for ctx.Err() == nil && s.denied == nil {
		finishing := finish == nil || closed(finish) // before next, which then has everything
		batch, err := s.backlog.next(s.blame.limit())
		switch {
		case err != nil && s.replay:
			s.denied, s.last = err, nil
		case err != nil:
			lost, closing := s.backlog.giveUp()
			s.losses.Add(lost, "lost in the spool", errors.Join(err, closing))
			s.blame = blame{}
		case len(batch) > 0:
			if pause := s.deliver(ctx, batch); pause > 0 && wait(ctx, pause, finish) {
				finish = nil // it ends one pause, so that what waits is tried at once
			}
		case finishing:
			return
		default:
			select {
			case <-s.more:
			case <-finish:
			case <-ctx.Done():
			}
		}
	}
}

// deliver sends a batch, and returns how long to wait before the next attempt.
func (s *sender) deliver(ctx context.Context, batch []Record) (pause time.Duration) {
	if s.blame.exhausted() {
		s.losses.Add(pointsOf(batch), fmt.Sprintf("given up after %d refusals in a row", s.blame.refusals), s.blame.last)
		s.blame.givenUp()
		s.done(batch)
		return 0
	}
	attempt, cancel := context.WithTimeout(ctx, attemptTime)
	err := s.output.Send(attempt, batch)
	cancel()
	var refused *RefusedError
	var partial *PartialError
	denied := errors.As(err, &refused) && refused.Everything
	if !denied {
		s.denying = time.Time{}
	}
	switch {
	case err == nil:
		s.taken(batch, 0)
	case errors.As(err, &partial):
		lost := min(partial.Lost, pointsOf(batch))
		s.losses.Add(lost, "not accepted", err)
		s.taken(batch, lost)
	case ctx.Err() != nil: // it was cut off
	case refused == nil || denied && s.mayPass():
		return s.failed(err)
	case denied:
		s.denied, s.last = err, nil
		s.log.Error(s.name+" refuses everything: nothing more is sent, and what is measured is kept for a replay", "answer", err)
	default:
		if s.blame.refused(len(batch), err); len(batch) == 1 {
			s.losses.Add(pointsOf(batch), "not accepted", err)
			s.done(batch)
		}
	}
	return 0
}

// mayPass says whether a destination that refuses everything may soon take something again.
func (s *sender) mayPass() bool {
	if s.denying.IsZero() {
		s.denying = time.Now()
	}
	return s.known && time.Since(s.denying) < longestDenial
}

// taken notes a batch that was taken, but for some lost points.
func (s *sender) taken(batch []Record, lost int64) {
	s.known = true
	s.sent.Add(pointsOf(batch) - lost)
	s.blame.taken(len(batch))
	s.done(batch)
}

// done forgets a batch that was taken or refused.
func (s *sender) done(batch []Record) {
	if s.attempts > 0 {
		s.log.Warn(s.name+" is back: what waited is sent now", "after", time.Since(s.away).Round(time.Second))
	}
	s.attempts, s.last = 0, nil
	s.blame.gone(len(batch))
	if err := s.backlog.drop(batch); err != nil {
		s.log.Warn("could not delete a spool that was sent", "error", err)
	}
	if s.progress != nil {
		s.progress()
	}
}

// failed notes an attempt that failed, and returns when to try again: later each time, and not at the same time as others.
func (s *sender) failed(err error) time.Duration {
	if s.attempts++; s.attempts == 1 {
		s.away = time.Now()
		s.log.Warn(s.name+" is away: what is measured waits", "error", err)
	}
	s.last = err
	pause := min(firstPause<<min(s.attempts-1, 10), longestPause)
	pause = pause/2 + rand.N(pause/2)
	var busy *BusyError
	if errors.As(err, &busy) {
		pause = max(pause, min(busy.RetryAfter, longestWish))
	}
	return pause
}

// wait returns after a while, or early when ctx is over or finish is closed, which it reports.
func wait(ctx context.Context, pause time.Duration, finish <-chan struct{}) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-finish:
		return true
	}
	return false
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
