package calls

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

// A timeoutError is why a wait ended that was not cancelled for another reason.
type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string {
	return fmt.Sprintf("timed out after %v", e.after.Round(10*time.Millisecond))
}

// Is says that it is a deadline that was exceeded.
func (e timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// TimeUp is why a wait ended: in the page time runs out a moment before it does for ctx, whose cause
// may have more to say.
func TimeUp(ctx context.Context, begun time.Time) error {
	if _, bounded := ctx.Deadline(); bounded {
		select {
		case <-ctx.Done():
		case <-time.After(AnswerGrace):
		}
	}
	if cause := context.Cause(ctx); cause != nil && cause != context.DeadlineExceeded {
		return cause
	}
	return timeoutError{time.Since(begun)}
}

// WaitError makes one of our timeouts of the driver's.
func WaitError(ctx context.Context, waiting string, begun time.Time, err error) error {
	if errors.Is(err, pw.ErrTimeout) {
		return &browserpool.WaitError{Waiting: waiting, Cause: TimeUp(ctx, begun)}
	}
	return PlainError(err)
}

// PageLeft says whether an evaluation failed since its document went away under it.
func PageLeft(err error) bool {
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

// PlainError keeps the first line of a driver's message: the rest is its call log.
func PlainError(err error) error {
	var e *pw.Error
	if !errors.As(err, &e) {
		return err
	}
	text, _, _ := strings.Cut(e.Message, "\n")
	return &browserpool.PageError{Message: strings.TrimPrefix(text, "Error: ")}
}

// Thrown is what a script of the page threw, with its name.
func Thrown(err error) error {
	var e *pw.Error
	plain := PlainError(err)
	if page, ok := plain.(*browserpool.PageError); ok && errors.As(err, &e) {
		page.Name = e.Name
	}
	return plain
}
