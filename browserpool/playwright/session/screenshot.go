package session

import (
	"context"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// Screenshot returns a PNG of the page.
func (s *session) Screenshot(ctx context.Context, opts ...browserpool.ScreenshotOptions) ([]byte, error) {
	page, err := s.currentPage(ctx)
	if err != nil {
		return nil, err
	}
	var o browserpool.ScreenshotOptions
	if len(opts) > 0 {
		o = opts[0]
	}
	const waiting = "a screenshot"
	begun := time.Now()
	png, err := s.whenDrawn(ctx, func() ([]byte, error) {
		return calls.Run(ctx, s.Guard, waiting, func(timeout time.Duration) ([]byte, error) {
			return page.Screenshot(screenshotOptions(page, o, timeout))
		})
	})
	return png, calls.WaitError(ctx, waiting, begun, err)
}

const (
	// undrawn is Chromium's answer when it has not drawn a page yet, which a busy machine is late with, or cannot draw it at all.
	undrawn = "Unable to capture screenshot"
	// drawTries is how often it is asked again, each time after betweenAnswers.
	drawTries = 20
)

// whenDrawn takes a picture as soon as Chromium can.
func (s *session) whenDrawn(ctx context.Context, take func() ([]byte, error)) (png []byte, err error) {
	for range drawTries {
		png, err = take()
		if err == nil || !strings.Contains(err.Error(), undrawn) || s.Pause(ctx, betweenAnswers) != nil {
			break
		}
	}
	return png, err
}

func screenshotOptions(page pw.Page, o browserpool.ScreenshotOptions, timeout time.Duration) pw.PageScreenshotOptions {
	all := pw.PageScreenshotOptions{
		Timeout: calls.Milliseconds(timeout), FullPage: &o.FullPage, OmitBackground: &o.OmitBackground,
		MaskColor: given(o.MaskColor), Style: given(o.Style), Animations: given(pw.ScreenshotAnimations(o.Animations)),
		Caret: given(pw.ScreenshotCaret(o.Caret)), Scale: given(pw.ScreenshotScale(o.Scale)),
	}
	if o.Clip != nil {
		all.Clip = &pw.Rect{X: o.Clip.X, Y: o.Clip.Y, Width: o.Clip.Width, Height: o.Clip.Height}
	}
	for _, selector := range o.Mask {
		all.Mask = append(all.Mask, page.Locator(selector))
	}
	return all
}

// given is nil for an option that was not given.
func given[T ~string](option T) *T {
	if option == "" {
		return nil
	}
	return &option
}
