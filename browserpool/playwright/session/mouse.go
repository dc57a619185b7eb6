package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// A mouseEvent is the argument of Input.dispatchMouseEvent.
type mouseEvent struct {
	Type       string  `json:"type"`
	X          float64 `json:"x"`
	Y          float64 `json:"y"`
	Button     string  `json:"button"`
	Buttons    int     `json:"buttons"`
	ClickCount int     `json:"clickCount"`
}

// A point is what package inpage aims at, in the window of the page.
type point struct {
	X        float64     `json:"x"`
	Y        float64     `json:"y"`
	There    bool        `json:"there"`    // the mouse is
	Reported bool        `json:"reported"` // the page will say whether the press hit
	Foreign  *[2]float64 `json:"foreign"`  // where the element begins, when all this is in the window of a frame of another origin
}

// hoverEvents move the mouse to a point.
func hoverEvents(p point) []any {
	return []any{mouseEvent{Type: "mouseMoved", X: p.X, Y: p.Y, Button: "none"}}
}

// clickEvents click a point for the nth time, after moving the mouse to it, unless it is there.
func clickEvents(p point, nth int) []any {
	x, y := p.X, p.Y
	var events []any
	if nth == 1 && !p.There {
		events = hoverEvents(p)
	}
	return append(events,
		mouseEvent{Type: "mousePressed", X: x, Y: y, Button: "left", Buttons: 1, ClickCount: nth},
		mouseEvent{Type: "mouseReleased", X: x, Y: y, Button: "left", ClickCount: nth})
}

// mouse sends events in one go and waits until the page has handled them all.
func (s *session) mouse(ctx context.Context, events []any) error {
	return s.send(ctx, "the page to take the mouse", "Input.dispatchMouseEvent", nil, events...)
}

// press clicks so many times at the point that an operation of package inpage returns, if any.
func (s *session) press(ctx context.Context, clicks int, op, selector string, args ...any) error {
	click := func(ctx context.Context, at point, nth int) error { return s.mouse(ctx, clickEvents(at, nth)) }
	return s.pressWith(ctx, click, inpage.Aim{Clicks: clicks}, op, selector, args...)
}

// A sender presses a point for the nth time in a row.
type sender func(ctx context.Context, at point, nth int) error

// pressWith presses with send. When the page moves in between, so that the press would hit something else, the page
// ignores it and the press is aimed again.
func (s *session) pressWith(ctx context.Context, send sender, aim inpage.Aim, op, selector string, args ...any) error {
	begun := time.Now()
	for missed := false; ; missed = true {
		aim = s.presses.aim(aim)
		landed, err := s.aimAndPress(ctx, send, aim, op, selector, append([]any{aim}, args...))
		var wait *browserpool.WaitError
		switch {
		case missed && !landed && ctx.Err() != nil && !errors.As(err, &wait):
			waiting := fmt.Sprintf("%q to be reachable by the mouse", selector)
			return &browserpool.WaitError{Waiting: waiting, Found: "it moves away from each press", Cause: calls.TimeUp(ctx, begun)}
		case err != nil || landed:
			return err
		}
	}
}

const (
	// reportSoon is how long a page may take to report a press, after it was handled, before it is asked.
	reportSoon = 50 * time.Millisecond
	// answerLimit is how long it may take to answer then.
	answerLimit = time.Second
)

// aimAndPress reports whether the press hit what it was aimed at, or that nothing is to be pressed.
func (s *session) aimAndPress(ctx context.Context, send sender, aim inpage.Aim, op, selector string, args []any) (landed bool, err error) {
	defer s.presses.forget(aim.ID)
	var at *point
	if err := s.runOn(ctx, &at, op, selector, args...); err != nil || at == nil {
		return err == nil, err
	}
	if err := s.outward(ctx, selector, at); err != nil {
		return false, err
	}
	if s.presses.turn.Acquire(ctx, 1) != nil {
		return false, context.Cause(ctx)
	}
	defer s.presses.turn.Release(1)
	if !s.presses.begin(aim.ID) {
		return false, nil
	}
	defer s.presses.end()
	for nth := 1; nth <= aim.Clicks; nth++ {
		if err := send(ctx, *at, nth); err != nil {
			return false, err
		}
		if nth == 1 && at.Reported && !s.hit(aim.ID) {
			return false, nil
		}
	}
	return true, nil
}

// hit reports whether the press that was sent hit what it was aimed at.
func (s *session) hit(id int64) bool {
	select {
	case hit := <-s.presses.results: // mostly at once
		return hit
	case <-time.After(reportSoon):
		return s.pressSeen(id)
	}
}

// pressSeen asks a page that did not report a press whether it still waits for it: Chromium drops what
// the mouse does to a page that it has not painted yet. A page that is being left has seen it.
func (s *session) pressSeen(id int64) bool {
	ctx, cancel := context.WithTimeout(context.Background(), answerLimit) // that of the operation may be over
	defer cancel()
	var unseen evaluated
	// A page that is gone has seen it.
	_ = s.direct(ctx, "Runtime.evaluate", evaluation{Expression: inpage.UnseenExpression(id), ReturnByValue: true}, &unseen)
	select {
	case hit := <-s.presses.results: // reported meanwhile
		return hit
	default:
		return string(unseen.Result.Value) != "true"
	}
}
