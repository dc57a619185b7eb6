package browserpool

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

var (
	// ErrNoNavigation says that an operation needs a page and none was opened yet.
	ErrNoNavigation = errors.New("no page is open yet: call user.navigate(url) first")
	// ErrClosed says that the session or the engine was closed.
	ErrClosed = errors.New("the session is closed")
	// ErrLost says that the session's browser or driver crashed, or hung and was killed.
	ErrLost = errors.New("the browser of this session is gone")
)

// A WaitError says that time ran out and what the page looked like then.
type WaitError struct {
	Waiting string // what was waited for: `"#buy" to be visible`
	Found   string // what was there instead: `it is covered by <div class="overlay">`; may be empty
	Cause   error  // context.DeadlineExceeded, or why the context was cancelled
}

func (e *WaitError) Error() string {
	if e.Found == "" {
		return fmt.Sprintf("waited for %s: %v", e.Waiting, e.Cause)
	}
	return fmt.Sprintf("waited for %s, but %s: %v", e.Waiting, e.Found, e.Cause)
}

func (e *WaitError) Unwrap() error { return e.Cause }

// A PageError is an error that the page gave: a bad selector, a script that threw, a URL that
// cannot be reached.
type PageError struct {
	Message string
	Name    string // of the error that a script of the page threw, such as RangeError; "" is Error
}

func (e *PageError) Error() string { return e.Message }

// ErrorName is error.name in scripts.
func (e *PageError) ErrorName() string { return cmp.Or(e.Name, "Error") }

// A StatusError says that the server has answered with an error in place of a page.
type StatusError struct {
	Status int
	URL    string // of the document
	Later  bool   // it came after an operation that had not waited for it, such as a click
}

func (e *StatusError) Error() string {
	if e.Later {
		return fmt.Sprintf("the page that came, %s, %s: the option acceptStatus lets it pass", e.URL, e.Reason())
	}
	return fmt.Sprintf("%s %s: { allowStatus: %d } or the option acceptStatus lets it pass", e.URL, e.Reason(), e.Status)
}

// Reason says what was wrong, without the address.
func (e *StatusError) Reason() string {
	return strings.TrimSpace(fmt.Sprintf("answered with status %d %s", e.Status, http.StatusText(e.Status)))
}

// An UnsupportedError says that an engine cannot do an operation at all.
type UnsupportedError struct {
	Engine    string // such as "playwright"
	Operation string // the method of Session, such as "DragAndDrop"
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("the engine %s cannot do %s: use another one (--engine)", e.Engine, e.Operation)
}
