// Package cdp speaks the Chrome DevTools Protocol with one browser over one WebSocket: many targets,
// many calls at once, no process between us and the browser. It knows the protocol's envelope and
// nothing of what the messages mean.
package cdp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/coder/websocket"
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
	socket  *websocket.Conn
	wire    *wire
	holding sync.Mutex // while the wire holds back
	last    atomic.Int64
	done    chan struct{}

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

// Dial connects to the browser at a ws:// address. ctx bounds the dialling only. The connection ends
// with the browser.
func Dial(ctx context.Context, address string) (*Conn, error) {
	socket, wire, err := dialSocket(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("connect to the browser's DevTools: %w", err)
	}
	socket.SetReadLimit(-1) // the peer is the browser that we started
	c := &Conn{
		socket:  socket,
		wire:    wire,
		done:    make(chan struct{}),
		calls:   make(map[int64]*call),
		targets: make(map[string]func(string, []byte)),
	}
	go c.read()
	return c, nil
}

// Done is closed when the connection is gone and its reader has ended.
func (c *Conn) Done() <-chan struct{} { return c.done }

func (c *Conn) read() {
	defer c.end()
	var data bytes.Buffer
	for {
		_, from, err := c.socket.Reader(context.Background()) // ends with the socket
		if err != nil {
			return
		}
		if err := refill(&data, from); err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(data.Bytes(), &m, lenient); err != nil {
			return // a browser that speaks no JSON is not one to go on with
		}
		c.dispatch(m)
	}
}

// mostKept is how many bytes a buffer may have that is kept for the next message.
const mostKept = 64 << 10

// refill reads one message in the place of the one before.
func refill(data *bytes.Buffer, from io.Reader) error {
	if data.Cap() > mostKept {
		*data = bytes.Buffer{}
	}
	data.Reset()
	_, err := data.ReadFrom(from)
	return err
}

func (c *Conn) dispatch(m message) {
	c.mu.Lock()
	waiting, known := c.calls[m.ID]
	handle := c.targets[m.SessionID]
	delete(c.calls, m.ID)
	c.mu.Unlock()
	switch {
	case known && m.Error != nil:
		waiting.take(Answer{Err: m.Error})
	case known:
		waiting.take(Answer{Result: m.Result})
	case m.Method == "Target.detachedFromTarget":
		c.detached(m.Params)
	case m.ID == 0 && handle != nil:
		handle(m.Method, m.Params)
	}
}

// detached fails the calls of a session whose target is gone: the browser no longer answers them.
func (c *Conn) detached(params jsontext.Value) {
	var from struct {
		SessionID string `json:"sessionId"`
	}
	if json.Unmarshal(params, &from, lenient) != nil || from.SessionID == "" {
		return
	}
	c.mu.Lock()
	var waiting []*call
	for id, one := range c.calls {
		if one.session == from.SessionID {
			waiting = append(waiting, one)
			delete(c.calls, id)
		}
	}
	c.mu.Unlock()
	for _, one := range waiting {
		one.take(Answer{Err: ErrDetached})
	}
}

// end fails every call that waits, and those to come.
func (c *Conn) end() {
	_ = c.socket.CloseNow()
	c.mu.Lock()
	calls := c.calls
	c.calls = nil
	c.mu.Unlock()
	for _, waiting := range calls {
		waiting.take(Answer{Err: ErrClosed})
	}
	close(c.done)
}

// Listen has handle called with every event of a session, one after the other, until Unlisten. handle
// must not wait for a call of the same connection.
func (c *Conn) Listen(session string, handle func(method string, params []byte)) {
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
