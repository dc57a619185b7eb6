package cdp

// What is dropped here costs the browser as much as what is not, and it tells of one event after the other: a page that
// makes too many of them keeps it from answering anybody. Such a page is ended.

// floodRate is what a session may have dropped. The browser can do ten times as much.
var floodRate = rate{perSecond: 10_000, burst: 100_000}

// costOfCut is that of an event that was too long to come whole.
const costOfCut = longestOurs / bytesOfOne

// floods ends the page of a session that has had too much dropped.
func (l *limiter) floods(s *allowance, cost float64, why string) {
	if s.page == nil || s.page.ended || s.surplus.take(cost, floodRate, l.now()) {
		return
	}
	s.page.ended = true
	l.mu.Lock()
	flooded := l.onFlood
	l.mu.Unlock()
	if flooded != nil {
		flooded(s.page.session, s.page.target, why)
	}
}

// EndFloods crashes each page that floods the other client. It has tell called before, with the browser's name of the page; tell must
// not wait for the browser.
func (c *Conn) EndFloods(tell func(target, why string)) {
	c.limiter.mu.Lock()
	defer c.limiter.mu.Unlock()
	c.limiter.onFlood = func(session, target, why string) {
		tell(target, why)
		c.order(session, "Page.crash", struct{}{}) // obeyed by the page's process even when the page itself is busy
	}
}

// order sends a call in a session of the other client, for whose answer nobody waits.
func (c *Conn) order(session, method string, params any) {
	m, err := encode(request{ID: id(c.last.Add(1)), SessionID: session, Method: method, Params: params})
	if err != nil || c.out.send(m) != nil {
		c.closeFiles(nil)
	}
}
