package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// entersFrame reports whether a selector finds something in a frame of the page.
func entersFrame(selector string) bool {
	return strings.Contains(selector, "internal:control=enter-frame")
}

// betweenLooks is how long to wait for what covers a frame to go.
const betweenLooks = 50 * time.Millisecond

// outward moves a point from the window of a frame of another origin, which cannot see around itself, to that of the page,
// and waits until nothing covers the frame there.
func (s *session) outward(ctx context.Context, selector string, at *point) error {
	if at.Foreign == nil {
		return nil
	}
	begun, found := time.Now(), ""
	for {
		x, y, cover, err := s.around(ctx, selector, at)
		switch {
		case err == nil && cover == "":
			at.X, at.Y, at.Foreign = x, y, nil
			return nil
		case err == nil:
			found, err = cover, s.Pause(ctx, betweenLooks)
		}
		if ctx.Err() != nil || errors.Is(err, pw.ErrTimeout) { // Playwright's clock may be a little ahead
			return &browserpool.WaitError{Waiting: fmt.Sprintf("%q to be reachable by the mouse", selector), Found: found, Cause: calls.TimeUp(ctx, begun)}
		}
		if err != nil {
			return calls.PlainError(err)
		}
	}
}

// around returns where in the window of the page a point of a frame is, after the element was scrolled into view, and
// what covers the frame there.
func (s *session) around(ctx context.Context, selector string, at *point) (x, y float64, cover string, err error) {
	page, err := s.currentPage(ctx)
	if err != nil {
		return 0, 0, "", err
	}
	first := page.Locator(selector).First()
	box, err := calls.Run(ctx, s.Guard, "the frame to answer", func(timeout time.Duration) (*pw.Rect, error) {
		if _, err := first.Evaluate(intoView, nil, pw.LocatorEvaluateOptions{Timeout: calls.Milliseconds(timeout)}); err != nil {
			return nil, err
		}
		return first.BoundingBox(pw.LocatorBoundingBoxOptions{Timeout: calls.Milliseconds(timeout)})
	})
	if err != nil || box == nil {
		return 0, 0, "it is hidden", err
	}
	x, y = at.X+box.X-at.Foreign[0], at.Y+box.Y-at.Foreign[1]
	var there evaluated
	err = s.direct(ctx, "Runtime.evaluate", evaluation{Expression: inpage.CoverExpression(x, y), ReturnByValue: true}, &there)
	if err == nil {
		err = json.Unmarshal(there.Result.Value, &cover)
	}
	return x, y, cover, err
}

// intoView scrolls the windows around a frame, too. The element is in view within its frame.
const intoView = "(el) => { el.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' }) }"
