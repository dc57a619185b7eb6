package calls

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/excerpt"
)

// A TimeoutError says that time ran out, in its own words.
type TimeoutError string

func (e TimeoutError) Error() string { return string(e) }

// Is makes it a deadline that was exceeded.
func (e TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

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
	return TimeoutError(fmt.Sprintf("timed out after %v", time.Since(begun).Round(10*time.Millisecond)))
}

// WaitError turns a timeout of the driver into ours.
func WaitError(ctx context.Context, waiting string, begun time.Time, err error) error {
	if errors.Is(err, pw.ErrTimeout) {
		return &browserpool.WaitError{Waiting: waiting, Cause: TimeUp(ctx, begun)}
	}
	return PlainError(err)
}

// PageLeft reports whether an evaluation failed because its document went away under it.
func PageLeft(err error) bool {
	return says(err, frameDetached, "Execution context was destroyed", "Cannot find context with specified id",
		"Inspected target navigated or closed", "Promise was collected", "Cannot find default execution context")
}

// frameDetached is said of a frame that its page removed, and of every frame of a page that closed.
const frameDetached = "Frame was detached"

// DriverGone reports whether a call failed because the driver died: playwright-go noticed it as an event, on writing to the
// driver, or on reading from it. What the driver itself says is no such error.
func DriverGone(err error) bool {
	return !errors.As(err, new(*pw.Error)) &&
		says(err, "Connection closed", "transport closed", "could not send message: write", "could not read protocol")
}

// crashed reports whether the driver says that a page crashed, which is how such a message begins. What a page or a user
// says comes later in a message.
func crashed(err error) bool {
	var e *pw.Error
	return errors.As(err, &e) && (strings.HasPrefix(e.Message, "Target crashed") || strings.HasPrefix(e.Message, "Page crashed"))
}

func says(err error, signs ...string) bool {
	return err != nil && slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(err.Error(), sign) })
}

// PlainError keeps the first line of a driver's message: the rest is its call log.
func PlainError(err error) error {
	var e *pw.Error
	if !errors.As(err, &e) {
		return err
	}
	text, _, _ := strings.Cut(e.Message, "\n")
	return &browserpool.PageError{Message: excerpt.Of(strings.TrimPrefix(text, "Error: "))}
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
