// Package calls makes calls of playwright-go, which takes no ctx and may never return, obey one. It turns playwright-go's
// errors about timeouts, pages that went away and browsers that died into ours.
package calls

import (
	"context"
	"errors"
	"fmt"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

const (
	// DefaultTimeout bounds a call whose ctx has no deadline.
	DefaultTimeout = 30 * time.Second
	// AnswerGrace is how long a call may take to say why it ran out of time.
	AnswerGrace = 300 * time.Millisecond
)

// Run runs one call of playwright-go, which takes no ctx, on its own goroutine and returns when
// ctx is over, whatever the call does. The call gets the time that is left and must pass it on as
// its timeout; waiting says in an error what the call was for.
func Run[T any](ctx context.Context, g *Guard, waiting string, fn func(timeout time.Duration) (T, error)) (T, error) {
	var zero T
	if ctx.Err() != nil {
		return zero, context.Cause(ctx)
	}
	timeout := Remaining(ctx)
	a, err := Await(ctx, g, waiting, Async(func() (T, error) { return fn(timeout) }))
	if err != nil {
		return zero, err
	}
	return a.Value, g.explain(ctx, a.Err)
}

// Await waits for the answer to something that knows no ctx, and returns when ctx is over or the
// session ends.
func Await[T any](ctx context.Context, g *Guard, waiting string, done <-chan T) (T, error) {
	var zero T
	begun := time.Now()
	select {
	case a := <-done:
		return a, nil
	case <-g.lost:
		return zero, browserpool.ErrLost
	case <-g.ended:
		return zero, browserpool.ErrClosed
	case <-ctx.Done():
	}
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		g.onSilence(waiting)
		return zero, context.Cause(ctx)
	}
	select {
	case a := <-done:
		return a, nil
	case <-time.After(AnswerGrace):
		g.onSilence(waiting)
		return zero, &browserpool.WaitError{Waiting: waiting, Cause: TimeUp(ctx, begun)}
	}
}

// Do is Run for calls without a value.
func (g *Guard) Do(ctx context.Context, waiting string, fn func(timeout time.Duration) error) error {
	_, err := Run(ctx, g, waiting, func(timeout time.Duration) (struct{}, error) { return struct{}{}, fn(timeout) })
	return err
}

// Remaining is how long a call may take.
func Remaining(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return DefaultTimeout
	}
	return max(time.Until(deadline), time.Millisecond)
}

// Milliseconds is how playwright-go takes a timeout.
func Milliseconds(d time.Duration) *float64 { return pw.Float(float64(d.Microseconds()) / 1000) }

// An Answer is what a call of playwright-go gave.
type Answer[T any] struct {
	Value T
	Err   error
}

// Async makes a call of playwright-go, which knows no ctx and may never return, in a goroutine of its
// own. A panic of playwright-go, as on an answer that it did not expect, becomes an error. The
// goroutine ends at the latest when the driver does.
func Async[T any](call func() (T, error)) <-chan Answer[T] {
	result := make(chan Answer[T], 1)
	go func() {
		var a Answer[T]
		defer func() {
			if p := recover(); p != nil {
				a.Err = fmt.Errorf("playwright-go panicked: %v", p)
			}
			result <- a
		}()
		a.Value, a.Err = call()
	}()
	return result
}
