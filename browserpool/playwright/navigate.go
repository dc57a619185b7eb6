package playwright

import (
	"context"
	"fmt"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"
)

// Navigate opens an absolute URL; the first call opens the page.
func (s *session) Navigate(ctx context.Context, url string) error {
	page, err := s.openPage(ctx)
	if err != nil {
		return err
	}
	return s.move(ctx, "navigate", "the page "+url, func(timeout time.Duration) error {
		_, err := page.Goto(url, pw.PageGotoOptions{Timeout: milliseconds(timeout)})
		return err
	})
}

// Reload loads the page again.
func (s *session) Reload(ctx context.Context) error {
	return s.movePage(ctx, "reload", func(page pw.Page, timeout time.Duration) error {
		_, err := page.Reload(pw.PageReloadOptions{Timeout: milliseconds(timeout)})
		return err
	})
}

// GoBack goes to the page before in the history, if there is one.
func (s *session) GoBack(ctx context.Context) error {
	return s.movePage(ctx, "goBack", func(page pw.Page, timeout time.Duration) error {
		_, err := page.GoBack(pw.PageGoBackOptions{Timeout: milliseconds(timeout)})
		return err
	})
}

// GoForward goes to the next page in the history, if there is one.
func (s *session) GoForward(ctx context.Context) error {
	return s.movePage(ctx, "goForward", func(page pw.Page, timeout time.Duration) error {
		_, err := page.GoForward(pw.PageGoForwardOptions{Timeout: milliseconds(timeout)})
		return err
	})
}

func (s *session) movePage(ctx context.Context, what string, fn func(page pw.Page, timeout time.Duration) error) error {
	page, err := s.currentPage()
	if err != nil {
		return err
	}
	return s.move(ctx, what, "the page to load", func(timeout time.Duration) error { return fn(page, timeout) })
}

func (s *session) move(ctx context.Context, what, waiting string, fn func(timeout time.Duration) error) error {
	err := s.do(ctx, what, fn)
	if err == nil {
		return nil
	}
	// A page that moves on by itself while it loads has been loaded, only not to its end.
	if strings.Contains(err.Error(), "interrupted by another navigation") || strings.Contains(err.Error(), "net::ERR_ABORTED") {
		_, err := s.settle(ctx)
		return err
	}
	return s.waitError(ctx, waiting, shorten(err))
}

// shorten keeps `net::ERR_CONNECTION_REFUSED at http://...` of a failed navigation.
func shorten(err error) error {
	var text string
	if text = err.Error(); !strings.Contains(text, "net::") {
		return err
	}
	text, _, _ = strings.Cut(text[strings.Index(text, "net::"):], "\n")
	return fmt.Errorf("cannot open the page: %s", text)
}
