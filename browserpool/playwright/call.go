package playwright

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

const (
	// defaultTimeout bounds a call whose ctx has no deadline.
	defaultTimeout = 30 * time.Second
	// answerGrace is how long a call may take to say why it ran out of time.
	answerGrace = 300 * time.Millisecond
	// hangGrace is how much longer than its own timeout a call may take before its session counts as hung.
	hangGrace = 10 * time.Second
)

// call runs one call of playwright-go, which knows no ctx, on a goroutine of its own and returns when
// ctx is over, whatever the call does. The call is told how long it may take and must pass that on as
// its timeout. A call that outlives its timeout by hangGrace shows that the session hangs: it is lost.
func call[T any](ctx context.Context, s *session, what string, fn func(timeout time.Duration) (T, error)) (T, error) {
	var zero T
	if err := context.Cause(ctx); err != nil {
		return zero, err
	}
	timeout := remaining(ctx)
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil { // playwright-go asserts types of what the driver sends
				r.err = fmt.Errorf("%s: the driver sent something unexpected: %v", what, p)
			}
			done <- r
		}()
		r.value, r.err = fn(timeout)
	}()
	select {
	case r := <-done:
		return r.value, s.explain(r.err)
	case <-s.lost:
		return zero, browserpool.ErrLost
	case <-s.browser.Done():
		s.lose()
		return zero, browserpool.ErrLost
	case <-ctx.Done():
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		grace := time.NewTimer(answerGrace)
		defer grace.Stop()
		select {
		case r := <-done:
			return r.value, s.explain(r.err)
		case <-grace.C:
		}
	}
	s.suspect(timeout, func() bool {
		select {
		case <-done:
			return false
		default:
			return true
		}
	})
	return zero, context.Cause(ctx)
}

// do is call for calls without a value.
func (s *session) do(ctx context.Context, what string, fn func(timeout time.Duration) error) error {
	_, err := call(ctx, s, what, func(timeout time.Duration) (struct{}, error) { return struct{}{}, fn(timeout) })
	return err
}

// suspect looks at an abandoned call again when it must have returned. Its session is given up then;
// closing the session shows whether the browser hangs too.
func (s *session) suspect(timeout time.Duration, running func() bool) {
	time.AfterFunc(timeout+hangGrace, func() {
		select {
		case <-s.ended:
			return
		default:
		}
		if running() {
			s.lose()
		}
	})
}

func remaining(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return defaultTimeout
	}
	return max(time.Until(deadline), time.Millisecond)
}

func milliseconds(d time.Duration) *float64 { return pw.Float(float64(d.Microseconds()) / 1000) }

// explain turns playwright-go's errors into ours.
func (s *session) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pw.ErrTargetClosed), strings.Contains(err.Error(), "Target crashed"), strings.Contains(err.Error(), "Connection closed"):
		select {
		case <-s.ended:
			return browserpool.ErrClosed
		default:
			s.lose()
			return browserpool.ErrLost
		}
	}
	return err
}

// pageLeft says whether an evaluation failed since its document went away under it.
func pageLeft(err error) bool {
	if err == nil {
		return false
	}
	text := err.Error()
	return strings.Contains(text, "Execution context was destroyed") ||
		strings.Contains(text, "Cannot find context with specified id") ||
		strings.Contains(text, "frame was detached") ||
		strings.Contains(text, "Inspected target navigated or closed")
}

// plainError keeps the first line of a driver's message: the rest is its call log.
func plainError(err error) error {
	var e *pw.Error
	if !errors.As(err, &e) {
		return err
	}
	text, _, _ := strings.Cut(e.Message, "\n")
	return &browserpool.PageError{Message: strings.TrimPrefix(text, "Error: ")}
}
