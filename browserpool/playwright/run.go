package playwright

import (
	"context"
	"errors"
	"fmt"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/inpage"
)

// run runs one operation of package inpage in the main page and decodes its answer into value. When
// the document goes away under it, it goes on in the next one.
func (s *session) run(ctx context.Context, value any, op string, args ...any) error {
	page, err := s.currentPage()
	if err != nil {
		return err
	}
	begun := time.Now()
	for {
		text, err := call(ctx, s, "the page to answer", func(timeout time.Duration) (string, error) {
			return evaluateText(page, inpage.RunFunction, inpage.Arguments(op, timeout, args))
		})
		if err == nil {
			return inpage.ReadAnswer(text, value, func() error { return timeUp(ctx, begun) })
		}
		if !pageLeft(err) || ctx.Err() != nil {
			return plainError(err)
		}
	}
}

func evaluateText(page pw.Page, fn string, arg any) (string, error) {
	value, err := page.Evaluate(fn, arg)
	if err != nil {
		return "", err
	}
	text, ok := value.(string)
	if !ok {
		return "", fmt.Errorf("the page answered with %T", value)
	}
	return text, nil
}

// settle waits while the page is being left, so that what follows runs in the page that comes.
func (s *session) settle(ctx context.Context) (pw.Page, error) {
	if err := s.run(ctx, nil, "settled"); err != nil && !errors.Is(err, inpage.ErrNoScript) {
		return nil, err
	}
	return s.currentPage()
}

// locate runs fn with Playwright's own locator, for selectors that CSS does not know.
func (s *session) locate(ctx context.Context, selector string, fn func(l pw.Locator, timeout time.Duration) error) error {
	page, err := s.settle(ctx)
	if err != nil {
		return err
	}
	begun := time.Now()
	err = s.do(ctx, fmt.Sprintf("%q", selector), func(timeout time.Duration) error { return fn(page.Locator(selector).First(), timeout) })
	return waitError(ctx, fmt.Sprintf("%q", selector), begun, err, func() string { return look(page, selector) })
}
