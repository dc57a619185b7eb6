package calls

import (
	"fmt"
)

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
