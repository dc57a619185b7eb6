// Package cdp speaks the Chrome DevTools Protocol with one browser over the browser's own pipe: many targets, many calls
// at once, no process between us and the browser. A browser has one pipe, so that it is shared: whatever is not ours is
// carried between the browser and another client. The package knows the protocol's envelope and nothing of what the
// messages mean.
package cdp

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var (
	// ErrClosed says that the connection is gone, and with it every call that waits.
	ErrClosed = errors.New("the connection to the browser is closed")
	// ErrDetached says that the target of a call is gone, such as a page that closed itself.
	ErrDetached = errors.New("the page is closed")
)

// An Error is what the browser answered instead of a result.
type Error struct {
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Message }

// A Conn is the connection to one browser. Its methods may be called concurrently.
type Conn struct {
	browser Pipe
	out     sender   // to the browser
	other   *guest   // the client that shares the browser; nil when there is none
	limiter *limiter // what the other client is not told
	root    string   // our own session of the browser itself

	screen atomic.Pointer[func(address string) error] // what ScreenAddresses was given

	last atomic.Int64 // number of our last call
	done chan struct{}

	ours map[string]struct{} // our sessions; only the reader uses it

	mu      sync.Mutex
	calls   map[int64]*call // nil once the connection is gone
	targets map[string]func(method string, params []byte)
}

// A call waits for as many answers as it has messages. Once it waits, it is the reader's.
type call struct {
	session string
	left    int
	answer  chan Answer
}

// take takes one answer. The caller gets the first failure, or else the last result.
func (c *call) take(a Answer) {
	c.left--
	if a.Err == nil && c.left > 0 {
		return
	}
	select {
	case c.answer <- a:
	default: // failed before
	}
}

// A message is an answer or an event.
type message struct {
	ID        int64          `json:"id"`
	SessionID string         `json:"sessionId"`
	Method    string         `json:"method"`
	Params    jsontext.Value `json:"params"`
	Result    jsontext.Value `json:"result"`
	Error     *Error         `json:"error"`
}

// lenient takes the strings of JavaScript, which may hold half a surrogate pair.
var lenient = json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))

// Open begins to speak with a browser that was started with this pipe. Another client may share the browser: other is the
// pipe on which it believes to speak with the browser alone, or nil. The Conn owns all files, and closes them when the
// browser or the other client has closed its own, or when ctx is over before the browser has answered.
func Open(ctx context.Context, browser Pipe, other *Pipe) (*Conn, error) {
	c := &Conn{
		browser: browser,
		out:     sender{to: browser.To},
		limiter: newLimiter(time.Now),
		done:    make(chan struct{}),
		calls:   make(map[int64]*call),
		targets: make(map[string]func(string, []byte)),
	}
	from := &scanner{from: browser.From, most: mostAnswer}
	err := c.attach(ctx, from)
	if err == nil && other != nil {
		c.other, err = newGuest(*other)
	}
	if err != nil {
		c.closeFiles(other)
		return nil, fmt.Errorf("connect to the browser: %w", err)
	}
	go c.run(from)
	return c, nil
}

// attach takes a session of the browser itself: what is asked in it is answered in it, so that the other client, which
// has the first one, hears of nothing. Until then the other client's messages wait.
func (c *Conn) attach(ctx context.Context, from *scanner) error {
	inTime := context.AfterFunc(ctx, func() { _ = c.browser.From.SetReadDeadline(time.Unix(1, 0)) })
	const method = "Target.attachToBrowserTarget"
	first, err := encode(request{ID: id(0), Method: method})
	if err == nil {
		err = c.out.send(first)
	}
	if err != nil {
		return err
	}
	for {
		data, _, err := from.next()
		if err != nil {
			return errors.Join(err, context.Cause(ctx))
		}
		var m message
		if err := json.Unmarshal(data, &m, lenient); err != nil {
			return fmt.Errorf("%s: read the answer: %w", method, err)
		}
		if m.ID != id(0) {
			continue // such as the event that there is the session
		}
		var attached struct {
			SessionID string `json:"sessionId"`
		}
		a := Answer{Result: m.Result}
		if m.Error != nil {
			a = Answer{Err: m.Error}
		}
		if err := a.Decode(method, &attached); err != nil {
			return err
		}
		if !inTime() {
			return context.Cause(ctx)
		}
		c.root, c.ours = attached.SessionID, map[string]struct{}{attached.SessionID: {}}
		return nil
	}
}

// Done is closed when the connection is gone, to the other client too.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Close ends the connection, and with it the browser. It waits for nothing: see Done.
func (c *Conn) Close() { c.closeFiles(nil) }

func (c *Conn) closeFiles(other *Pipe) {
	_ = c.browser.Close()
	if c.other != nil {
		_ = c.other.Close()
	}
	if other != nil {
		_ = other.Close()
	}
}

// run carries messages until either side is gone.
func (c *Conn) run(from *scanner) {
	var carrying sync.WaitGroup
	if c.other != nil {
		from.idle, c.limiter.behind = c.other.out.flush, c.other.out.much
		carrying.Go(func() { c.other.speak(&c.out, c.screened); c.closeFiles(nil) })
		carrying.Go(func() { c.other.out.run(); c.closeFiles(nil) })
	}
	c.read(from)
	c.fail()
	if c.other != nil {
		c.other.out.end() // the last that the browser said is still told
	} else {
		c.closeFiles(nil)
	}
	carrying.Wait()
	close(c.done)
}

func (c *Conn) read(from *scanner) {
	for {
		data, whole, err := from.next()
		if err != nil {
			return
		}
		session, err := sessionOf(data)
		if err != nil && whole {
			return // a browser that speaks no JSON is not one to go on with
		}
		_, ours := c.ours[string(session)]
		id := answers(data)
		if id != 0 && (!whole || tooMuch(data)) {
			data, whole = refusal(id, string(session), data), true
		}
		switch {
		case !ours && id < firstID:
			if c.other != nil && c.limiter.admits(string(session), data, whole) && !c.other.out.add(data) {
				return
			}
		case whole && isOneOf(data, unheard):
		case !whole || isEvent(data) && len(data) > longestOurs:
			c.hear(string(session), TooLong, nil)
		default:
			var m message
			if json.Unmarshal(data, &m, lenient) != nil {
				return
			}
			c.dispatch(m)
		}
	}
}

func (c *Conn) dispatch(m message) {
	if m.ID == 0 {
		c.note(m)
		c.hear(m.SessionID, m.Method, m.Params)
		return
	}
	c.mu.Lock()
	waiting, known := c.calls[m.ID]
	delete(c.calls, m.ID)
	c.mu.Unlock()
	switch {
	case known && m.Error != nil:
		waiting.take(Answer{Err: m.Error})
	case known:
		waiting.take(Answer{Result: m.Result})
	}
}

// hear hands an event to whoever listens to its session.
func (c *Conn) hear(session, method string, params []byte) {
	c.mu.Lock()
	handle := c.targets[session]
	c.mu.Unlock()
	if handle != nil {
		handle(method, params)
	}
}

// note keeps account of our sessions.
func (c *Conn) note(m message) {
	attached, detached := m.Method == "Target.attachedToTarget", m.Method == "Target.detachedFromTarget"
	if !attached && !detached {
		return
	}
	var of struct {
		SessionID string `json:"sessionId"`
	}
	if json.Unmarshal(m.Params, &of, lenient) != nil || of.SessionID == "" {
		return
	}
	if attached {
		c.ours[of.SessionID] = struct{}{}
		return
	}
	delete(c.ours, of.SessionID)
	c.detached(of.SessionID)
}

// detached fails the calls of a session whose target is gone: the browser no longer answers them.
func (c *Conn) detached(session string) {
	c.mu.Lock()
	var waiting []*call
	for id, one := range c.calls {
		if one.session == session {
			waiting = append(waiting, one)
			delete(c.calls, id)
		}
	}
	c.mu.Unlock()
	for _, one := range waiting {
		one.take(Answer{Err: ErrDetached})
	}
}

// fail fails every call that waits, and those to come.
func (c *Conn) fail() {
	c.mu.Lock()
	calls := c.calls
	c.calls = nil
	c.mu.Unlock()
	for _, waiting := range calls {
		waiting.take(Answer{Err: ErrClosed})
	}
}

// TooLong is the method of an event that was too long to be read. It has no params.
const TooLong = "liveload: too long"

// Listen has handle called with every event of a session, one after the other, until Unlisten. handle
// must not wait for a call of the same connection. session is empty for the browser itself.
func (c *Conn) Listen(session string, handle func(method string, params []byte)) {
	if session == "" {
		session = c.root
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.targets[session] = handle
}

// Unlisten ends Listen.
func (c *Conn) Unlisten(session string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.targets, session)
}
