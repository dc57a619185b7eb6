package session

import (
	"context"
	"fmt"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/playwright/driver"
)

// reportEverything makes the driver report WebSockets opened from now on, and requests. Only scripts that use
// Playwright's objects can listen to them.
func (s *session) reportEverything(ctx context.Context) error {
	if s.verbose.Load() {
		return nil
	}
	opened, err := s.openContext()
	if err != nil {
		return err
	}
	err = s.Do(ctx, "the driver to report everything", func(time.Duration) error {
		_, err := opened.Cookies(driver.EverythingURL)
		return err
	})
	if err != nil {
		return calls.PlainError(err)
	}
	s.verbose.Store(true)
	return nil
}

// Object returns the session's "page", "context" or "browser".
func (s *session) Object(ctx context.Context, name string) (browserpool.Object, error) {
	if err := s.reportEverything(ctx); err != nil {
		return nil, err
	}
	switch name {
	case "page":
		page, err := s.openPage(ctx)
		if err != nil {
			return nil, err
		}
		return s.objects.Of(page), nil
	case "context":
		return s.objects.Of(s.context), nil
	case "browser":
		return s.objects.Of(s.browser.Playwright()), nil
	}
	return nil, fmt.Errorf("there is no object %q: there are page, context and browser", name)
}

// Acknowledge asks the browser through the driver: each of them takes what it is told in turn.
func (s *session) Acknowledge(ctx context.Context) error { return s.Answers(ctx) }

// ResetObjects ends what the script has set up through objects since the last time.
func (s *session) ResetObjects(ctx context.Context) { s.objects.Reset(ctx) }
