package session

import (
	"context"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// A mouseEvent is the argument of Input.dispatchMouseEvent.
type mouseEvent struct {
	Type       string  `json:"type"`
	X          float64 `json:"x"`
	Y          float64 `json:"y"`
	Button     string  `json:"button"`
	Buttons    int     `json:"buttons"`
	ClickCount int     `json:"clickCount"`
	Modifiers  int     `json:"modifiers,omitempty"`
}

// A touchEvent is the argument of Input.dispatchTouchEvent.
type touchEvent struct {
	Type      string              `json:"type"`
	Points    []browserpool.Point `json:"touchPoints"`
	Modifiers int                 `json:"modifiers,omitempty"`
}

// A point is what package inpage aims at, in the window of the page.
type point struct {
	X        float64     `json:"x"`
	Y        float64     `json:"y"`
	There    bool        `json:"there"`    // the mouse is
	Reported bool        `json:"reported"` // the page will say whether the press hit
	Foreign  *[2]float64 `json:"foreign"`  // where the element begins, when all this is in the window of a frame of another origin
}

// buttons are the numbers of those that are down.
var buttons = map[string]int{"left": 1, "right": 2, "middle": 4}

// hoverEvents move the mouse to a point.
func hoverEvents(p point, modifiers int) []any {
	return []any{mouseEvent{Type: "mouseMoved", X: p.X, Y: p.Y, Button: "none", Modifiers: modifiers}}
}

// clickEvents click a point for the nth time, after moving the mouse to it, unless it is there.
func clickEvents(p point, nth int, button string, modifiers int) []any {
	var events []any
	if nth == 1 && !p.There {
		events = hoverEvents(p, modifiers)
	}
	down := mouseEvent{Type: "mousePressed", X: p.X, Y: p.Y, Button: button, Buttons: buttons[button], ClickCount: nth, Modifiers: modifiers}
	up := down
	up.Type, up.Buttons = "mouseReleased", 0
	return append(events, down, up)
}

// mouse sends events in one go and waits until the page has handled them all.
func (s *session) mouse(ctx context.Context, events []any) error {
	return s.send(ctx, "the page to take the mouse", "Input.dispatchMouseEvent", nil, events...)
}

// hold is mouse, but waits before the last event, which releases the button whatever happens meanwhile.
func (s *session) hold(ctx context.Context, events []any, delay time.Duration) error {
	last := len(events) - 1
	held := s.mouse(ctx, events[:last])
	if held == nil {
		held = s.Pause(ctx, delay)
	}
	if held != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), answerLimit)
		defer cancel()
	}
	released := s.mouse(ctx, events[last:])
	if held != nil {
		return held
	}
	return released
}

// clicker returns a sender of clicks.
func (s *session) clicker(o browserpool.Options) sender {
	button := o.Button
	if button == "" {
		button = "left"
	}
	return func(ctx context.Context, at point, nth int) error {
		return s.withModifiers(ctx, o.Modifiers, func(ctx context.Context, modifiers int) error {
			events := clickEvents(at, nth, button, modifiers)
			if o.Delay <= 0 {
				return s.mouse(ctx, events)
			}
			if err := s.hold(ctx, events, o.Delay); err != nil || nth >= o.Clicks {
				return err
			}
			return s.Pause(ctx, o.Delay)
		})
	}
}

// tapper returns a sender of taps.
func (s *session) tapper(o browserpool.Options) sender {
	return func(ctx context.Context, at point, _ int) error {
		return s.withModifiers(ctx, o.Modifiers, func(ctx context.Context, modifiers int) error {
			down := touchEvent{"touchStart", []browserpool.Point{{X: at.X, Y: at.Y}}, modifiers}
			up := touchEvent{"touchEnd", []browserpool.Point{}, modifiers}
			return s.send(ctx, "the page to take the touch", "Input.dispatchTouchEvent", nil, down, up)
		})
	}
}
