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
	cookies := make([]browserpool.Cookie, len(found))
	for i, c := range found {
		cookies[i] = browserpool.Cookie{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Expires: c.Expires, HTTPOnly: c.HttpOnly, Secure: c.Secure,
		}
		if c.SameSite != nil {
			cookies[i].SameSite = string(*c.SameSite)
		}
		if c.PartitionKey != nil {
			cookies[i].PartitionKey = *c.PartitionKey
		}
	}
	return cookies, nil
}

// SetCookies adds or replaces cookies.
func (s *session) SetCookies(ctx context.Context, cookies []browserpool.Cookie) error {
	opened, err := s.openContext()
	if err != nil || len(cookies) == 0 {
		return err
	}
	set := make([]pw.OptionalCookie, len(cookies))
	for i, c := range cookies {
		set[i] = pw.OptionalCookie{
			Name: c.Name, Value: c.Value, Domain: pw.String(c.Domain), Path: pw.String(c.Path),
			Expires: pw.Float(c.Expires), HttpOnly: pw.Bool(c.HTTPOnly), Secure: pw.Bool(c.Secure),
		}
		if c.SameSite != "" {
			set[i].SameSite = new(pw.SameSiteAttribute(c.SameSite))
		}
		if c.PartitionKey != "" {
			set[i].PartitionKey = pw.String(c.PartitionKey)
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
