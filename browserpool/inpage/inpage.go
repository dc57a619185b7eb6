// Package inpage acts on and reads a page from inside: Script installs the operations in every frame,
// and a call of one is a single evaluated promise that waits in the page, so that waiting costs no
// messages. It knows nothing of the browser that evaluates the calls.
package inpage

import (
	_ "embed"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/liveload/liveload/browserpool"
)

var (
	//go:embed near.js
	nearJS string
	//go:embed shadow.js
	shadowJS string
	//go:embed refused.js
	refusedJS string
	//go:embed inpage.js
	inpageJS string
)

// Script is the JavaScript to run in every frame before the page's own scripts.
var Script = "{\n" + nearJS + shadowJS + refusedJS + inpageJS + "}\n"

const (
	// LookFunction takes the elements that match a selector, and the selector, and says what the first one
	// looks like, or what there is instead.
	LookFunction = "(all, selector) => globalThis.__liveload ? __liveload.look(all[0], selector) : ''"
	// SubmitButtons is the selector of what submits the form around it.
	SubmitButtons = "button:not([type]), [type=submit], [type=image]"
	// AskToSubmitFunction says whether a form has a button, and asks one that has none to submit.
	AskToSubmitFunction = "(form) => { if (globalThis.__liveload) __liveload.submitAsked(form); const has = Boolean(form.querySelector('" + SubmitButtons + "')); if (!has) form.requestSubmit(); return has; }"
	// RefusalFunction takes the forms that match a selector and says why the first one was not submitted, or "".
	RefusalFunction = "(all) => globalThis.__liveload && all[0] ? __liveload.refusal(all[0]) : ''"
	// NoFileInputFunction gives "" for a file input or its label, and the tag of any other element.
	NoFileInputFunction = "(el) => (el.control || el).type === 'file' ? '' : el.cloneNode(false).outerHTML.slice(0, 100)"
	// ClearFilesFunction takes the files out of a file input, or out of that of a label.
	ClearFilesFunction = `(el) => {
		const input = el.matches('input') ? el : (el.closest('label') || {}).control;
		if (!input || input.type !== 'file') throw new Error('it is not a file input');
		input.value = '';
		for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
	}`
	// PressedBinding is called for each press that was aimed at an element of the page, with PressMissed
	// when it would have hit something else: the page has not noticed it then.
	PressedBinding = "__liveloadPressed"
	// PressMissed is what PressedBinding is called with.
	PressMissed = "missed"
	// UnseenExpression is true when the page has not seen the press that was aimed last.
	UnseenExpression = "Boolean(globalThis.__liveload && __liveload.unseen())"
	// StayFunction tells the page that its navigation to an address ("" is whichever) came to nothing.
	StayFunction = "(url) => globalThis.__liveload && __liveload.stay(url)"
)

// Expression gives the JavaScript that runs op in the page and is a promise of its answer, for
// ReadAnswer; timeout bounds its waiting. The arguments must be such that JSON can hold them.
func Expression(op string, timeout time.Duration, args []any) (string, error) {
	call := append([]any{op, timeout.Milliseconds()}, args...)
	encoded, err := json.Marshal(call, lenient)
	if err != nil {
		return "", fmt.Errorf("%s: write arguments: %w", op, err)
	}
	return "globalThis.__liveload ? __liveload.run(" + string(encoded) + ") : {g: 1}", nil
}

// An answer is what an operation gives.
type answer struct {
	Value   jsontext.Value `json:"v"`
	Error   string         `json:"e"`
	Timeout []string       `json:"t"`
	Gone    int            `json:"g"`
}

// lenient takes the strings of JavaScript, which may hold half a surrogate pair.
var lenient = jsontext.AllowInvalidUTF8(true)

// ErrNoScript says that the document has no operations (yet): it is an error page of the browser.
var ErrNoScript = &browserpool.PageError{Message: "the page shows an error of the browser, not a document"}

// ReadAnswer decodes what an operation gave into value, which may be nil. A wait that ran out of time is
// a *browserpool.WaitError with what cause gives; what the page refused is a *browserpool.PageError.
func ReadAnswer(data []byte, value any, cause func() error) error {
	var a answer
	if err := json.Unmarshal(data, &a, lenient); err != nil {
		return fmt.Errorf("read the page's answer %.80q: %w", data, err)
	}
	switch {
	case a.Gone != 0:
		return ErrNoScript
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
