package cdp

import (
	"bytes"
	"strconv"
)

// What is dropped here costs the browser as much as what is not, and it tells of one event after the other: a page that
// makes too many of them keeps it from answering anybody. Such a page is ended.

// floodRate is what a session may have dropped.
var floodRate = rate{perSecond: 3000, burst: 30_000}

// costOfCut is that of an event that was too long to come whole.
const costOfCut = longestOurs / bytesOfOne

// floods ends the page of a session that has had too much dropped, last this message.
func (l *limiter) floods(s *allowance, message []byte, cost float64, why string) {
	if s.page == nil || s.page.ended || s.surplus.take(cost, floodRate, l.now()) {
		return
	}
	s.page.ended = true
	l.mu.Lock()
	flooded := l.onFlood
	l.mu.Unlock()
	if flooded != nil {
		flooded(Flood{Page: s.page.target, Why: why, Process: processOf(message), session: s.page.session})
	}
}

// A Flood is a page that floods the other client.
type Flood struct {
	Page    string // the browser's name of it
	Why     string // what was dropped of it last
	Process int    // what the browser calls the page's process; 0 when that is not known

	session string
}

// EndFloods crashes each page that floods the other client. It has tell called before; tell must not wait for the browser.
func (c *Conn) EndFloods(tell func(Flood)) {
	c.limiter.mu.Lock()
	defer c.limiter.mu.Unlock()
	c.limiter.onFlood = func(f Flood) {
		tell(f)
		c.order(f.session, "Page.crash", struct{}{}) // obeyed by the page's process even when the page itself is busy
	}
}

var requestBegins = []byte(`,"params":{"requestId":"`)

// processOf returns the process that has opened the socket of a frame: Chromium numbers its sockets as PROCESS.NUMBER.
func processOf(message []byte) int {
	for _, begins := range framed {
		rest, ok := bytes.CutPrefix(message, begins)
		if !ok {
			continue
		}
		rest, ok = bytes.CutPrefix(rest, requestBegins)
		number, _, dot := bytes.Cut(rest, []byte{'.'})
		if n, err := strconv.Atoi(string(number[:min(len(number), 20)])); ok && dot && err == nil {
			return n
		}
	}
	return 0
}

// order sends a call in a session of the other client, for whose answer nobody waits.
func (c *Conn) order(session, method string, params any) {
	m, err := encode(request{ID: id(c.last.Add(1)), SessionID: session, Method: method, Params: params})
	if err != nil || c.out.send(m) != nil {
		c.closeFiles(nil)
	}
}
