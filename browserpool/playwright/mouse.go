package playwright

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/cdp"
	"github.com/liveload/liveload/browserpool/inpage"
)

// A mouseEvent is what Input.dispatchMouseEvent takes.
type mouseEvent struct {
	Type       string  `json:"type"`
	X          float64 `json:"x"`
	Y          float64 `json:"y"`
	Button     string  `json:"button"`
	Buttons    int     `json:"buttons"`
	ClickCount int     `json:"clickCount"`
}

// A point is what package inpage aims at: x, y, and 1 when the mouse is there already.
type point [3]float64

// hoverEvents move the mouse to a point.
func hoverEvents(p point) []mouseEvent {
	return []mouseEvent{{Type: "mouseMoved", X: p[0], Y: p[1], Button: "none"}}
}

// clickEvents move the mouse to a point, unless it is there, and click clicks times in quick succession.
func clickEvents(p point, clicks int) []mouseEvent {
	x, y := p[0], p[1]
	var events []mouseEvent
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

// mouse sends events one right after the other and waits until the page has handled them all.
func (s *session) mouse(ctx context.Context, events []mouseEvent) error {
	page, err := s.directPage()
	if err != nil {
		return err
	}
	pending, err := s.sendMouse(page, events)
	if err != nil {
		return err
	}
	return s.mouseDone(ctx, pending)
}

// press clicks where op of package inpage aims, if anywhere. When the page moves in between, so that
// the press would hit something else, the page takes no notice of it and it is aimed anew.
func (s *session) press(ctx context.Context, clicks int, op, selector string, args ...any) error {
	begun := time.Now()
	for {
		landed, err := s.aimAndPress(ctx, clicks, op, append([]any{selector}, args...))
		var wait *browserpool.WaitError
		if errors.As(err, &wait) && ctx.Err() == nil && remaining(ctx) > answerGrace {
			continue // only its turn was over
		} else if wait != nil && errors.Is(err, context.DeadlineExceeded) {
			wait.Cause = timeUp(ctx, begun)
		}
		if err != nil || landed {
			return err
		}
		if ctx.Err() != nil {
			waiting := fmt.Sprintf("%q to be reachable by the mouse", selector)
			return &browserpool.WaitError{Waiting: waiting, Found: "it moves away from each press", Cause: timeUp(ctx, begun)}
		}
	}
}

// turn is how long one operation may wait for its element while others want the mouse too.
const turn = 500 * time.Millisecond

// aimAndPress aims and presses while no other operation of the user does: there is one mouse, and the page
// knows of one press. It says whether the press hit, or nothing was left to press.
func (s *session) aimAndPress(ctx context.Context, clicks int, op string, args []any) (landed bool, err error) {
	select {
	case s.pressing <- struct{}{}:
		defer func() { <-s.pressing }()
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	aiming, cancel := context.WithTimeout(ctx, min(turn, remaining(ctx)))
	defer cancel()
	var at *point
	if err := s.run(aiming, &at, op, args...); err != nil || at == nil {
		return true, err
	}
	return s.pressAt(ctx, clickEvents(*at, clicks))
}

// landedGrace is how long the page may take to say where a press went after it has handled it. One that
// is being left, or whose frame was hit, does not say it.
const landedGrace = time.Second

// pressAt sends a press and says whether it hit what it was aimed at. The question goes with it, so
// that no time is lost.
func (s *session) pressAt(ctx context.Context, events []mouseEvent) (landed bool, err error) {
	page, err := s.directPage()
	if err != nil {
		return false, err
	}
	pending, err := s.sendMouse(page, events)
	if err != nil {
		return false, err
	}
	answers, err := page.conn.Start(page.target, "Runtime.evaluate", evaluation{inpage.LandedExpression, true, true})
	if err != nil {
		return false, s.explainDirect(err)
	}
	if err := s.mouseDone(ctx, pending); err != nil {
		return false, err
	}
	select {
	case a := <-answers: // mostly there already
		return hit(a), nil
	default:
	}
	grace := time.NewTimer(landedGrace)
	defer grace.Stop()
	select {
	case a := <-answers:
		return hit(a), nil
	case <-grace.C:
		return true, nil
	}
}

// hit reads what the page says of a press; one that cannot say it any more was hit.
func hit(a cdp.Answer) bool {
	var r evaluated
	return a.Decode("Runtime.evaluate", &r) != nil || string(r.Result.Value) != "false"
}

const mouseMethod = "Input.dispatchMouseEvent"

func (s *session) sendMouse(page directPage, events []mouseEvent) (pending []<-chan cdp.Answer, err error) {
	for _, e := range events {
		answers, err := page.conn.Start(page.target, mouseMethod, e)
		if err != nil {
			return nil, s.explainDirect(err)
		}
		pending = append(pending, answers)
	}
	return pending, nil
}

func (s *session) mouseDone(ctx context.Context, pending []<-chan cdp.Answer) error {
	for _, answers := range pending {
		if err := s.answer(ctx, "the page to take the mouse", answers, mouseMethod, nil); err != nil {
			return err
		}
	}
	return nil
}
