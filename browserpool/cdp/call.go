package cdp

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/coder/websocket"
)

// An Answer is what came of a call: a result, or an *Error of the browser, or ErrClosed or ErrDetached.
type Answer struct {
	Result json.RawMessage
	Err    error
}

// writeLimit bounds the writing of one message.
const writeLimit = 15 * time.Second

type request struct {
	ID        int64  `json:"id"`
	SessionID string `json:"sessionId,omitempty"`
	Method    string `json:"method"`
	Params    any    `json:"params,omitempty"`
}

// Start sends a call and gives the channel that its one Answer comes on. Calls of one goroutine reach
// the browser in order. session is empty for the browser itself.
func (c *Conn) Start(session, method string, params any) (<-chan Answer, error) {
	id := c.last.Add(1)
	data, err := json.Marshal(request{ID: id, SessionID: session, Method: method, Params: params})
	if err != nil {
		return nil, fmt.Errorf("%s: write message: %w", method, err)
	}
	answer := make(chan Answer, 1)
	if !c.expect(id, call{session, answer}) {
		return nil, fmt.Errorf("%s: %w", method, ErrClosed)
	}
	// Writing obeys no caller's ctx: a message cut off in the middle would end the connection for all.
	// A browser that takes nothing for so long has no use for its connection.
	ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
	defer cancel()
	if err := c.socket.Write(ctx, websocket.MessageText, data); err != nil {
		_ = c.socket.CloseNow() // the reader sees it and answers for all
	}
	return answer, nil
}

func (c *Conn) expect(id int64, one call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls == nil {
		return false
	}
	c.calls[id] = one
	return true
}

// Call sends a call and waits for its result, which is decoded into result unless that is nil. It
// returns context.Cause(ctx) when ctx is over, an *Error when the browser refuses, ErrClosed when it is gone.
func (c *Conn) Call(ctx context.Context, session, method string, params, result any) error {
	answers, err := c.Start(session, method, params)
	if err != nil {
		return err
	}
	select {
	case a := <-answers:
		return a.Decode(method, result)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Decode reads the result of method into result, unless that is nil.
func (a Answer) Decode(method string, result any) error {
	if a.Err != nil {
		return fmt.Errorf("%s: %w", method, a.Err)
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(a.Result, result); err != nil {
		return fmt.Errorf("%s: read result: %w", method, err)
	}
	return nil
}
