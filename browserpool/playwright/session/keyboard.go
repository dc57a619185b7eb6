package session

import (
	"context"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// Type focuses the element and presses the keys of text one by one.
func (s *session) Type(ctx context.Context, selector, text string, opts ...browserpool.Options) error {
	delay := option(opts).Delay
	if err := s.Focus(ctx, selector, opts...); err != nil {
		return err
	}
	if delay <= 0 {
		return s.typeKeys(ctx, text)
	}
	// The driver would go on typing after the end of ctx, so the pauses are made here.
	for _, key := range text {
		if err := s.typeKeys(ctx, string(key)); err != nil {
			return err
		}
		if err := s.Pause(ctx, delay); err != nil {
			return err
		}
	}
	return nil
}

// typeKeys types into whatever has the focus. Keyboard.Type of playwright-go inserts text without keys; its
// locators do press them, and that of the root, which cannot take the focus, leaves it where it is.
func (s *session) typeKeys(ctx context.Context, text string) error {
	page, err := s.currentPage(ctx)
	if err != nil {
		return err
	}
	const waiting = "the page to take the keys"
	begun := time.Now()
	err = s.Do(ctx, waiting, func(timeout time.Duration) error {
		return page.Locator(":root").PressSequentially(text, pw.LocatorPressSequentiallyOptions{Timeout: calls.Milliseconds(timeout)})
	})
	return calls.WaitError(ctx, waiting, begun, err)
}

// Press focuses the element and presses one key or chord.
func (s *session) Press(ctx context.Context, selector, key string, opts ...browserpool.Options) error {
	if err := s.Focus(ctx, selector, opts...); err != nil {
		return err
	}
	var held pw.KeyboardPressOptions
	if delay := option(opts).Delay; delay > 0 {
		held.Delay = calls.Milliseconds(delay)
	}
	return s.keyboard(ctx, func(k pw.Keyboard) error { return k.Press(key, held) })
}

func (s *session) keyboard(ctx context.Context, fn func(k pw.Keyboard) error) error {
	page, err := s.currentPage(ctx)
	if err != nil {
		return err
	}
	return calls.PlainError(s.Do(ctx, "the page to take the keys", func(time.Duration) error { return fn(page.Keyboard()) }))
}
