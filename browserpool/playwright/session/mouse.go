package session

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

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

// A point is what package inpage aims at: x, y, 1 when the mouse is there already, and 1 when the page
// will report whether the press hit.
type point [4]float64

// hoverEvents move the mouse to a point.
func hoverEvents(p point) []any {
	return []any{mouseEvent{Type: "mouseMoved", X: p[0], Y: p[1], Button: "none"}}
}

// clickEvents move the mouse to a point, unless it is there, and click clicks times in quick succession.
func clickEvents(p point, clicks int) []any {
	x, y := p[0], p[1]
	var events []any
	if p[2] == 0 {
		events = hoverEvents(p)
	}
	for n := 1; n <= clicks; n++ {
		events = append(events,
			mouseEvent{Type: "mousePressed", X: x, Y: y, Button: "left", Buttons: 1, ClickCount: n},
			mouseEvent{Type: "mouseReleased", X: x, Y: y, Button: "left", ClickCount: n})
	}
	return events
}

// mouse sends events in one go and waits until the page has handled them all.
func (s *session) mouse(ctx context.Context, events []any) error {
	return s.send(ctx, "the page to take the mouse", "Input.dispatchMouseEvent", nil, events...)
}

// clicks returns what press does at a point: it clicks so many times.
func (s *session) clicks(times int) func(ctx context.Context, at point) error {
	return func(ctx context.Context, at point) error { return s.mouse(ctx, clickEvents(at, times)) }
}

// press presses with send at the point that an operation of package inpage returns, if any. When the page moves in
// between, so that the press would hit something else, the page ignores it and the press is aimed again.
func (s *session) press(ctx context.Context, send func(ctx context.Context, at point) error, op, selector string, args ...any) error {
	begun := time.Now()
	for missed := false; ; missed = true {
		landed, err := s.aimAndPress(ctx, send, op, selector, args)
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

// presses are those that the page reports, one after the other.
type presses struct {
	pressing *semaphore.Weighted // held by the operation that presses
	count    atomic.Int64
	results  chan bool // whether the press hit
}

func newPresses() presses {
	return presses{pressing: semaphore.NewWeighted(1), results: make(chan bool, 1)}
}

// report passes on whether a press hit. When no operation waits for it any more, it is dropped.
func (p *presses) report(hit bool) {
	select {
	case p.results <- hit:
	default:
	}
}

const (
	// reportSoon is how long a page may take to report a press, after it was handled, before it is asked.
	reportSoon = 50 * time.Millisecond
	// answerLimit is how long it may take to answer then.
	answerLimit = time.Second
)

// aimAndPress reports whether the press hit what it was aimed at, or that nothing is to be pressed. It does nothing when
// another operation has pressed since it aimed: the page may aim at that one's element now.
func (s *session) aimAndPress(ctx context.Context, send func(ctx context.Context, at point) error, op, selector string, args []any) (landed bool, err error) {
	before := s.presses.count.Load()
	var at *point
	if err := s.runOn(ctx, &at, op, selector, args...); err != nil || at == nil {
		return err == nil, err
	}
	if s.presses.pressing.Acquire(ctx, 1) != nil {
		return false, context.Cause(ctx)
	}
	defer s.presses.pressing.Release(1)
	if !s.presses.count.CompareAndSwap(before, before+1) {
		return false, nil
	}
	select {
	case <-s.presses.results: // of an earlier press: too late
	default:
	}
	if err := send(ctx, *at); err != nil || at[3] == 0 {
		return err == nil, err
	}
	select {
	case hit := <-s.presses.results: // mostly at once
		return hit, nil
	case <-time.After(reportSoon):
		return s.pressSeen(), nil
	}
}

// pressSeen asks a page that did not report a press whether it still waits for it: Chromium drops what
// the mouse does to a page that it has not painted yet. A page that is being left has seen it.
func (s *session) pressSeen() bool {
	ctx, cancel := context.WithTimeout(context.Background(), answerLimit) // that of the operation may be over
	defer cancel()
	var unseen evaluated
	// A page that is gone has seen it.
	_ = s.direct(ctx, "Runtime.evaluate", evaluation{Expression: inpage.UnseenExpression, ReturnByValue: true}, &unseen)
	select {
	case hit := <-s.presses.results: // reported meanwhile
		return hit
	default:
		return string(unseen.Result.Value) != "true"
	}
}
