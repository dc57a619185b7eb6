package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/playwright/pattern"
)

var selectorStates = []string{"attached", "detached", "visible", "hidden"}

// WaitForSelector waits until the element is in the state.
func (s *session) WaitForSelector(ctx context.Context, selector, state string, opts ...browserpool.Options) error {
	state = cmp.Or(state, "visible")
	if !slices.Contains(selectorStates, state) {
		return &browserpool.PageError{Message: fmt.Sprintf("unknown state %q: use attached, detached, visible or hidden", state)}
	}
	return s.runOn(ctx, nil, "state", on(selector, opts), state)
}

// WaitForText waits until the element is there and its text contains text.
func (s *session) WaitForText(ctx context.Context, selector, text string, opts ...browserpool.Options) error {
	return s.runOn(ctx, nil, "text", on(selector, opts), text)
}

// WaitForURL waits until the page's address matches the pattern.
func (s *session) WaitForURL(ctx context.Context, wanted string, opts ...browserpool.NavigateOptions) error {
	source, flags, err := pattern.URL(wanted)
	if err != nil {
		return err
	}
	if err := s.run(ctx, nil, "url", source, flags, wanted); err != nil || len(opts) == 0 {
		return err
	}
	page, err := s.currentPage(ctx)
	if err != nil {
		return err
	}
	waiting, begun := "the page "+wanted+" to load", time.Now()
	return calls.WaitError(ctx, waiting, begun, s.reach(ctx, page, waiting, navigation(opts)))
}

// WaitForFunction waits until the JavaScript function returns a truthy value.
func (s *session) WaitForFunction(ctx context.Context, fn string, arg any, opts ...browserpool.Options) error {
	page, err := s.settle(ctx)
	if err != nil {
		return err
	}
	const waiting = "the function to give a truthy value"
	begun := time.Now()
	err = s.Do(ctx, waiting, func(timeout time.Duration) error {
		how := pw.PageWaitForFunctionOptions{Timeout: calls.Milliseconds(timeout)}
		if polling := option(opts).Polling; polling > 0 {
			how.Polling = float64(polling) / float64(time.Millisecond)
		}
		_, err := page.WaitForFunction(calls.Boxed(fn), calls.Pack(arg), how)
		return err
	})
	return calls.WaitError(ctx, waiting, begun, err)
}

// EnsureLiveView waits until a LiveView, connected or not, is on the page.
func (s *session) EnsureLiveView(ctx context.Context) error { return s.run(ctx, nil, "liveView") }

// WaitForLiveView waits until every root LiveView of the page is connected.
func (s *session) WaitForLiveView(ctx context.Context) error {
	err := s.run(ctx, nil, "connected")
	if wait, ok := errors.AsType[*browserpool.WaitError](err); ok {
		if refusal := s.decoder.Refusal(); refusal.Times > 0 {
			wait.Found += "; " + refusal.String()
		}
	}
	return err
}

var loadingKinds = map[string]bool{
	"click": true, "submit": true, "change": true, "focus": true, "blur": true, "keydown": true, "keyup": true,
}

// WaitForPhxLoading waits until the element exists without the class phx-KIND-loading.
func (s *session) WaitForPhxLoading(ctx context.Context, kind, selector string, opts ...browserpool.Options) error {
	if !loadingKinds[kind] {
		return &browserpool.PageError{Message: fmt.Sprintf("unknown kind of loading %q: use click, submit, change, focus, blur, keydown or keyup", kind)}
	}
	return s.runOn(ctx, nil, "phxLoading", on(selector, opts), kind)
}

// WaitForPhxReply waits until the server has answered an event that what was done last has sent.
func (s *session) WaitForPhxReply(ctx context.Context, event string) error {
	return s.run(ctx, nil, "reply", event)
}

// SubmitForm clicks the form's submit button, or asks the form to submit when it has none, and waits
// for the end of submit loading.
func (s *session) SubmitForm(ctx context.Context, selector string, opts ...browserpool.Options) error {
	if err := s.pressWith(ctx, s.clicker(browserpool.Options{}), inpage.Aim{Clicks: 1}, "submitPoint", on(selector, opts)); err != nil {
		return err
	}
	return s.runOn(ctx, nil, "submitted", on(selector, opts))
}
