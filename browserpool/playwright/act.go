package playwright

import (
	"context"
	"fmt"
	"os"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
)

// Click waits until the mouse can reach the element, then clicks its middle.
func (s *session) Click(ctx context.Context, selector string) error {
	if !isCSS(selector) {
		return s.locate(ctx, selector, "to be clicked", func(l pw.Locator, timeout time.Duration) error {
			return l.Click(pw.LocatorClickOptions{Timeout: milliseconds(timeout)})
		})
	}
	return s.press(ctx, 1, "point", selector, 1)
}

// DblClick waits until the mouse can reach the element, then double-clicks its middle.
func (s *session) DblClick(ctx context.Context, selector string) error {
	if !isCSS(selector) {
		return s.locate(ctx, selector, "to be clicked", func(l pw.Locator, timeout time.Duration) error {
			return l.Dblclick(pw.LocatorDblclickOptions{Timeout: milliseconds(timeout)})
		})
	}
	return s.press(ctx, 2, "point", selector, 2)
}

// Hover moves the mouse to the middle of the element.
func (s *session) Hover(ctx context.Context, selector string) error {
	if !isCSS(selector) {
		return s.locate(ctx, selector, "to be reachable by the mouse", func(l pw.Locator, timeout time.Duration) error {
			return l.Hover(pw.LocatorHoverOptions{Timeout: milliseconds(timeout)})
		})
	}
	var at point
	if err := s.run(ctx, &at, "hoverPoint", selector); err != nil {
		return err
	}
	return s.mouse(ctx, hoverEvents(at))
}

// DragAndDrop drags the middle of source to the middle of target.
func (s *session) DragAndDrop(ctx context.Context, source, target string) error {
	page, err := s.settle(ctx)
	if err != nil {
		return err
	}
	waiting := fmt.Sprintf("%q to be dragged to %q", source, target)
	begun := time.Now()
	err = s.do(ctx, waiting, func(timeout time.Duration) error {
		return page.DragAndDrop(source, target, pw.PageDragAndDropOptions{Timeout: milliseconds(timeout)})
	})
	return waitError(ctx, waiting, begun, err, func() string {
		return fmt.Sprintf("the one is: %s; the other: %s", look(page, source), look(page, target))
	})
}

// Fill replaces the value of a field.
func (s *session) Fill(ctx context.Context, selector, text string) error {
	if !isCSS(selector) {
		return s.locate(ctx, selector, "to be editable", func(l pw.Locator, timeout time.Duration) error {
			return l.Fill(text, pw.LocatorFillOptions{Timeout: milliseconds(timeout)})
		})
	}
	var insert bool
	if err := s.run(ctx, &insert, "fill", selector, text); err != nil || !insert {
		return err
	}
	if text == "" {
		return s.keyboard(ctx, func(k pw.Keyboard) error { return k.Press("Delete") })
	}
	return s.direct(ctx, "Input.insertText", map[string]string{"text": text}, nil)
}

// Clear empties a field.
func (s *session) Clear(ctx context.Context, selector string) error { return s.Fill(ctx, selector, "") }

// Type presses the keys of text one by one, delay apart.
func (s *session) Type(ctx context.Context, selector, text string, delay time.Duration) error {
	if err := s.Focus(ctx, selector); err != nil {
		return err
	}
	if delay <= 0 {
		return s.typeKeys(ctx, selector, text)
	}
	// The driver would go on typing after the end of ctx, so that the pauses are ours.
	for _, key := range text {
		if err := s.typeKeys(ctx, selector, string(key)); err != nil {
			return err
		}
		if err := s.pause(ctx, delay); err != nil {
			return err
		}
	}
	return nil
}

// typeKeys types into the focused element. Keyboard.Type of playwright-go would insert text without keys.
func (s *session) typeKeys(ctx context.Context, selector, text string) error {
	page, err := s.currentPage()
	if err != nil {
		return err
	}
	waiting := fmt.Sprintf("%q to take the keys", selector)
	begun := time.Now()
	err = s.do(ctx, waiting, func(timeout time.Duration) error {
		return page.Locator(selector).First().PressSequentially(text, pw.LocatorPressSequentiallyOptions{Timeout: milliseconds(timeout)})
	})
	return waitError(ctx, waiting, begun, err, func() string { return look(page, selector) })
}

func (s *session) pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-s.lost:
		return browserpool.ErrLost
	case <-s.ended:
		return browserpool.ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Press focuses the element and presses one key or chord.
func (s *session) Press(ctx context.Context, selector, key string) error {
	if err := s.Focus(ctx, selector); err != nil {
		return err
	}
	return s.keyboard(ctx, func(k pw.Keyboard) error { return k.Press(key) })
}

func (s *session) keyboard(ctx context.Context, fn func(k pw.Keyboard) error) error {
	page, err := s.currentPage()
	if err != nil {
		return err
	}
	return plainError(s.do(ctx, "the page to take the keys", func(time.Duration) error { return fn(page.Keyboard()) }))
}

// Check ticks a checkbox or radio button, unless it is ticked.
func (s *session) Check(ctx context.Context, selector string) error {
	return s.setChecked(ctx, selector, true)
}

// Uncheck unticks a checkbox, unless it is not ticked.
func (s *session) Uncheck(ctx context.Context, selector string) error {
	return s.setChecked(ctx, selector, false)
}

func (s *session) setChecked(ctx context.Context, selector string, want bool) error {
	if !isCSS(selector) {
		return s.locate(ctx, selector, "to be reachable by the mouse", func(l pw.Locator, timeout time.Duration) error {
			return l.SetChecked(want, pw.LocatorSetCheckedOptions{Timeout: milliseconds(timeout)})
		})
	}
	return s.press(ctx, 1, "checkPoint", selector, want)
}

// SelectOptions selects exactly the options whose value or label is in values.
func (s *session) SelectOptions(ctx context.Context, selector string, values []string) error {
	if !isCSS(selector) {
		return s.locate(ctx, selector, "to have its options", func(l pw.Locator, timeout time.Duration) error {
			_, err := l.SelectOption(pw.SelectOptionValues{ValuesOrLabels: &values}, pw.LocatorSelectOptionOptions{Timeout: milliseconds(timeout)})
			return err
		})
	}
	return s.run(ctx, nil, "choose", selector, append([]string{}, values...)) // null is no list
}

// Focus gives an element the keyboard.
func (s *session) Focus(ctx context.Context, selector string) error {
	if !isCSS(selector) {
		return s.locate(ctx, selector, "to take the keyboard", func(l pw.Locator, timeout time.Duration) error {
			return l.Focus(pw.LocatorFocusOptions{Timeout: milliseconds(timeout)})
		})
	}
	return s.run(ctx, nil, "focus", selector)
}

// Blur takes the keyboard away from an element.
func (s *session) Blur(ctx context.Context, selector string) error {
	if !isCSS(selector) {
		return s.locate(ctx, selector, "to be there", func(l pw.Locator, timeout time.Duration) error {
			return l.Blur(pw.LocatorBlurOptions{Timeout: milliseconds(timeout)})
		})
	}
	return s.run(ctx, nil, "blur", selector)
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
	return s.locate(ctx, selector, "to be there", func(l pw.Locator, timeout time.Duration) error {
		begun := time.Now()
		// Playwright would try again and again to put files into another field.
		other, err := l.Evaluate(inpage.NoFileInputFunction, nil, pw.LocatorEvaluateOptions{Timeout: milliseconds(timeout)})
		if err != nil {
			return err
		}
		if other != "" {
			return &browserpool.PageError{Message: fmt.Sprintf("%s is not a file input", other)}
		}
		timeout = max(timeout-time.Since(begun), time.Millisecond)
		if len(paths) == 0 { // which playwright-go leaves out of its message
			_, err := l.Evaluate(inpage.ClearFilesFunction, nil, pw.LocatorEvaluateOptions{Timeout: milliseconds(timeout)})
			return err
		}
		return l.SetInputFiles(paths, pw.LocatorSetInputFilesOptions{Timeout: milliseconds(timeout)})
	})
}
