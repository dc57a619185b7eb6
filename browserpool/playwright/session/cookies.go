package session

import (
	"context"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/playwright/driver"
)

// Cookies go straight to the browser: playwright-go does not know all of their fields.

// A cookie is one of the DevTools protocol. A field that is missing here is made by the browser.
type cookie struct {
	Name         string        `json:"name"`
	Value        string        `json:"value"`
	Domain       string        `json:"domain"`
	Path         string        `json:"path"`
	Expires      float64       `json:"expires"` // -1 when it ends with the browser
	HTTPOnly     bool          `json:"httpOnly"`
	Secure       bool          `json:"secure"`
	SameSite     string        `json:"sameSite,omitempty"`
	PartitionKey *partitionKey `json:"partitionKey,omitempty"`
}

type partitionKey struct {
	TopLevelSite         string `json:"topLevelSite"`
	HasCrossSiteAncestor bool   `json:"hasCrossSiteAncestor"`
}

// Cookies returns all cookies of the session.
func (s *session) Cookies(ctx context.Context) ([]browserpool.Cookie, error) {
	id, err := s.contextID(ctx)
	if err != nil {
		return nil, err
	}
	var found struct {
		Cookies []cookie `json:"cookies"`
	}
	if err := s.askBrowser(ctx, "the cookies", "Storage.getCookies", map[string]any{"browserContextId": id}, &found); err != nil {
		return nil, err
	}
	cookies := make([]browserpool.Cookie, len(found.Cookies))
	for i, c := range found.Cookies {
		cookies[i] = c.plain()
	}
	return cookies, nil
}

// SetCookies adds or replaces cookies.
func (s *session) SetCookies(ctx context.Context, cookies []browserpool.Cookie) error {
	id, err := s.contextID(ctx)
	if err != nil || len(cookies) == 0 {
		return err
	}
	set := make([]cookie, len(cookies))
	for i := range cookies {
		set[i] = protocolCookie(&cookies[i])
	}
	return s.askBrowser(ctx, "the cookies to be set", "Storage.setCookies", map[string]any{"browserContextId": id, "cookies": set}, nil)
}

// plain says Lax for a cookie that says nothing, as Playwright does and Chromium takes it.
func (c *cookie) plain() browserpool.Cookie {
	plain := browserpool.Cookie{
		Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Expires: c.Expires, HTTPOnly: c.HTTPOnly, Secure: c.Secure, SameSite: c.SameSite,
	}
	if plain.SameSite == "" {
		plain.SameSite = "Lax"
	}
	if c.PartitionKey != nil {
		plain.PartitionKey, plain.CrossSiteAncestor = c.PartitionKey.TopLevelSite, new(c.PartitionKey.HasCrossSiteAncestor)
	}
	return plain
}

func protocolCookie(c *browserpool.Cookie) cookie {
	set := cookie{
		Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Expires: c.Expires, HTTPOnly: c.HTTPOnly, Secure: c.Secure, SameSite: c.SameSite,
	}
	if c.PartitionKey != "" {
		set.PartitionKey = &partitionKey{c.PartitionKey, c.CrossSiteAncestor == nil || *c.CrossSiteAncestor}
	}
	return set
}

// contextID is the browser's name of the session's context. Only the driver knows it before there is a page.
func (s *session) contextID(ctx context.Context) (string, error) {
	opened, err := s.openContext()
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	id := s.inBrowser
	s.mu.Unlock()
	if id != "" {
		return id, nil
	}
	id, err = calls.Run(ctx, s.Guard, "the driver to name the session", func(time.Duration) (string, error) { return driver.ContextID(opened) })
	if err == nil && id == "" {
		id, err = s.contextOfAPage(ctx)
	}
	if err != nil {
		return "", calls.PlainError(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inBrowser = id
	return id, nil
}

// contextOfAPage asks a page in which context it is.
func (s *session) contextOfAPage(ctx context.Context) (string, error) {
	page, err := s.helperPage(ctx)
	if err != nil {
		return "", err
	}
	defer s.leaveToClose(page)
	info, err := calls.Run(ctx, s.Guard, "a page to answer", func(time.Duration) (targetInfo, error) { return infoOf(s.context, page) })
	return info.BrowserContextID, err
}

// askBrowser sends a call to the browser itself, which is about no page, and waits for its answer.
func (s *session) askBrowser(ctx context.Context, waiting, method string, params, result any) error {
	answers, err := s.browser.Direct().Start("", method, params)
	if err != nil {
		return s.explainDirect(ctx, err)
	}
	a, err := calls.Await(ctx, s.Guard, waiting, answers)
	if err != nil {
		return err
	}
	return s.explainDirect(ctx, a.Decode(method, result))
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
