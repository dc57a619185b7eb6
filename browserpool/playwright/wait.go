package playwright

import (
	"context"
	"fmt"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
)

var selectorStates = map[string]*pw.WaitForSelectorState{
	"attached": pw.WaitForSelectorStateAttached, "detached": pw.WaitForSelectorStateDetached,
	"visible": pw.WaitForSelectorStateVisible, "hidden": pw.WaitForSelectorStateHidden,
}

// WaitForSelector waits until the element is in the state.
func (s *session) WaitForSelector(ctx context.Context, selector, state string) error {
	if state == "" {
		state = "visible"
	}
	known, ok := selectorStates[state]
	if !ok {
		return &browserpool.PageError{Message: fmt.Sprintf("unknown state %q: use attached, detached, visible or hidden", state)}
	}
	if !isCSS(selector) {
		return s.locate(ctx, selector, "to be "+state, func(l pw.Locator, timeout time.Duration) error {
			return l.WaitFor(pw.LocatorWaitForOptions{State: known, Timeout: milliseconds(timeout)})
		})
	}
	return s.run(ctx, nil, "state", selector, state)
}

// WaitForText waits until the element is there and its text contains text.
func (s *session) WaitForText(ctx context.Context, selector, text string) error {
	if !isCSS(selector) {
		return s.locate(ctx, selector, fmt.Sprintf("to contain %q", text), func(l pw.Locator, timeout time.Duration) error {
			return l.Filter(pw.LocatorFilterOptions{HasText: text}).WaitFor(pw.LocatorWaitForOptions{State: pw.WaitForSelectorStateAttached, Timeout: milliseconds(timeout)})
		})
	}
	return s.run(ctx, nil, "text", selector, text)
}

// WaitForURL waits until the page's address matches the pattern.
func (s *session) WaitForURL(ctx context.Context, pattern string) error {
	source, flags, err := urlPattern(pattern)
	if err != nil {
		return err
	}
	return s.run(ctx, nil, "url", source, flags, pattern)
}

// WaitForFunction waits until the JavaScript function gives a truthy value.
func (s *session) WaitForFunction(ctx context.Context, fn string, arg any) error {
	page, err := s.settle(ctx)
	if err != nil {
		return err
	}
	const waiting = "the function to give a truthy value"
	begun := time.Now()
	err = s.do(ctx, waiting, func(timeout time.Duration) error {
		_, err := page.WaitForFunction(boxed(fn), argument(arg), pw.PageWaitForFunctionOptions{Timeout: milliseconds(timeout)})
		return err
	})
	return waitError(ctx, waiting, begun, err, lookNowhere)
}

// EnsureLiveView waits until a LiveView, connected or not, is on the page.
func (s *session) EnsureLiveView(ctx context.Context) error { return s.run(ctx, nil, "liveView") }

// WaitForLiveView waits until every root LiveView of the page is connected.
func (s *session) WaitForLiveView(ctx context.Context) error { return s.run(ctx, nil, "connected") }

var loadingKinds = map[string]bool{
	"click": true, "submit": true, "change": true, "focus": true, "blur": true, "keydown": true, "keyup": true,
}

// WaitForPhxLoading waits until the element exists without the class phx-KIND-loading.
func (s *session) WaitForPhxLoading(ctx context.Context, kind, selector string) error {
	if !loadingKinds[kind] {
		return &browserpool.PageError{Message: fmt.Sprintf("unknown kind of loading %q: use click, submit, change, focus, blur, keydown or keyup", kind)}
	}
	if isCSS(selector) {
		return s.run(ctx, nil, "phxLoading", selector, kind)
	}
	page, err := s.settle(ctx)
	if err != nil {
		return err
	}
	without := page.Locator(":not(.phx-" + kind + "-loading)")
	return s.locate(ctx, selector, "to end phx-"+kind+"-loading", func(l pw.Locator, timeout time.Duration) error {
		return l.And(without).WaitFor(pw.LocatorWaitForOptions{State: pw.WaitForSelectorStateAttached, Timeout: milliseconds(timeout)})
	})
}

// SubmitForm clicks the form's submit button, or asks the form to submit when it has none, and waits
// for the end of submit loading.
func (s *session) SubmitForm(ctx context.Context, selector string) error {
	if !isCSS(selector) {
		return s.submitLocated(ctx, selector)
	}
	if err := s.press(ctx, 1, "submitPoint", selector); err != nil {
		return err
	}
	return s.run(ctx, nil, "submitted", selector)
}

// submitLocated is SubmitForm for a form that only Playwright can find.
func (s *session) submitLocated(ctx context.Context, selector string) error {
	var hasButton bool
	err := s.locate(ctx, selector, "to be a form", func(l pw.Locator, timeout time.Duration) error {
		answer, err := l.Evaluate(inpage.AskToSubmitFunction, nil, pw.LocatorEvaluateOptions{Timeout: milliseconds(timeout)})
		hasButton, _ = answer.(bool)
		return err
	})
	if err != nil {
		return err
	}
	if hasButton {
		if err := s.Click(ctx, selector+" >> "+inpage.SubmitButtons); err != nil {
			return err
		}
	}
	// A form that is gone, or whose page is being left, was submitted.
	return s.locate(ctx, selector, "to end phx-submit-loading", func(l pw.Locator, timeout time.Duration) error {
		page, err := s.currentPage()
		if err != nil {
			return err
		}
		loading := l.And(page.Locator(".phx-submit-loading"))
		err = loading.WaitFor(pw.LocatorWaitForOptions{State: pw.WaitForSelectorStateDetached, Timeout: milliseconds(timeout)})
		if err != nil {
			return err
		}
		answer, err := l.EvaluateAll(inpage.RefusalFunction)
		if why, ok := answer.(string); ok && why != "" && err == nil {
			return &browserpool.PageError{Message: why}
		}
		return nil
	})
}
