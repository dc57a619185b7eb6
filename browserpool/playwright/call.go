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
)

// call runs one call of playwright-go, which knows no ctx, on a goroutine of its own and returns when
// ctx is over, whatever the call does. The call is told how long it may take and must pass that on as
// its timeout; waiting says in an error what the call was for.
func call[T any](ctx context.Context, s *session, waiting string, fn func(timeout time.Duration) (T, error)) (T, error) {
	var zero T
	if ctx.Err() != nil {
		return zero, context.Cause(ctx)
	}
	timeout := remaining(ctx)
	a, err := await(ctx, s, waiting, async(func() (T, error) { return fn(timeout) }))
	if err != nil {
		return zero, err
	}
	return a.value, s.explain(a.err)
}

// await waits for the answer to something that knows no ctx, and returns when ctx is over or the
// session ends.
func await[T any](ctx context.Context, s *session, waiting string, done <-chan T) (T, error) {
	var zero T
	begun := time.Now()
	select {
	case a := <-done:
		return a, nil
	case <-s.lost:
		return zero, browserpool.ErrLost
	case <-s.browser.Done():
		s.lose()
		return zero, browserpool.ErrLost
	case <-s.ended:
		return zero, browserpool.ErrClosed
	case <-ctx.Done():
	}
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		s.doubt(waiting)
		return zero, context.Cause(ctx)
	}
	grace := time.NewTimer(answerGrace)
	defer grace.Stop()
	select {
	case a := <-done:
		return a, nil
	case <-grace.C:
		s.doubt(waiting)
		return zero, &browserpool.WaitError{Waiting: waiting, Cause: timeUp(ctx, begun)}
	}
}

// do is call for calls without a value.
func (s *session) do(ctx context.Context, waiting string, fn func(timeout time.Duration) error) error {
	_, err := call(ctx, s, waiting, func(timeout time.Duration) (struct{}, error) { return struct{}{}, fn(timeout) })
	return err
}

func remaining(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return defaultTimeout
	}
	return max(time.Until(deadline), time.Millisecond)
}

func milliseconds(d time.Duration) *float64 { return pw.Float(float64(d.Microseconds()) / 1000) }

// A timeoutError is why a wait ended that nobody cancelled for a reason of his own.
type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string {
	return fmt.Sprintf("timed out after %v", e.after.Round(10*time.Millisecond))
}

// Is says that it is a deadline that was exceeded.
func (e timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// timeUp is why a wait ended: in the page time runs out a moment before it does for ctx, whose cause
// may have more to say.
func timeUp(ctx context.Context, begun time.Time) error {
	if _, bounded := ctx.Deadline(); bounded {
		late := time.NewTimer(answerGrace)
		defer late.Stop()
		select {
		case <-ctx.Done():
		case <-late.C:
		}
	}
	if cause := context.Cause(ctx); cause != nil && cause != context.DeadlineExceeded {
		return cause
	}
	return timeoutError{time.Since(begun)}
}

// waitError gives a timeout of the driver the shape of ours.
func waitError(ctx context.Context, waiting string, begun time.Time, err error) error {
	if errors.Is(err, pw.ErrTimeout) {
		return &browserpool.WaitError{Waiting: waiting, Cause: timeUp(ctx, begun)}
	}
	return plainError(err)
}

// explain turns playwright-go's errors into ours.
func (s *session) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), "Target crashed"), strings.Contains(err.Error(), "Page crashed"):
		s.lose()
		return browserpool.ErrLost
	case errors.Is(err, pw.ErrTargetClosed), strings.Contains(err.Error(), "Connection closed"):
		return s.closed()
	}
	return err
}

// closed finds out who closed a page. The end of a browser is told a moment after that of its pages.
func (s *session) closed() error {
	moment := time.NewTimer(answerGrace)
	defer moment.Stop()
	select {
	case <-s.ended:
		return browserpool.ErrClosed
	case <-s.lost:
		return browserpool.ErrLost
	case <-s.browser.Done():
		s.lose()
		return browserpool.ErrLost
	case <-moment.C:
		return &browserpool.PageError{Message: "the page was closed by a script of its own"}
	}
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
		strings.Contains(text, "Inspected target navigated or closed") ||
		strings.Contains(text, "Promise was collected") ||
		strings.Contains(text, "Cannot find default execution context")
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

// thrown is what a script of the page threw, with its name.
func thrown(err error) error {
	var e *pw.Error
	plain := plainError(err)
	if page, ok := plain.(*browserpool.PageError); ok && errors.As(err, &e) {
		page.Name = e.Name
	}
	return plain
}
