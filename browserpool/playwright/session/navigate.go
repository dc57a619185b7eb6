package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/statuses"
)

// A load begins a navigation and waits for its end. The response is nil when no document was asked for.
type load = func(timeout time.Duration) (pw.Response, error)

// Navigate opens an absolute URL; the first call opens the page.
func (s *session) Navigate(ctx context.Context, url string, opts ...browserpool.NavigateOptions) (browserpool.Document, error) {
	if !s.files && browserpool.IsFileURL(url) {
		return browserpool.Document{}, browserpool.FileURLError(url)
	}
	page, err := s.openPage(ctx)
	if err != nil {
		return browserpool.Document{}, err
	}
	arrived, o := false, navigation(opts)
	s.allow(o.AllowStatus)
	document, err := s.move(ctx, page, url, o, func(timeout time.Duration) (pw.Response, error) {
		response, err := page.Goto(url, pw.PageGotoOptions{Timeout: calls.Milliseconds(timeout), WaitUntil: o.until(), Referer: o.referer()})
		arrived = err == nil
		return response, err
	})
	if err != nil || document.Status != 0 || !arrived {
		return document, err
	}
	return s.shown(ctx) // the driver reports no responses: see preload.js
}

// Reload loads the page again.
func (s *session) Reload(ctx context.Context, opts ...browserpool.NavigateOptions) (browserpool.Document, error) {
	o := navigation(opts)
	return s.movePage(ctx, o, func(page pw.Page, timeout time.Duration) (pw.Response, error) {
		return page.Reload(pw.PageReloadOptions{Timeout: calls.Milliseconds(timeout), WaitUntil: o.until()})
	})
}

// GoBack goes to the page before in the history, if there is one.
func (s *session) GoBack(ctx context.Context, opts ...browserpool.NavigateOptions) (browserpool.Document, error) {
	o := navigation(opts)
	return s.movePage(ctx, o, func(page pw.Page, timeout time.Duration) (pw.Response, error) {
		return page.GoBack(pw.PageGoBackOptions{Timeout: calls.Milliseconds(timeout), WaitUntil: o.until()})
	})
}

// GoForward goes to the next page in the history, if there is one.
func (s *session) GoForward(ctx context.Context, opts ...browserpool.NavigateOptions) (browserpool.Document, error) {
	o := navigation(opts)
	return s.movePage(ctx, o, func(page pw.Page, timeout time.Duration) (pw.Response, error) {
		return page.GoForward(pw.PageGoForwardOptions{Timeout: calls.Milliseconds(timeout), WaitUntil: o.until()})
	})
}

func (s *session) movePage(ctx context.Context, o goal, fn func(page pw.Page, timeout time.Duration) (pw.Response, error)) (browserpool.Document, error) {
	page, err := s.settle(ctx)
	if err != nil {
		return browserpool.Document{}, err
	}
	s.allow(o.AllowStatus)
	document, err := s.move(ctx, page, page.URL(), o, func(timeout time.Duration) (pw.Response, error) { return fn(page, timeout) })
	if err == nil && document.Status >= http.StatusInternalServerError {
		_, err = s.shown(ctx) // it is not reported again
	}
	return document, err
}

// allow notes which documents that are errors of the server are pages like any other from now on.
func (s *session) allow(allowed statuses.Set) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.allowed = allowed
}

// allows reports whether an operation may go on in a document with the status. Scripts that use objects see to
// that themselves: a navigation of theirs may be what led there.
func (s *session) allows(status int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.verbose.Load() || s.allowed.Has(status)
}

// move runs a navigation. The url is for messages.
func (s *session) move(ctx context.Context, page pw.Page, url string, o goal, fn load) (browserpool.Document, error) {
	waiting := "the page " + url + " to load"
	s.decoder.ForgetRefusal()
	begun := time.Now()
	response, err := calls.Run(ctx, s.Guard, waiting, fn)
	switch {
	case err == nil && response != nil:
		return browserpool.Document{Status: response.Status(), URL: page.URL()}, nil
	case err == nil:
		return browserpool.Document{URL: page.URL()}, nil
	case strings.Contains(err.Error(), "interrupted by another navigation"):
		// The page navigated again before it was loaded.
		err = s.reach(ctx, page, waiting, o)
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

// A goal is what a navigation waits for.
type goal struct{ browserpool.NavigateOptions }

func navigation(opts []browserpool.NavigateOptions) (g goal) {
	if len(opts) > 0 {
		g.NavigateOptions = opts[0]
	}
	return g
}

// until is nil for the load event.
func (g goal) until() *pw.WaitUntilState {
	if g.WaitUntil == "" {
		return nil
	}
	return (*pw.WaitUntilState)(&g.WaitUntil)
}

func (g goal) referer() *string {
	if g.Referer == "" {
		return nil
	}
	return &g.Referer
}

// reach waits until the page that is there has reached a goal.
func (s *session) reach(ctx context.Context, page pw.Page, waiting string, g goal) error {
	if g.WaitUntil == "commit" {
		return nil
	}
	state := pw.LoadState(cmp.Or(g.WaitUntil, "load"))
	return s.Do(ctx, waiting, func(timeout time.Duration) error {
		return page.WaitForLoadState(pw.PageWaitForLoadStateOptions{State: &state, Timeout: calls.Milliseconds(timeout)})
	})
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
