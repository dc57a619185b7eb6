package session

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// run runs an operation of package inpage on the main page and decodes its answer into value, which may
// be nil.
func (s *session) run(ctx context.Context, value any, op string, args ...any) error {
	return s.repeat(ctx, value, op, args, s.evaluateCall)
}

// An element is the one that an operation is about.
type element struct {
	selector string
	strict   bool // no other one may match
}

func on(selector string, opts []browserpool.Options) element {
	return element{selector, option(opts).Strict}
}

// option returns the only one of opts.
func option(opts []browserpool.Options) (o browserpool.Options) {
	if len(opts) > 0 {
		o = opts[0]
	}
	return o
}

// inPage is what the page takes for it.
func (e element) inPage() any {
	if e.strict {
		return []string{e.selector}
	}
	return e.selector
}

// runOn runs an operation on the first element that matches a selector. The page itself finds CSS; for other
// selectors Playwright's engines find the elements and do nothing else.
func (s *session) runOn(ctx context.Context, value any, op string, el element, args ...any) error {
	args = append([]any{el.inPage()}, args...)
	if isCSS(el.selector) {
		if err := s.run(ctx, value, op, args...); !errors.Is(err, inpage.ErrNotCSS) {
			return err
		}
	}
	return s.repeat(ctx, value, op, args, func(ctx context.Context, call string) ([]byte, error) {
		return s.findAndCall(ctx, el.selector, call)
	})
}

// repeat makes a call with ask until it has an answer. When the document is replaced, the call continues in the next
// one; when the elements have changed, with those that match now.
func (s *session) repeat(ctx context.Context, value any, op string, args []any, ask func(ctx context.Context, call string) ([]byte, error)) error {
	if _, err := s.currentPage(ctx); err != nil {
		return err
	}
	begun := time.Now()
	var last *inpage.FindAgainError
	for {
		call, err := inpage.Call(op, calls.Remaining(ctx), args)
		if err != nil {
			return err
		}
		answer, err := ask(ctx, call)
		switch {
		case err == nil:
			err = inpage.ReadAnswer(answer, value, func() error { return calls.TimeUp(ctx, begun) })
			if failed, ok := errors.AsType[*browserpool.StatusError](err); ok && s.allows(failed.Status) {
				continue
			}
			if !errors.As(err, &last) {
				return err
			}
			if last.Later {
				_ = s.Pause(ctx, betweenAnswers) // the next call says that time is up
			}
		case last != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
			// The last answer would have come too late, so the previous one is used.
			return &browserpool.WaitError{Waiting: last.Waiting, Found: last.Found, Cause: calls.TimeUp(ctx, begun)}
		case !calls.PageLeft(err):
			return calls.PlainError(err)
		default:
			if err := s.Pause(ctx, betweenDocuments); err != nil {
				return err
			}
		}
	}
}

// betweenDocuments is how long to wait when one document is gone and the next one is not there yet.
const betweenDocuments = 2 * time.Millisecond

// betweenAnswers is how long to wait before a page that cannot wait itself is asked again.
const betweenAnswers = 100 * time.Millisecond

// evaluateCall has the page make a call.
func (s *session) evaluateCall(ctx context.Context, call string) ([]byte, error) {
	return s.evaluate(ctx, inpage.Expression(call))
}

// findAndCall has Playwright find the elements, and the page make a call with them.
func (s *session) findAndCall(ctx context.Context, selector, text string) ([]byte, error) {
	page, err := s.currentPage(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := calls.Run(ctx, s.Guard, "the page to answer", func(time.Duration) (any, error) {
		return page.Locator(selector).EvaluateAll(inpage.FoundFunction, text)
	})
	if err != nil && strings.Contains(err.Error(), "Failed to find frame for selector") {
		return s.evaluate(ctx, inpage.WithoutFrameExpression(text))
	}
	if err != nil {
		return nil, selectorError(selector, err)
	}
	encoded, _ := answer.(string)
	return []byte(encoded), nil
}

// settle waits while the page is being left, so that what follows runs in the page that comes.
func (s *session) settle(ctx context.Context) (pw.Page, error) {
	if err := s.run(ctx, nil, "settled"); err != nil && !errors.Is(err, inpage.ErrNoScript) {
		return nil, err
	}
	return s.currentPage(ctx)
}

var (
	engine       = regexp.MustCompile(`^\s*[a-zA-Z_][\w:-]*\s*=`)
	pseudoOfTool = regexp.MustCompile(`:(has-text|text|text-is|text-matches|visible|left-of|right-of|above|below|near|nth-match|light)\b`)
)

// isCSS reports whether the page may be asked to find what a selector means. The rest (text=, role=, xpath,
// >>, and the pseudo-classes that only Playwright knows) is found by Playwright's engines.
func isCSS(selector string) bool {
	trimmed := strings.TrimSpace(selector)
	switch {
	case strings.HasPrefix(trimmed, "//"), strings.HasPrefix(trimmed, ".."), strings.HasPrefix(trimmed, "("):
		return false
	case strings.HasPrefix(trimmed, `"`), strings.HasPrefix(trimmed, `'`):
		return false
	}
	switch { // most selectors have neither = nor :, and are not worth a regular expression
	case strings.Contains(trimmed, ">>"),
		strings.Contains(trimmed, "=") && engine.MatchString(trimmed),
		strings.Contains(trimmed, ":") && pseudoOfTool.MatchString(trimmed):
		return false
	}
	return true
}

// driverPrefix is what Playwright and the browser write before what is wrong with a selector.
var driverPrefix = regexp.MustCompile(`^(\w*Error: )?(Failed to execute '\w+' on '\w+': )?`)

// selectorError gives one form to Playwright's complaints about a selector that it cannot read. Other errors, such
// as that of a page that went away, stay as they are.
func selectorError(selector string, err error) error {
	var e *pw.Error
	if !errors.As(err, &e) || calls.PageLeft(err) || strings.Contains(e.Message, "Protocol error") {
		return err
	}
	mistake, _, _ := strings.Cut(e.Message, "\n")
	mistake = driverPrefix.ReplaceAllString(mistake, "")
	return &browserpool.PageError{Message: fmt.Sprintf("the selector %q is not valid: %s", selector, mistake)}
}
