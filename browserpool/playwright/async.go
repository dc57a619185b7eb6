package playwright

import "fmt"

// An answer is what a call of playwright-go gave.
type answer[T any] struct {
	value T
	err   error
}

// async makes a call of playwright-go, which knows no ctx and may never return, in a goroutine of its
// own. A panic of playwright-go, as on an answer that it did not expect, becomes an error. The
// goroutine ends at the latest when the driver does.
func async[T any](call func() (T, error)) <-chan answer[T] {
	result := make(chan answer[T], 1)
	go func() {
		var a answer[T]
		defer func() {
			if p := recover(); p != nil {
				a.err = fmt.Errorf("playwright-go panicked: %v", p)
			}
			result <- a
		}()
		a.value, a.err = call()
	}()
	return result
}
