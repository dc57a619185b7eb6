package session

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// openPage returns the main page, opening it first.
func (s *session) openPage(ctx context.Context) (pw.Page, error) {
	if s.opening.Acquire(ctx, 1) != nil {
		return nil, context.Cause(ctx)
	}
	defer s.opening.Release(1)
	page, err := s.openedPage()
	if !errors.Is(err, browserpool.ErrNoNavigation) {
		return page, err
	}
	if page := s.takePrepared(); page != nil {
		return page, nil
	}
	page, err = calls.Run(ctx, s.Guard, "a page to open", func(time.Duration) (pw.Page, error) { return s.objects.NewPage(s.context) })
	if err != nil {
		return nil, calls.PlainError(err)
	}
	page.OnCrash(func(pw.Page) { s.Lose() })
	page.OnClose(s.dropPage) // by a script of its own: the next navigation opens another
	page.OnFrameNavigated(func(f pw.Frame) {
		if f == page.MainFrame() {
			s.arrived()
		}
	})
	page.OnDownload(func(d pw.Download) {
		s.staysFor(wasDownload(d.URL()))
		s.stay(page, withoutFragment(d.URL()), true) // one that came late says nothing of the next navigation
	})
	page.OnRequestFailed(func(r pw.Request) { // also an answer without content
		if r.IsNavigationRequest() && r.Frame() == page.MainFrame() {
			s.askAnswer(page, r)
			s.stay(page, s.firstURL(r), false)
		}
	})
	if err := s.attach(ctx, page); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page = page
	return page, nil
}

// takePrepared makes the page that waits for it the main one; nil when there is none.
func (s *session) takePrepared() pw.Page {
	s.mu.Lock()
	defer s.mu.Unlock()
	page := s.prepared
	if page != nil {
		s.page, s.prepared = page, nil
	}
	return page
}

// dropPage drops the page if it is still the main page.
func (s *session) dropPage(page pw.Page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.page == page {
		s.page = nil
		s.hadPage.Store(true)
	}
	if s.prepared == page {
		s.prepared = nil
	}
}

// stay informs the page that a navigation it began has ended without a document: see inpage.StayFunction. A page that is gone
// needs no answer.
func (s *session) stay(page pw.Page, url string, sure bool) {
	calls.Async(func() (any, error) { return page.Evaluate(inpage.StayFunction, []any{url, sure}) })
}

// firstURL is where a request went before it was redirected.
func (s *session) firstURL(r pw.Request) string {
	for from := r.RedirectedFrom(); from != nil; from = r.RedirectedFrom() {
		r = from
	}
	return withoutFragment(s.objects.URL(r))
}

func withoutFragment(url string) string {
	url, _, _ = strings.Cut(url, "#")
	return url
}

// currentPage returns the main page. Where there was one, its end may be that of the browser, which is reported any time later.
func (s *session) currentPage(ctx context.Context) (pw.Page, error) {
	page, err := s.openedPage()
	if errors.Is(err, browserpool.ErrNoNavigation) && s.hadPage.Load() {
		err = cmp.Or(s.Answers(ctx), err)
	}
	return page, err
}

// openedPage is currentPage for callers who open one when there is none.
func (s *session) openedPage() (pw.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.gone(); err != nil {
		return nil, err
	}
	if s.page == nil {
		return nil, browserpool.ErrNoNavigation
	}
	return s.page, nil
}

// gone says why the session does not work any more. Callers hold mu.
func (s *session) gone() error {
	switch {
	case s.dropped:
		return browserpool.ErrClosed
	case s.IsLost():
		return browserpool.ErrLost
	}
	return nil
}
