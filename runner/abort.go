package runner

import (
	"errors"
	"sync"
)

// An AbortError says that a script has ended the run, and why.
type AbortError struct{ Cause error }

func (e *AbortError) Error() string { return e.Cause.Error() }
func (e *AbortError) Unwrap() error { return e.Cause }

// An abortion ends the run when the error of a user asks for it.
type abortion struct {
	stop func()

	mu    sync.Mutex
	first error
}

// by stops the run if err says so, and says whether it did. The first reason counts.
func (a *abortion) by(err error) bool {
	var asks interface{ AbortsTest() bool }
	if !errors.As(err, &asks) || !asks.AbortsTest() {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.first == nil {
		a.first = &AbortError{Cause: err}
		a.stop()
	}
	return true
}

// reason is the *AbortError that has ended the run, or nil.
func (a *abortion) reason() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.first
}
