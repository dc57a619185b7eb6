package cdp

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
)

// An Answer is what came of a call: a result, or an *Error of the browser, or ErrClosed or ErrDetached.
type Answer struct {
	Result []byte // JSON
	Err    error
}

type request struct {
	ID        int64  `json:"id"`
	SessionID string `json:"sessionId,omitempty"`
	Method    string `json:"method"`
	Params    any    `json:"params,omitzero"`
}

// Start sends calls of a method, one for each of params, in one go and returns the channel that their one
// Answer comes on: that of the last call, or the first failure. Calls of one goroutine reach the browser
// in order. session is empty for the browser itself.
func (c *Conn) Start(session, method string, params ...any) (<-chan Answer, error) {
	if session == "" {
		session = c.root
	}
	last := c.last.Add(int64(len(params)))
	var messages []byte
	for i, p := range params {
		m, err := encode(request{ID: id(last - int64(len(params)-1-i)), SessionID: session, Method: method, Params: p})
		if err != nil {
			return nil, fmt.Errorf("%s: write message: %w", method, err)
		}
		messages = append(messages, m...)
	}
	one := &call{session: session, left: len(params), answer: make(chan Answer, 1)}
	if !c.expect(last, one) {
		return nil, fmt.Errorf("%s: %w", method, ErrClosed)
	}
	if err := c.out.send(messages); err != nil {
		c.closeFiles(nil) // the reader sees it and answers for all
	}
	return one.answer, nil
}

// encode writes a message and its zero byte.
func encode(r request) ([]byte, error) {
	m, err := json.Marshal(r, lenient)
	return append(m, 0), err
}

// expect notes that a call waits for the answers up to the one numbered last.
func (c *Conn) expect(last int64, one *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls == nil {
		return false
	}
	for i := range one.left {
		c.calls[id(last-int64(i))] = one
	}
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
	if err := Decode(a.Result, result); err != nil {
		return fmt.Errorf("%s: read result: %w", method, err)
	}
	return nil
}

// Decode reads what the browser sent, such as an event's params, into value. Names of fields are as
// their tags write them.
func Decode(data []byte, value any) error {
	return json.Unmarshal(data, value, lenient)
}
