package session

import (
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
)

// newsPatience is how long a lost session waits for the news of what ended it.
const newsPatience = 2 * time.Second

// doom notes what has ended the session, which is lost from then on. What came first counts.
func (s *session) doom(crash browserpool.Crash) {
	select {
	case s.crash <- crash:
	default:
	}
	s.Lose()
}

// explainLoss says what has ended the session.
func (s *session) explainLoss() browserpool.Crash {
	select {
	case crash := <-s.crash: // also when its browser ended later
		return crash
	default:
	}
	select {
	case crash := <-s.crash:
		return crash
	case <-s.browser.Done():
		return s.browser.Crash()
	case <-time.After(newsPatience):
		return browserpool.Crash{Process: metrics.ProcessBrowser, Cause: metrics.CrashHung}
	}
}

// LostBy implements browserpool.Doomed.
func (s *session) LostBy() browserpool.Crash { return s.lostBy() }

var _ browserpool.Doomed = (*session)(nil)

// countLoss counts a session that takes with it what its page had measured last.
func (s *session) countLoss() {
	s.mu.Lock()
	shown := s.documents > 0
	s.mu.Unlock()
	if shown && s.measured && s.IsLost() {
		crash := s.lostBy()
		s.recorder.Add(metrics.SessionsLost, metrics.SessionsLost.With(crash.Cause, crash.Process), 1)
	}
}
