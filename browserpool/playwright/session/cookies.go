package session

import (
	"context"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// Cookies returns all cookies of the session.
func (s *session) Cookies(ctx context.Context) ([]browserpool.Cookie, error) {
	opened, err := s.openContext()
	if err != nil {
		return nil, err
	}
	found, err := calls.Run(ctx, s.Guard, "the cookies", func(time.Duration) ([]pw.Cookie, error) { return opened.Cookies() })
	if err != nil {
		return nil, calls.PlainError(err)
	}
	cookies := []browserpool.Cookie{}
	return cookies, browserpool.ReadPlain(found, &cookies)
}

// SetCookies adds or replaces cookies.
func (s *session) SetCookies(ctx context.Context, cookies []browserpool.Cookie) error {
	opened, err := s.openContext()
	if err != nil || len(cookies) == 0 {
		return err
	}
	var set []pw.OptionalCookie
	if err := browserpool.ReadPlain(cookies, &set); err != nil {
		return err
	}
	for i := range set {
		if *set[i].SameSite == "" {
			set[i].SameSite = nil
		}
	}
	return calls.PlainError(s.Do(ctx, "the cookies to be set", func(time.Duration) error { return opened.AddCookies(set) }))
}

// openContext returns the browser context of a session that still works.
func (s *session) openContext() (pw.BrowserContext, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.gone(); err != nil {
		return nil, err
	}
	return s.context, nil
}
