package session

import (
	"context"
	"time"

	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// checkAnswers asks trivial questions after a call that was abandoned: a function that never returns and a
// server that never answers are no harm, but a page, browser or driver that does not answer at all
// makes the session useless. Closing the session then shows whether the browser hangs as a whole.
func (s *session) checkAnswers(waiting string) {
	if !s.asking.CompareAndSwap(false, true) {
		return
	}
	answered := calls.Async(s.trivial)
	go func() {
		defer s.asking.Store(false)
		patience := time.NewTimer(s.browser.HangLimit())
		defer patience.Stop()
		select {
		case <-answered:
		case <-s.Ended():
		case <-s.Lost():
		case <-s.browser.Done():
		case <-patience.C:
			s.Lose()
			s.browser.Suspect(waiting)
		}
	}()
}

// trivial asks driver and browser, and then the page. The page is moved the mouse out of: while it is on
// its way to another page Chromium withholds everything but input from it.
func (s *session) trivial() (any, error) {
	s.mu.Lock()
	opened, target := s.context, s.target
	s.mu.Unlock()
	if opened == nil {
		return s.browser.Playwright().NewBrowserCDPSession()
	}
	if _, err := opened.Cookies(); err != nil || target == "" {
		return nil, err
	}
	out := mouseEvent{Type: "mouseMoved", X: -1, Y: -1, Button: "none"}
	return nil, s.browser.Direct().Call(context.Background(), target, "Input.dispatchMouseEvent", out, nil) // ends with the connection
}
