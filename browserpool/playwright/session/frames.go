package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// entersFrame reports whether a selector finds something in a frame of the page.
func entersFrame(selector string) bool {
	return strings.Contains(selector, "internal:control=enter-frame")
}

// errHidden says that Playwright finds no box of an element that the page has just aimed at.
var errHidden = errors.New("the element has gone")

// betweenLooks is how long to wait for what covers a frame to go.
const betweenLooks = 50 * time.Millisecond

// outward moves a point from the window of a frame of another origin, which cannot see around itself, to that of the page,
// and waits until nothing covers the frame there.
func (s *session) outward(ctx context.Context, selector string, at *point) error {
	if at.Foreign == nil {
		return nil
	}
	begun := time.Now()
	waiting := fmt.Sprintf("%q to be reachable by the mouse", selector)
	for {
		box, err := s.boxOf(ctx, waiting, selector)
		if err != nil {
			return calls.WaitError(ctx, waiting, begun, err)
		}
		x, y := at.X+box.X-at.Foreign[0], at.Y+box.Y-at.Foreign[1]
		var cover evaluated
		if err := s.direct(ctx, "Runtime.evaluate", evaluation{Expression: inpage.CoverExpression(x, y), ReturnByValue: true}, &cover); err != nil {
			return err
		}
		found := strings.Trim(string(cover.Result.Value), `"`)
		if found == "" {
			at.X, at.Y, at.Foreign = x, y, nil
			return nil
		}
		if s.Pause(ctx, betweenLooks) != nil {
			return &browserpool.WaitError{Waiting: waiting, Found: found, Cause: calls.TimeUp(ctx, begun)}
		}
	}
}

// boxOf scrolls an element into view and returns where it is in the window of the page.
func (s *session) boxOf(ctx context.Context, waiting, selector string) (*pw.Rect, error) {
	page, err := s.currentPage()
	if err != nil {
		return nil, err
	}
	return calls.Run(ctx, s.Guard, waiting, func(timeout time.Duration) (*pw.Rect, error) {
		first, ms := page.Locator(selector).First(), calls.Milliseconds(timeout)
		if err := first.ScrollIntoViewIfNeeded(pw.LocatorScrollIntoViewIfNeededOptions{Timeout: ms}); err != nil {
			return nil, err
		}
		box, err := first.BoundingBox(pw.LocatorBoundingBoxOptions{Timeout: ms})
		if err == nil && box == nil {
			err = errHidden
		}
		return box, err
	})
}

// setFilesInFrame puts files into a file input of a frame, in whose window the browser does not look for what is handed out.
func (s *session) setFilesInFrame(ctx context.Context, selector string, paths []string) error {
	page, err := s.currentPage()
	if err != nil {
		return err
	}
	return calls.PlainError(s.Do(ctx, "the page to take the files", func(timeout time.Duration) error {
		return page.Locator(selector).First().SetInputFiles(paths, pw.LocatorSetInputFilesOptions{Timeout: calls.Milliseconds(timeout)})
	}))
}
