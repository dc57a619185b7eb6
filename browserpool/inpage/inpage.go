// Package inpage acts on and reads a page from inside: Script installs the operations in every frame,
// and a call of one is a single evaluated promise that waits in the page, so that waiting costs no
// messages. It knows nothing of the browser that evaluates the calls.
package inpage

import (
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/liveload/liveload/browserpool"
)

//go:embed script
var files embed.FS

// Script is the JavaScript to run in every frame before the page's own scripts. What runs at once comes after what it
// uses.
var Script = browserpool.JoinScript(files,
	"base", "near", "frames", "shadow", "refused", "leave", "find", "look", "wait", "phx", "aim", "press", "field", "choice", "operations")

const (
	// FoundFunction runs an operation for elements that were found by other means than the page's: it takes
	// them and a Call, and returns an answer for ReadAnswer.
	FoundFunction = "(all, call) => globalThis.__liveload ? __liveload.runFound(all, call) : '{\"g\":1}'"
	// ClearFilesFunction takes the files out of a file input, or out of that of a label.
	ClearFilesFunction = `(el) => {
		const input = el.matches('input') ? el : (el.closest('label') || {}).control;
		if (!input || input.type !== 'file') throw new Error('it is not a file input');
		input.value = '';
		for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
	}`
	// PressedBinding is called for each press that was aimed at an element of the page, with what ReadPressed reads.
	PressedBinding = "__liveloadPressed"
	// StayFunction informs the page that its navigation to an address, "" means any, has ended without a document, and whether
	// it is sure that none comes.
	StayFunction = "([url, sure]) => globalThis.__liveload && __liveload.stay(url, sure)"
)

// Call writes a call of op, whose waiting timeout bounds. The first argument of an operation on an element
// is its selector, or a list of that when no other element may match. The arguments must be such that JSON can hold them.
func Call(op string, timeout time.Duration, args []any) (string, error) {
	call := append([]any{op, timeout.Milliseconds()}, args...)
	encoded, err := json.Marshal(call, lenient)
	if err != nil {
		return "", fmt.Errorf("%s: write arguments: %w", op, err)
	}
	return string(encoded), nil
}

// Expression returns the JavaScript that makes a call in the page and is a promise of its answer, for ReadAnswer.
func Expression(call string) string {
	return "globalThis.__liveload ? __liveload.run(" + call + ") : {g: 1}"
}

// WithoutFrameExpression is Expression for a selector that asks for a frame which is not there.
func WithoutFrameExpression(call string) string {
	return "globalThis.__liveload ? __liveload.runWithoutFrame(" + call + ") : {g: 1}"
}

// CoverExpression is what the page has at a point instead of a frame, or "".
func CoverExpression(x, y float64) string { return fmt.Sprintf("__liveload.coverOf(%v, %v)", x, y) }

// HandOutExpression is the file input that the operation "files" gave a number.
func HandOutExpression(number int) string { return fmt.Sprintf("__liveload.handOut(%d)", number) }

// An answer is what an operation returns: see operations.js.
type answer struct {
	Value    jsontext.Value `json:"v"`
	Error    string         `json:"e"`
	Timeout  []string       `json:"t"`
	Again    []string       `json:"a"`
	Later    int            `json:"l"`
	Selector int            `json:"s"`
	Gone     int            `json:"g"`
	Status   int            `json:"d"` // of the document, in which no operation has been before, when that is an error of the server
	URL      string         `json:"u"` // of that document
}

// lenient takes the strings of JavaScript, which may hold half a surrogate pair.
var lenient = jsontext.AllowInvalidUTF8(true)

// ErrNoScript says that the document has no operations (yet): it is an error page of the browser.
var ErrNoScript = &browserpool.PageError{Message: "the page shows an error of the browser, not a document"}

// ErrNotCSS says that the browser cannot read the selector as CSS.
var ErrNotCSS = errors.New("the selector is not CSS")

// A FindAgainError says that an operation has waited for a while, and that its elements are to be found
// again before it goes on.
type FindAgainError struct {
	Waiting, Found string // as in browserpool.WaitError
	Later          bool   // the page cannot wait: the caller does
}

func (e *FindAgainError) Error() string {
	return fmt.Sprintf("waited for %s, but %s: find the element again", e.Waiting, e.Found)
}

// ReadAnswer decodes what an operation gave into value, which may be nil. A wait that ran out of time is
// a *browserpool.WaitError with what cause gives; what the page refused is a *browserpool.PageError. Other
// errors are ErrNoScript, ErrNotCSS, *FindAgainError, and a *browserpool.StatusError, once in a document, before the operation has
// begun.
func ReadAnswer(data []byte, value any, cause func() error) error {
	var a answer
	if err := json.Unmarshal(data, &a, lenient); err != nil {
		return fmt.Errorf("read the page's answer %.80q: %w", data, err)
	}
	switch {
	case a.Gone != 0:
		return ErrNoScript
	case a.Selector != 0:
		return ErrNotCSS
	case a.Status != 0:
		return &browserpool.StatusError{Status: a.Status, URL: a.URL, Later: true}
	case len(a.Again) == 2:
		return &FindAgainError{Waiting: a.Again[0], Found: a.Again[1], Later: a.Later != 0}
	case a.Error != "":
		return &browserpool.PageError{Message: a.Error}
	case len(a.Timeout) == 2:
		return &browserpool.WaitError{Waiting: a.Timeout[0], Found: a.Timeout[1], Cause: cause()}
	case value == nil:
		return nil
	}
	if err := json.Unmarshal(a.Value, value, lenient); err != nil {
		return fmt.Errorf("read the page's answer %.80q: %w", data, err)
	}
	return nil
}
