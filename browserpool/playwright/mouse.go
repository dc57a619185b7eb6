package playwright

import (
	"context"

	"github.com/liveload/liveload/browserpool/cdp"
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
	const method = "Input.dispatchMouseEvent"
	page, err := s.directPage()
	if err != nil {
		return err
	}
	pending := make([]<-chan cdp.Answer, 0, len(events))
	for _, e := range events {
		answers, err := page.conn.Start(page.target, method, e)
		if err != nil {
			return s.explainDirect(err)
		}
		pending = append(pending, answers)
	}
	for _, answers := range pending {
		if err := s.answer(ctx, "the page to take the mouse", answers, method, nil); err != nil {
			return err
		}
	}
	return nil
}
