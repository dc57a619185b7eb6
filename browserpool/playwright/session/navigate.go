package session

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// Navigate opens an absolute URL; the first call opens the page.
func (s *session) Navigate(ctx context.Context, url string) error {
	page, err := s.openPage(ctx)
	if err != nil {
		return err
	}
	return s.move(ctx, page, url, func(timeout time.Duration) error {
		_, err := page.Goto(url, pw.PageGotoOptions{Timeout: calls.Milliseconds(timeout)})
		return err
	})
}

// Reload loads the page again.
func (s *session) Reload(ctx context.Context) error {
	return s.movePage(ctx, func(page pw.Page, timeout time.Duration) error {
		_, err := page.Reload(pw.PageReloadOptions{Timeout: calls.Milliseconds(timeout)})
		return err
	})
}

// GoBack goes to the page before in the history, if there is one.
func (s *session) GoBack(ctx context.Context) error {
	return s.movePage(ctx, func(page pw.Page, timeout time.Duration) error {
		_, err := page.GoBack(pw.PageGoBackOptions{Timeout: calls.Milliseconds(timeout)})
		return err
	})
}

// GoForward goes to the next page in the history, if there is one.
func (s *session) GoForward(ctx context.Context) error {
	return s.movePage(ctx, func(page pw.Page, timeout time.Duration) error {
		_, err := page.GoForward(pw.PageGoForwardOptions{Timeout: calls.Milliseconds(timeout)})
		return err
	})
}

func (s *session) movePage(ctx context.Context, fn func(page pw.Page, timeout time.Duration) error) error {
	page, err := s.settle(ctx)
	if err != nil {
		return err
	}
	return s.move(ctx, page, page.URL(), func(timeout time.Duration) error { return fn(page, timeout) })
}

// move runs a navigation. The url is for messages.
func (s *session) move(ctx context.Context, page pw.Page, url string, fn func(timeout time.Duration) error) error {
	waiting := "the page " + url + " to load"
	begun := time.Now()
	err := s.Do(ctx, waiting, fn)
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), "interrupted by another navigation"):
		// The page navigated again before it was loaded.
		err = s.Do(ctx, waiting, func(timeout time.Duration) error {
			return page.WaitForLoadState(pw.PageWaitForLoadStateOptions{State: pw.LoadStateLoad, Timeout: calls.Milliseconds(timeout)})
		})
	case strings.Contains(err.Error(), "net::ERR_ABORTED") && !shows(url):
		return &browserpool.PageError{Message: fmt.Sprintf("cannot open %q: a page's address begins with http:// or https://", url)}
	case strings.Contains(err.Error(), "Download is starting"), strings.Contains(err.Error(), "net::ERR_ABORTED"):
		// A download or an answer without content: there is nothing to show, and the page stays. Or it crashed.
		_, err = s.settle(ctx)
	case strings.Contains(err.Error(), "net::"):
		return &browserpool.PageError{Message: fmt.Sprintf("cannot open %s: %s", url, netError(err.Error()))}
	case strings.Contains(err.Error(), "Cannot navigate to invalid URL"):
		return &browserpool.PageError{Message: fmt.Sprintf("cannot open %q: it is not an absolute URL, such as http://127.0.0.1:4000/", url)}
	}
	return calls.WaitError(ctx, waiting, begun, err)
}

// netError finds the code of a failed navigation, such as net::ERR_CONNECTION_REFUSED.
func netError(text string) string {
	code, _, _ := strings.Cut(text[strings.Index(text, "net::"):], " ")
	code, _, _ = strings.Cut(code, "\n")
	return code
}

// shows reports whether a browser has pages with addresses of this scheme.
func shows(url string) bool {
	scheme, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(url)), ":")
	return slices.Contains([]string{"about", "blob", "chrome", "chrome-error", "data", "file", "http", "https"}, scheme)
}
