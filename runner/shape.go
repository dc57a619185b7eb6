package runner

import (
	"context"
	"sync"
	"time"
)

// A Shape says when users start, as a pure function without a clock.
type Shape interface {
	// Next tells how long after elapsed the next user starts, when started users did already. more is
	// false when nobody starts any more.
	Next(elapsed time.Duration, started int) (wait time.Duration, more bool)
}

// execute starts users as shape says, each in its own goroutine, and returns when all have ended.
// After noNew is over nobody starts any more.
func execute(noNew context.Context, shape Shape, live func(index int)) {
	var users sync.WaitGroup
	defer users.Wait()
	began := time.Now()
	for started := 0; ; started++ {
		wait, more := shape.Next(time.Since(began), started)
		if !more || !pause(noNew, wait) {
			return
		}
		users.Go(func() { live(started) })
	}
}

// pause waits, and reports false when ctx was over first.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
