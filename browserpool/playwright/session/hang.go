package session

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/metrics"
)

// checkAnswers asks trivial questions after an abandoned call. A function that never returns or a server that
// never answers does no harm, but a page, browser or driver that answers nothing makes the session useless: it
// is lost then. Closing the session shows whether the whole browser hangs.
func (s *session) checkAnswers(waiting string) {
	if !s.asking.CompareAndSwap(false, true) {
		return
	}
	var alive atomic.Bool // driver and browser
	answered := calls.Async(func() (any, error) { return s.trivial(&alive) })
	go func() {
		defer s.asking.Store(false)
		select {
		case <-answered:
		case <-s.Ended():
		case <-s.Lost():
		case <-s.browser.Done():
		case <-time.After(s.browser.HangLimit()):
			if alive.Load() {
				crash := browserpool.Crash{Process: metrics.ProcessPage, Cause: metrics.CrashHung, Detail: "for " + s.browser.HangLimit().String()}
				s.browser.CountPage(crash)
				s.doom(crash)
			}
			s.Lose()
			s.browser.Suspect(waiting)
		}
	}()
}

// ping asks driver and browser.
func (s *session) ping() (struct{}, error) {
	s.mu.Lock()
	opened := s.context
	s.mu.Unlock()
	var err error
	if opened == nil {
		_, err = s.browser.Playwright().NewBrowserCDPSession()
	} else {
		_, err = opened.Cookies()
	}
	if err != nil {
		err = s.fail()
	}
	return struct{}{}, err
}

// trivial asks driver and browser, and then the page, by moving the mouse out of it: during a navigation Chromium
// delivers nothing but input to a page.
func (s *session) trivial(alive *atomic.Bool) (any, error) {
	if _, err := s.ping(); err != nil {
		return nil, err
	}
	alive.Store(true)
	s.mu.Lock()
	target := s.target
	s.mu.Unlock()
	if target == "" {
		return nil, nil
	}
	out := mouseEvent{Type: "mouseMoved", X: -1, Y: -1, Button: "none"}
	return nil, s.browser.Direct().Call(context.Background(), target, "Input.dispatchMouseEvent", out, nil) // ends with the connection
}
