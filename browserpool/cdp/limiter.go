package cdp

import (
	"bytes"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A limiter bounds what the other client is told. A page can make as many of some events as it likes: what it writes to its
// console, errors, calls of functions that the other client has given it. All users of a browser share the pipe and the other
// client, so each session of that client has a budget of them. What is above it is dropped here, where it costs least, and counted.
type limiter struct {
	now      func() time.Time
	behind   func() bool           // whether the other client is; may be nil
	sessions map[string]*allowance // of the other client; only the reader uses it

	mu       sync.Mutex
	onDrop   map[string]func(why string) // by the browser's name of a context
	onWorker func(session string)        // called with each worker's, before the other client hears of it; may be nil

	onFlood func(Flood) // called for a page that is to be ended; may be nil
}

// An allowance is what a session may still say.
type allowance struct {
	context string
	talk    bucket // console lines and errors
	calls   bucket // of functions
	frames  bucket // of WebSockets
	surplus bucket // of what was dropped
	page    *page  // nil when it is not known
}

// A page may also be a frame with a process of its own. Its workers belong to it.
type page struct {
	session, target string
	ended           bool
}

// Why events were dropped.
const (
	DroppedLines  = "too many console lines"
	DroppedCalls  = "too many calls from a page"
	DroppedFrames = "too many frames for the driver"
	DroppedLong   = "too long an event"
)

const (
	longestOurs    = 2 << 20 // bytes of an event of our own sessions
	longestLimited = 1 << 20 // bytes of an event that is limited
	// An event costs 1, and more when it has more bytes than this.
	bytesOfOne     = 1 << 10
	bytesOfOneCall = 8 << 10 // what calls cost is the work for each, not their bytes
	// mostAllowances is how many sessions are known beside those that were attached.
	mostAllowances = 10_000
)

var (
	talkRate  = rate{perSecond: 200, burst: 1000}
	callRate  = rate{perSecond: 1000, burst: 5000}
	frameRate = rate{perSecond: 1000, burst: 20_000}
)

type rate struct{ perSecond, burst float64 }

// slowed is the rate while the other client is behind: sessions that say little lose nothing, and those that flood hold them up less.
func (r rate) slowed() rate { return rate{perSecond: r.perSecond / 5, burst: r.burst / 20} }

// A bucket fills over time.
type bucket struct {
	used float64
	at   time.Time
}

// take says whether there is enough left, and takes it.
func (b *bucket) take(cost float64, r rate, now time.Time) bool {
	b.used = max(0, b.used-now.Sub(b.at).Seconds()*r.perSecond)
	b.at = now
	if b.used+cost > r.burst {
		return false
	}
	b.used += cost
	return true
}

var (
	spoken   = events("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
	called   = events("Runtime.bindingCalled")
	framed   = events("Network.webSocketFrameReceived", "Network.webSocketFrameSent")
	attached = events("Target.attachedToTarget")
	gone     = events("Target.detachedFromTarget")
	// unheard are what the browser tells our sessions beside what we listen to.
	unheard = events("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Runtime.executionContextCreated", "Runtime.executionContextDestroyed",
		"Runtime.executionContextsCleared")
)

// tooLong says whether a message that has not come whole is an event that is not worth its room.
func tooLong(message []byte) bool {
	return len(message) >= mostEvent && isEvent(message) ||
		len(message) > longestLimited && (isOneOf(message, spoken) || isOneOf(message, framed)) ||
		len(message) >= longestOurs && isOneOf(message, called) // which may be our own
}

// events returns how messages with events begin.
func events(methods ...string) (all [][]byte) {
	for _, method := range methods {
		all = append(all, []byte(`{"method":"`+method+`"`))
	}
	return all
}

func isOneOf(message []byte, all [][]byte) bool {
	for _, begins := range all {
		if bytes.HasPrefix(message, begins) {
			return true
		}
	}
	return false
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, sessions: make(map[string]*allowance), onDrop: make(map[string]func(string))}
}

// admits says whether a message of the browser reaches the other client. One that is not whole never does.
func (l *limiter) admits(session string, message []byte, whole bool) bool {
	if whole {
		l.note(message)
	}
	talk, calls, frame := isOneOf(message, spoken), isOneOf(message, called), isOneOf(message, framed)
	if whole && !talk && !calls && !frame {
		return true
	}
	s := l.sessions[session]
	if s == nil {
		s = &allowance{}
		if len(l.sessions) < mostAllowances {
			l.sessions[session] = s
		}
	}
	cost := max(1, float64(len(message))/bytesOfOne)
	talking, calling, framing := talkRate, callRate, frameRate
	if l.behind != nil && l.behind() {
		talking, calling, framing = talkRate.slowed(), callRate.slowed(), frameRate.slowed()
	}
	switch {
	case !whole:
		l.drop(s, message, costOfCut, DroppedLong)
	case len(message) > longestLimited:
		l.drop(s, message, cost, DroppedLong)
	case talk && !s.talk.take(cost, talking, l.now()):
		l.drop(s, message, cost, DroppedLines)
	case calls && (!s.calls.take(max(1, float64(len(message))/bytesOfOneCall), calling, l.now()) || killsDriver(message)):
		l.drop(s, message, cost, DroppedCalls)
	case frame && !s.frames.take(cost, framing, l.now()):
		l.drop(s, message, cost, DroppedFrames)
	default:
		return true
	}
	return false
}

// playwrightBinding is the function through which pages call all that Playwright has exposed.
const playwrightBinding = "__playwright__binding__"

// killsDriver says whether a page has called Playwright's own function with anything but an object in JSON: the driver dies of it. What
// other functions are called with is the business of the script that has added them, through a CDP session.
func killsDriver(message []byte) bool {
	var m struct {
		Params struct {
			Name    string `json:"name"`
			Payload string `json:"payload"`
		} `json:"params"`
	}
	if json.Unmarshal(message, &m, lenient) != nil {
		return true
	}
	payload := jsontext.Value(m.Params.Payload)
	return m.Params.Name == playwrightBinding && !(payload.IsValid(lenient) && payload.Kind() == '{')
}

func (l *limiter) drop(s *allowance, message []byte, cost float64, why string) {
	l.mu.Lock()
	tell := l.onDrop[s.context]
	l.mu.Unlock()
	if tell != nil {
		tell(why)
	}
	l.floods(s, message, cost, why)
}

// note keeps account of the other client's sessions.
func (l *limiter) note(message []byte) {
	come := isOneOf(message, attached)
	if !come && !isOneOf(message, gone) {
		return
	}
	var m struct {
		SessionID string `json:"sessionId"`
		Params    struct {
			SessionID  string `json:"sessionId"`
			TargetInfo struct {
				TargetID         string `json:"targetId"`
				Type             string `json:"type"`
				BrowserContextID string `json:"browserContextId"`
			} `json:"targetInfo"`
		} `json:"params"`
	}
	switch {
	case json.Unmarshal(message, &m, lenient) != nil:
	case come:
		s := &allowance{context: m.Params.TargetInfo.BrowserContextID}
		if strings.HasSuffix(m.Params.TargetInfo.Type, "worker") {
			if of := l.sessions[m.SessionID]; of != nil {
				s.page = of.page
			}
			l.tellWorker(m.Params.SessionID)
		} else {
			s.page = &page{session: m.Params.SessionID, target: m.Params.TargetInfo.TargetID}
		}
		l.sessions[m.Params.SessionID] = s
	default:
		delete(l.sessions, m.Params.SessionID)
	}
}

func (l *limiter) tellWorker(session string) {
	l.mu.Lock()
	tell := l.onWorker
	l.mu.Unlock()
	if tell != nil {
		tell(session)
	}
}

// RunInWorkers has every worker of the other client evaluate an expression before its own script.
func (c *Conn) RunInWorkers(expression string) {
	c.limiter.mu.Lock()
	defer c.limiter.mu.Unlock()
	c.limiter.onWorker = func(session string) {
		c.order(session, "Runtime.evaluate", map[string]string{"expression": expression})
	}
}

// ListenDropped has tell called with each event of a context, by the browser's name of it, that was dropped for the other client, until
// tell is nil.
func (c *Conn) ListenDropped(context string, tell func(why string)) {
	c.limiter.mu.Lock()
	defer c.limiter.mu.Unlock()
	if tell == nil {
		delete(c.limiter.onDrop, context)
	} else {
		c.limiter.onDrop[context] = tell
	}
}
