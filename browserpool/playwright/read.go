package playwright

import (
	"context"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"
)

// PageContent returns the page's HTML.
func (s *session) PageContent(ctx context.Context) (string, error) { return s.text(ctx, "content") }

// URL returns the page's address.
func (s *session) URL(ctx context.Context) (string, error) { return s.text(ctx, "location") }

// Title returns the page's title.
func (s *session) Title(ctx context.Context) (string, error) { return s.text(ctx, "title") }

func (s *session) text(ctx context.Context, op string, args ...any) (string, error) {
	var text string
	err := s.run(ctx, &text, op, args...)
	return text, err
}

// InnerHTML returns the HTML inside the element.
func (s *session) InnerHTML(ctx context.Context, selector string) (string, error) {
	return s.read(ctx, selector, "innerHTML", func(l pw.Locator, t *float64) (string, error) {
		return l.InnerHTML(pw.LocatorInnerHTMLOptions{Timeout: t})
	})
}

// InnerText returns the element's text as it is rendered.
func (s *session) InnerText(ctx context.Context, selector string) (string, error) {
	return s.read(ctx, selector, "innerText", func(l pw.Locator, t *float64) (string, error) {
		return l.InnerText(pw.LocatorInnerTextOptions{Timeout: t})
	})
}

// TextContent returns the text of the element and everything in it.
func (s *session) TextContent(ctx context.Context, selector string) (string, error) {
	return s.read(ctx, selector, "textContent", func(l pw.Locator, t *float64) (string, error) {
		return l.TextContent(pw.LocatorTextContentOptions{Timeout: t})
	})
}

// InputValue returns the value of an input, textarea or select.
func (s *session) InputValue(ctx context.Context, selector string) (string, error) {
	return s.read(ctx, selector, "inputValue", func(l pw.Locator, t *float64) (string, error) {
		return l.InputValue(pw.LocatorInputValueOptions{Timeout: t})
	})
}

// read reads a text of an element, by the page itself or by the locator.
func (s *session) read(ctx context.Context, selector, what string, locator func(l pw.Locator, timeout *float64) (string, error)) (string, error) {
	if isCSS(selector) {
		return s.text(ctx, "read", selector, what)
	}
	var text string
	err := s.locate(ctx, selector, "to be there", func(l pw.Locator, timeout time.Duration) (err error) {
		text, err = locator(l, milliseconds(timeout))
		return err
	})
	return text, err
}

// GetAttribute returns an attribute and whether the element has it.
func (s *session) GetAttribute(ctx context.Context, selector, name string) (string, bool, error) {
	var value *string
	var err error
	if isCSS(selector) {
		err = s.run(ctx, &value, "attribute", selector, name)
	} else {
		err = s.locate(ctx, selector, "to be there", func(l pw.Locator, timeout time.Duration) error {
			raw, err := l.Evaluate("(el, name) => el.getAttribute(name)", name, pw.LocatorEvaluateOptions{Timeout: milliseconds(timeout)})
			if text, ok := raw.(string); ok {
				value = &text
			}
			return err
		})
	}
	if err != nil || value == nil {
		return "", false, err
	}
	return *value, true, nil
}

// IsVisible says whether the element is there and visible now.
func (s *session) IsVisible(ctx context.Context, selector string) (bool, error) {
	var visible bool
	if isCSS(selector) {
		err := s.run(ctx, &visible, "isVisible", selector)
		return visible, err
	}
	err := s.locate(ctx, selector, "to be there", func(l pw.Locator, _ time.Duration) (err error) {
		visible, err = l.IsVisible()
		return err
	})
	return visible, err
}

// IsChecked says whether a checkbox or radio button is ticked.
func (s *session) IsChecked(ctx context.Context, selector string) (bool, error) {
	var checked bool
	if isCSS(selector) {
		err := s.run(ctx, &checked, "read", selector, "isChecked")
		return checked, err
	}
	err := s.locate(ctx, selector, "to be there", func(l pw.Locator, timeout time.Duration) (err error) {
		checked, err = l.IsChecked(pw.LocatorIsCheckedOptions{Timeout: milliseconds(timeout)})
		return err
	})
	return checked, err
}

// Count returns how many elements match now.
func (s *session) Count(ctx context.Context, selector string) (int, error) {
	var n int
	if isCSS(selector) {
		err := s.run(ctx, &n, "count", selector)
		return n, err
	}
	page, err := s.settle(ctx)
	if err != nil {
		return 0, err
	}
	n, err = call(ctx, s, "the page to count", func(time.Duration) (int, error) { return page.Locator(selector).Count() })
	return n, plainError(err)
}

// Evaluate runs a JavaScript function or expression in the page and awaits it.
func (s *session) Evaluate(ctx context.Context, fn string, arg any) (any, error) {
	page, err := s.settle(ctx)
	if err != nil {
		return nil, err
	}
	value, err := call(ctx, s, "the function to return", func(time.Duration) (any, error) { return page.Evaluate(fn, argument(arg)) })
	switch {
	case err == nil:
		return result(value)
	case pageLeft(err):
		return nil, errPageLeft
	case strings.Contains(err.Error(), "Unexpected value: map["): // a panic of playwright-go's
		return nil, errForeign
	}
	return nil, plainError(err)
}

// Screenshot returns a PNG of the visible part of the page.
func (s *session) Screenshot(ctx context.Context) ([]byte, error) {
	page, err := s.currentPage()
	if err != nil {
		return nil, err
	}
	const waiting = "a screenshot"
	begun := time.Now()
	png, err := call(ctx, s, waiting, func(timeout time.Duration) ([]byte, error) {
		return page.Screenshot(pw.PageScreenshotOptions{Timeout: milliseconds(timeout)})
	})
	return png, waitError(ctx, waiting, begun, err, lookNowhere)
}
