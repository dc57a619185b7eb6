package session

import (
	"context"
	"strings"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// PageContent returns the page's HTML.
func (s *session) PageContent(ctx context.Context) (string, error) { return s.text(ctx, "content") }

// URL returns the page's address.
func (s *session) URL(ctx context.Context) (string, error) { return s.text(ctx, "location") }

// Title returns the page's title.
func (s *session) Title(ctx context.Context) (string, error) { return s.text(ctx, "title") }

func (s *session) text(ctx context.Context, op string) (string, error) {
	var text string
	err := s.run(ctx, &text, op)
	return text, err
}

// InnerHTML returns the HTML inside the element.
func (s *session) InnerHTML(ctx context.Context, selector string, opts ...browserpool.Options) (string, error) {
	return read[string](ctx, s, "read", on(selector, opts), "innerHTML")
}

// InnerText returns the element's text as it is rendered.
func (s *session) InnerText(ctx context.Context, selector string, opts ...browserpool.Options) (string, error) {
	return read[string](ctx, s, "read", on(selector, opts), "innerText")
}

// TextContent returns the text of the element and everything in it.
func (s *session) TextContent(ctx context.Context, selector string, opts ...browserpool.Options) (string, error) {
	return read[string](ctx, s, "read", on(selector, opts), "textContent")
}

// InputValue returns the value of an input, textarea or select.
func (s *session) InputValue(ctx context.Context, selector string, opts ...browserpool.Options) (string, error) {
	return read[string](ctx, s, "read", on(selector, opts), "inputValue")
}

// GetAttribute returns an attribute and whether the element has it.
func (s *session) GetAttribute(ctx context.Context, selector, name string, opts ...browserpool.Options) (string, bool, error) {
	value, err := read[*string](ctx, s, "attribute", on(selector, opts), name)
	if err != nil || value == nil {
		return "", false, err
	}
	return *value, true, nil
}

// IsVisible reports whether the element is there and visible now.
func (s *session) IsVisible(ctx context.Context, selector string, opts ...browserpool.Options) (bool, error) {
	return read[bool](ctx, s, "isVisible", on(selector, opts))
}

// IsSecret reports whether the element is, labels or contains a password field, or is missing.
func (s *session) IsSecret(ctx context.Context, selector string) (bool, error) {
	return read[bool](ctx, s, "isSecret", element{selector: selector})
}

// IsChecked reports whether a checkbox or radio button is ticked.
func (s *session) IsChecked(ctx context.Context, selector string, opts ...browserpool.Options) (bool, error) {
	return read[bool](ctx, s, "read", on(selector, opts), "isChecked")
}

// Count returns how many elements match now.
func (s *session) Count(ctx context.Context, selector string) (int, error) {
	return read[int](ctx, s, "count", element{selector: selector})
}

// read returns the answer of an operation on an element.
func read[T any](ctx context.Context, s *session, op string, el element, args ...any) (T, error) {
	var value T
	err := s.runOn(ctx, &value, op, el, args...)
	return value, err
}

// Evaluate runs a JavaScript function, an expression or statements in the page, and awaits the value.
func (s *session) Evaluate(ctx context.Context, fn string, arg any) (any, error) {
	page, err := s.settle(ctx)
	if err != nil {
		return nil, err
	}
	value, err := calls.Run(ctx, s.Guard, "the function to return", func(time.Duration) (any, error) {
		return page.Evaluate(calls.Carrying(fn, 0), calls.Pack(arg))
	})
	switch {
	case err == nil:
		return calls.Unpack(value)
	case calls.PageLeft(err):
		return nil, calls.ErrPageLeft
	case strings.Contains(err.Error(), "Unexpected value: map["): // a panic of playwright-go's
		return nil, calls.ErrForeign
	}
	return nil, calls.PlainError(err)
}
