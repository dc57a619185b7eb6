package session

import (
	"context"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// Click waits until the mouse can reach the element, then clicks its middle.
func (s *session) Click(ctx context.Context, selector string, opts ...browserpool.Options) error {
	return s.click(ctx, selector, 1, opts)
}

// DblClick waits until the mouse can reach the element, then double-clicks its middle.
func (s *session) DblClick(ctx context.Context, selector string, opts ...browserpool.Options) error {
	return s.click(ctx, selector, 2, opts)
}

func (s *session) click(ctx context.Context, selector string, clicks int, opts []browserpool.Options) error {
	o := option(opts)
	if o.Clicks == 0 {
		o.Clicks = clicks
	}
	return s.pressAt(ctx, s.clicker(o), o.Clicks, on(selector, opts), how(o, o.Position, false))
}

// Tap waits until a finger can reach the element, then taps its middle.
func (s *session) Tap(ctx context.Context, selector string, opts ...browserpool.Options) error {
	o := option(opts)
	return s.pressAt(ctx, s.tapper(o), 1, on(selector, opts), how(o, o.Position, true))
}

func (s *session) pressAt(ctx context.Context, send sender, clicks int, el element, how *inpage.How) error {
	if how == nil {
		return s.pressWith(ctx, send, inpage.Aim{Clicks: clicks}, "point", el)
	}
	return s.pressWith(ctx, send, inpage.Aim{Clicks: clicks}, "point", el, how)
}

// SetChecked clicks a box that is not as wanted, and waits until it is.
func (s *session) SetChecked(ctx context.Context, selector string, checked bool, opts ...browserpool.Options) error {
	o, el := option(opts), on(selector, opts)
	number, pressed, click := s.boxes.Add(1), false, s.clicker(o)
	send := func(ctx context.Context, at point, nth int) error {
		pressed = true
		return click(ctx, at, nth)
	}
	err := s.pressWith(ctx, send, inpage.Aim{Clicks: 1}, "checkPoint", el, number, checked, how(o, o.Position, false))
	if err != nil || !pressed {
		return err
	}
	return s.runOn(ctx, nil, "ticked", el, number, checked)
}

// hoverTries is how often the mouse is moved to an element that moves away meanwhile. One that is covered and is reached by force never
// notices.
const hoverTries = 3

// Hover moves the mouse to the middle of the element.
func (s *session) Hover(ctx context.Context, selector string, opts ...browserpool.Options) error {
	o := option(opts)
	el := on(selector, opts)
	for try := 1; ; try++ {
		at, err := s.hoverPoint(ctx, el, how(o, o.Position, false))
		if err != nil || at == nil {
			return err
		}
		err = s.withModifiers(ctx, o.Modifiers, func(ctx context.Context, modifiers int) error {
			return s.mouse(ctx, hoverEvents(*at, modifiers))
		})
		if err != nil || try == hoverTries {
			return err
		}
		var hovered bool
		if err := s.runOn(ctx, &hovered, "hovered", el); err != nil || hovered {
			return err
		}
	}
}

// hoverPoint finds where the mouse reaches an element, whether that is enabled or not; nowhere when that is only tried.
func (s *session) hoverPoint(ctx context.Context, el element, how *inpage.How) (at *point, err error) {
	if err := s.runOn(ctx, &at, "hoverPoint", el, how); err != nil || at == nil {
		return nil, err
	}
	return at, s.outward(ctx, el.selector, at)
}

// DragAndDrop drags the middle of source to the middle of target.
func (s *session) DragAndDrop(ctx context.Context, source, target string, opts ...browserpool.Options) error {
	page, err := s.currentPage(ctx)
	if err != nil {
		return err
	}
	o := option(opts)
	// Playwright's mouse, since only that turns what the browser does while something is dragged into events.
	mouse := page.Mouse()
	move := func(to point, steps int) func() error {
		return func() error { return mouse.Move(to.X, to.Y, pw.MouseMoveOptions{Steps: pw.Int(max(steps, 1))}) }
	}
	down, up := func() error { return mouse.Down() }, func() error { return mouse.Up() }
	release := func() error { return nil } // up, once it was pressed
	send := func(ctx context.Context, from point, _ int) error {
		before := release
		release = up
		return s.drag(ctx, before, move(from, 1), down)
	}
	err = s.pressWith(ctx, send, inpage.Aim{Clicks: 1, Drag: true}, "point", on(source, opts), how(o, o.Position, false))
	var to *point
	if err == nil {
		to, err = s.hoverPoint(ctx, on(target, opts), how(o, o.Target, false))
	}
	if err != nil {
		calls.Async(func() (any, error) { return nil, release() }) // where it was taken; ctx may be over
		return err
	}
	if to == nil {
		return nil
	}
	return s.drag(ctx, move(*to, o.Steps), up)
}

// drag makes steps of Playwright's mouse, one after the other.
func (s *session) drag(ctx context.Context, steps ...func() error) error {
	return calls.PlainError(s.Do(ctx, "the page to take the mouse", func(time.Duration) error {
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Fill replaces the value of a field.
func (s *session) Fill(ctx context.Context, selector, text string, opts ...browserpool.Options) error {
	var insert bool
	if err := s.runOn(ctx, &insert, "fill", on(selector, opts), text, option(opts).Force); err != nil || !insert {
		return err
	}
	if text == "" {
		return s.keyboard(ctx, func(k pw.Keyboard) error { return k.Press("Delete") })
	}
	return s.direct(ctx, "Input.insertText", map[string]string{"text": text}, nil)
}

// Clear empties a field.
func (s *session) Clear(ctx context.Context, selector string, opts ...browserpool.Options) error {
	return s.Fill(ctx, selector, "", opts...)
}

// SelectOptions selects exactly these options.
func (s *session) SelectOptions(ctx context.Context, selector string, choices []browserpool.Choice, opts ...browserpool.Options) error {
	wanted := append([]browserpool.Choice{}, choices...) // null is no list
	return s.runOn(ctx, nil, "choose", on(selector, opts), wanted, option(opts).Force)
}

// Focus gives an element the keyboard.
func (s *session) Focus(ctx context.Context, selector string, opts ...browserpool.Options) error {
	return s.runOn(ctx, nil, "focus", on(selector, opts))
}

// Blur takes the keyboard away from an element.
func (s *session) Blur(ctx context.Context, selector string, opts ...browserpool.Options) error {
	return s.runOn(ctx, nil, "blur", on(selector, opts))
}
