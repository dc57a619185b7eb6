package playwright

import "time"

// hangLimit is how long a page may take for a trivial question before its session counts as hung. Far
// above what a saturated machine needs.
const hangLimit = 10 * time.Second

// doubt asks the page a trivial question after a call that was abandoned: a function that never
// returns is no harm, but a page, browser or driver that does not answer at all makes the session
// useless. Closing the session then shows whether the browser hangs as a whole.
func (s *session) doubt(waiting string) {
	if !s.asking.CompareAndSwap(false, true) {
		return
	}
	answered := async(s.trivial)
	go func() {
		defer s.asking.Store(false)
		patience := time.NewTimer(hangLimit)
		defer patience.Stop()
		select {
		case <-answered:
		case <-s.ended:
		case <-s.lost:
		case <-s.browser.Done():
		case <-patience.C:
			s.lose()
			s.browser.suspect(waiting)
		}
	}()
}

// trivial asks the page, or the browser while there is no page.
func (s *session) trivial() (any, error) {
	s.mu.Lock()
	page, opened := s.page, s.context
	s.mu.Unlock()
	switch {
	case page != nil:
		return page.Evaluate("1")
	case opened != nil:
		return opened.Cookies()
	}
	return s.browser.pw.NewBrowserCDPSession()
}
