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

// A sender presses a point for the nth time in a row.
type sender func(ctx context.Context, at point, nth int) error

// how tells package inpage of options that are about where to press, and whether; nil is as a person would.
func how(o browserpool.Options, place *browserpool.Point, touch bool) *inpage.How {
	if place == nil && !o.Force && !o.Trial && !touch {
		return nil
	}
	return &inpage.How{Force: o.Force, Trial: o.Trial, Position: place, Touch: touch}
}

// pressWith presses with send at the point that an operation of package inpage returns, if any. When the page moves in
// between, so that the press would hit something else, the page ignores it and the press is aimed again.
func (s *session) pressWith(ctx context.Context, send sender, aim inpage.Aim, op string, el element, args ...any) error {
	begun := time.Now()
	for missed := false; ; missed = true {
		aim = s.presses.aim(aim)
		landed, err := s.aimAndPress(ctx, send, aim, op, el, append([]any{aim}, args...))
		var wait *browserpool.WaitError
		switch {
		case missed && !landed && ctx.Err() != nil && !errors.As(err, &wait):
			waiting := fmt.Sprintf("%q to be reachable by the mouse", el.selector)
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
func (s *session) aimAndPress(ctx context.Context, send sender, aim inpage.Aim, op string, el element, args []any) (landed bool, err error) {
	defer s.presses.forget(aim.ID)
	var at *point
	if err := s.runOn(ctx, &at, op, el, args...); err != nil || at == nil {
		return err == nil, err
	}
	if err := s.outward(ctx, el.selector, at); err != nil {
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
