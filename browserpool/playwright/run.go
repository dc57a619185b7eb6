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
	if _, err := s.currentPage(); err != nil {
		return err
	}
	begun := time.Now()
	for {
		expression, err := inpage.Expression(op, remaining(ctx), args)
		if err != nil {
			return err
		}
		answer, err := s.evaluate(ctx, expression)
		if err == nil {
			return inpage.ReadAnswer(answer, value, func() error { return timeUp(ctx, begun) })
		}
		if !pageLeft(err) || s.pause(ctx, betweenDocuments) != nil {
			return plainError(err)
		}
	}
}

// betweenDocuments is how long to wait when one document is gone and the next one is not there yet.
const betweenDocuments = 2 * time.Millisecond

// settle waits while the page is being left, so that what follows runs in the page that comes.
func (s *session) settle(ctx context.Context) (pw.Page, error) {
	if err := s.run(ctx, nil, "settled"); err != nil && !errors.Is(err, inpage.ErrNoScript) {
		return nil, err
	}
	return s.currentPage()
}

// locate runs fn with Playwright's own locator, for selectors that CSS does not know; aim completes
// "waited for SELECTOR".
func (s *session) locate(ctx context.Context, selector, aim string, fn func(l pw.Locator, timeout time.Duration) error) error {
	page, err := s.settle(ctx)
	if err != nil {
		return err
	}
	waiting := fmt.Sprintf("%q %s", selector, aim)
	begun := time.Now()
	err = s.do(ctx, waiting, func(timeout time.Duration) error { return fn(page.Locator(selector).First(), timeout) })
	return waitError(ctx, waiting, begun, err, func() string { return look(page, selector) })
}
