package session

import (
	"context"
	"fmt"
	"os"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// Click waits until the mouse can reach the element, then clicks its middle.
func (s *session) Click(ctx context.Context, selector string) error {
	return s.press(ctx, 1, "point", selector)
}

// DblClick waits until the mouse can reach the element, then double-clicks its middle.
func (s *session) DblClick(ctx context.Context, selector string) error {
	return s.press(ctx, 2, "point", selector)
}

// Hover moves the mouse to the middle of the element.
func (s *session) Hover(ctx context.Context, selector string) error {
	var at point
	if err := s.hoverPoint(ctx, &at, selector); err != nil {
		return err
	}
	return s.mouse(ctx, hoverEvents(at))
}

// hoverPoint finds where the mouse reaches an element, whether that is enabled or not.
func (s *session) hoverPoint(ctx context.Context, at *point, selector string) error {
	if err := s.runOn(ctx, at, "hoverPoint", selector); err != nil {
		return err
	}
	return s.outward(ctx, selector, at)
}

// DragAndDrop drags the middle of source to the middle of target.
func (s *session) DragAndDrop(ctx context.Context, source, target string) error {
	page, err := s.currentPage()
	if err != nil {
		return err
	}
	// Playwright's mouse, since only that turns what the browser does while something is dragged into events.
	mouse := page.Mouse()
	move := func(to point) func() error { return func() error { return mouse.Move(to.X, to.Y) } }
	down, up := func() error { return mouse.Down() }, func() error { return mouse.Up() }
	release := func() error { return nil } // up, once it was pressed
	err = s.pressWith(ctx, func(ctx context.Context, from point, _ int) error {
		before := release
		release = up
		return s.drag(ctx, before, move(from), down)
	}, inpage.Aim{Clicks: 1, Drag: true}, "point", source)
	var to point
	if err == nil {
		err = s.hoverPoint(ctx, &to, target)
	}
	if err != nil {
		calls.Async(func() (any, error) { return nil, release() }) // where it was taken; ctx may be over
		return err
	}
	return s.drag(ctx, move(to), up)
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
func (s *session) Fill(ctx context.Context, selector, text string) error {
	var insert bool
	if err := s.runOn(ctx, &insert, "fill", selector, text); err != nil || !insert {
		return err
	}
	if text == "" {
		return s.keyboard(ctx, func(k pw.Keyboard) error { return k.Press("Delete") })
	}
	return s.direct(ctx, "Input.insertText", map[string]string{"text": text}, nil)
}

// Clear empties a field.
func (s *session) Clear(ctx context.Context, selector string) error { return s.Fill(ctx, selector, "") }

// Check ticks a checkbox or radio button, unless it is ticked.
func (s *session) Check(ctx context.Context, selector string) error {
	return s.setChecked(ctx, selector, true)
}

// Uncheck unticks a checkbox, unless it is not ticked.
func (s *session) Uncheck(ctx context.Context, selector string) error {
	return s.setChecked(ctx, selector, false)
}

// setChecked clicks a box that is not as wanted, and waits until it is.
func (s *session) setChecked(ctx context.Context, selector string, want bool) error {
	number, pressed := s.boxes.Add(1), false
	click := func(ctx context.Context, at point, nth int) error {
		pressed = true
		return s.mouse(ctx, clickEvents(at, nth))
	}
	err := s.pressWith(ctx, click, inpage.Aim{Clicks: 1}, "checkPoint", selector, number, want)
	if err != nil || !pressed {
		return err
	}
	return s.runOn(ctx, nil, "ticked", selector, number, want)
}

// SelectOptions selects exactly the options whose value or label is in values.
func (s *session) SelectOptions(ctx context.Context, selector string, values []string) error {
	return s.runOn(ctx, nil, "choose", selector, append([]string{}, values...)) // null is no list
}

// Focus gives an element the keyboard.
func (s *session) Focus(ctx context.Context, selector string) error {
	return s.runOn(ctx, nil, "focus", selector)
}

// Blur takes the keyboard away from an element.
func (s *session) Blur(ctx context.Context, selector string) error {
	return s.runOn(ctx, nil, "blur", selector)
}

// SetInputFiles puts files into a file input.
func (s *session) SetInputFiles(ctx context.Context, selector string, paths []string) error {
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil {
			return fmt.Errorf("set input files: %w", err)
		} else if info.IsDir() {
			return fmt.Errorf("set input files: %s is a folder: name the files in it", path)
		}
	}
	var input int
	if err := s.runOn(ctx, &input, "files", selector, len(paths)); err != nil || input == 0 {
		return err
	}
	if entersFrame(selector) {
		return s.setFilesInFrame(ctx, selector, paths)
	}
	var handle struct {
		Result struct {
			ObjectID string `json:"objectId"`
		} `json:"result"`
	}
	if err := s.direct(ctx, "Runtime.evaluate", evaluation{Expression: inpage.HandOutExpression(input)}, &handle); err != nil {
		return err
	}
	id := handle.Result.ObjectID
	if err := s.direct(ctx, "DOM.setFileInputFiles", map[string]any{"objectId": id, "files": paths}, nil); err != nil {
		return err
	}
	return s.direct(ctx, "Runtime.releaseObject", map[string]string{"objectId": id}, nil)
}
