package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// A load begins a navigation and waits for its end. The response is nil when no document was asked for.
type load = func(timeout time.Duration) (pw.Response, error)

// Navigate opens an absolute URL; the first call opens the page.
func (s *session) Navigate(ctx context.Context, url string) (browserpool.Document, error) {
	page, err := s.openPage(ctx)
	if err != nil {
		return browserpool.Document{}, err
	}
	arrived := false
	document, err := s.move(ctx, page, url, func(timeout time.Duration) (pw.Response, error) {
		response, err := page.Goto(url, pw.PageGotoOptions{Timeout: calls.Milliseconds(timeout)})
		arrived = err == nil
		return response, err
	})
	if err != nil || document.Status != 0 || !arrived {
		return document, err
	}
	return s.shown(ctx) // the driver reports no responses: see preload.js
}

// Reload loads the page again.
func (s *session) Reload(ctx context.Context) (browserpool.Document, error) {
	return s.movePage(ctx, func(page pw.Page, timeout time.Duration) (pw.Response, error) {
		return page.Reload(pw.PageReloadOptions{Timeout: calls.Milliseconds(timeout)})
	})
}

// GoBack goes to the page before in the history, if there is one.
func (s *session) GoBack(ctx context.Context) (browserpool.Document, error) {
	return s.movePage(ctx, func(page pw.Page, timeout time.Duration) (pw.Response, error) {
		return page.GoBack(pw.PageGoBackOptions{Timeout: calls.Milliseconds(timeout)})
	})
}

// GoForward goes to the next page in the history, if there is one.
func (s *session) GoForward(ctx context.Context) (browserpool.Document, error) {
	return s.movePage(ctx, func(page pw.Page, timeout time.Duration) (pw.Response, error) {
		return page.GoForward(pw.PageGoForwardOptions{Timeout: calls.Milliseconds(timeout)})
	})
}

func (s *session) movePage(ctx context.Context, fn func(page pw.Page, timeout time.Duration) (pw.Response, error)) (browserpool.Document, error) {
	page, err := s.settle(ctx)
	if err != nil {
		return browserpool.Document{}, err
	}
	return s.move(ctx, page, page.URL(), func(timeout time.Duration) (pw.Response, error) { return fn(page, timeout) })
}

// move runs a navigation. The url is for messages.
func (s *session) move(ctx context.Context, page pw.Page, url string, fn load) (browserpool.Document, error) {
	waiting := "the page " + url + " to load"
	begun := time.Now()
	response, err := calls.Run(ctx, s.Guard, waiting, fn)
	switch {
	case err == nil && response != nil:
		return browserpool.Document{Status: response.Status(), URL: page.URL()}, nil
	case err == nil:
		return browserpool.Document{URL: page.URL()}, nil
	case strings.Contains(err.Error(), "interrupted by another navigation"):
		// The page navigated again before it was loaded.
		err = s.Do(ctx, waiting, func(timeout time.Duration) error {
			return page.WaitForLoadState(pw.PageWaitForLoadStateOptions{State: pw.LoadStateLoad, Timeout: calls.Milliseconds(timeout)})
		})
		if err == nil {
			return s.shown(ctx)
		}
	case strings.Contains(err.Error(), "net::ERR_ABORTED") && !shows(url):
		return browserpool.Document{}, &browserpool.PageError{Message: fmt.Sprintf("cannot open %q: a page's address begins with http:// or https://", url)}
	case strings.Contains(err.Error(), "Download is starting"), strings.Contains(err.Error(), "net::ERR_ABORTED"):
		// A download or an answer without content: there is nothing to show, and the page stays. Or it crashed.
		_, err = s.settle(ctx)
	case strings.Contains(err.Error(), "net::"):
		return browserpool.Document{}, &browserpool.PageError{Message: fmt.Sprintf("cannot open %s: %s", url, netError(err.Error()))}
	case strings.Contains(err.Error(), "Cannot navigate to invalid URL"):
		return browserpool.Document{}, &browserpool.PageError{Message: fmt.Sprintf("cannot open %q: it is not an absolute URL, such as http://127.0.0.1:4000/", url)}
	}
	return browserpool.Document{URL: page.URL()}, calls.WaitError(ctx, waiting, begun, err)
}

// shown asks the page for its document. Scripts may be forbidden in it: then nothing is known of its status.
func (s *session) shown(ctx context.Context) (browserpool.Document, error) {
	var document browserpool.Document
	err := s.run(ctx, &document, "document")
	if errors.Is(err, inpage.ErrNoScript) {
		err = nil
	}
	return document, err
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
