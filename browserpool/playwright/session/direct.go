package session

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/cdp"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/telemetry"
)

// Frequent operations (find and wait, click, fill) and telemetry bypass Playwright's driver: they use a second
// DevTools connection to the browser, without a Node.js process in between. Everything else goes through Playwright.

// attach connects the session's main page directly.
func (s *session) attach(ctx context.Context, page pw.Page) error {
	info, err := calls.Run(ctx, s.Guard, "a page to open", func(time.Duration) (targetInfo, error) { return infoOf(s.context, page) })
	if err != nil {
		return calls.PlainError(err)
	}
	conn := s.browser.Direct()
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	params := map[string]any{"targetId": info.TargetID, "flatten": true}
	if err := conn.Call(ctx, "", "Target.attachToTarget", params, &attached); err != nil {
		return s.explainDirect(ctx, err)
	}
	s.detach() // from a page that closed itself
	s.mu.Lock()
	s.target, s.targetID, s.inBrowser = attached.SessionID, info.TargetID, info.BrowserContextID
	s.mu.Unlock()
	s.browser.WatchPage(info.TargetID, s.doom)
	conn.Listen(attached.SessionID, s.hear)
	conn.ListenDropped(info.BrowserContextID, s.unheard)
	for _, c := range s.preparation() {
		if err := conn.Call(ctx, attached.SessionID, c.method, c.params, nil); err != nil {
			return s.explainDirect(ctx, err)
		}
	}
	return nil
}

type directCall struct {
	method string
	params map[string]any
}

// preparation makes a page call our bindings and, itself, abort requests: Playwright's routes would make the browser
// forget its cache and would ask the driver about every request.
func (s *session) preparation() []directCall {
	all := []directCall{
		{"Log.enable", nil},     // says how requests failed whose page is not told
		{"Runtime.enable", nil}, // otherwise the bindings are gone with the first document
		{"Runtime.addBinding", map[string]any{"name": telemetry.Binding}},
		{"Runtime.addBinding", map[string]any{"name": inpage.PressedBinding}},
	}
	if len(s.blocked) > 0 {
		all = append(all,
			directCall{"Network.enable", map[string]any{"maxTotalBufferSize": 0, "maxResourceBufferSize": 0}},
			directCall{"Network.setBlockedURLs", map[string]any{"urls": s.blocked}})
	}
	return all
}

// detach stops listening to the main page.
func (s *session) detach() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.target != "" {
		s.browser.Direct().Unlisten(s.target)
		s.browser.UnwatchPage(s.targetID)
		s.browser.Direct().ListenDropped(s.inBrowser, nil)
		s.target = ""
	}
}

// unheard counts what the pages of the session have said too much.
func (s *session) unheard(why string) {
	s.recording.RLock()
	defer s.recording.RUnlock()
	switch {
	case s.sealed:
	case why == cdp.DroppedLines || why == cdp.DroppedFrames:
		s.decoder.Drop(why)
	default:
		s.decoder.DropBatch(why)
	}
}

// hear takes the events of the main page.
func (s *session) hear(method string, params []byte) {
	switch method {
	case "Runtime.bindingCalled":
		var called struct {
			Name    string `json:"name"`
			Payload string `json:"payload"`
		}
		if cdp.Decode(params, &called) != nil {
			return
		}
		switch called.Name {
		case telemetry.Binding:
			s.record(called.Payload)
		case inpage.PressedBinding:
			if id, hit, ok := inpage.ReadPressed(called.Payload); ok {
				s.presses.report(id, hit)
			}
		}
	case "Log.entryAdded":
		var added struct {
			Entry struct {
				Source string `json:"source"`
				Text   string `json:"text"`
				URL    string `json:"url"`
			} `json:"entry"`
		}
		if cdp.Decode(params, &added) == nil && added.Entry.Source == "network" {
			s.decoder.NoteLog(added.Entry.Text, added.Entry.URL)
		}
	case cdp.TooLong:
		s.unheard(cdp.DroppedLong)
	case "Inspector.targetCrashed":
		s.Lose()
	}
}

// direct sends a call to the main page and waits for its answer, as calls.Run does for Playwright.
func (s *session) direct(ctx context.Context, method string, params, result any) error {
	return s.send(ctx, "the page to answer", method, result, params)
}

// send sends calls of a method in one go and waits until the page has answered them all.
func (s *session) send(ctx context.Context, waiting, method string, result any, params ...any) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if _, err := s.currentPage(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	target := s.target
	s.mu.Unlock()
	answers, err := s.browser.Direct().Start(target, method, params...)
	if err != nil {
		return s.explainDirect(ctx, err)
	}
	a, err := calls.Await(ctx, s.Guard, waiting, answers)
	if err != nil {
		return err
	}
	return s.explainDirect(ctx, a.Decode(method, result))
}

// explainDirect turns the connection's errors into ours.
func (s *session) explainDirect(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, cdp.ErrClosed), strings.Contains(err.Error(), "Target crashed"),
		strings.Contains(err.Error(), "Failed to find browser context"): // which goes with the driver
		return s.fail()
	case errors.Is(err, cdp.ErrDetached), strings.Contains(err.Error(), "Session with given id not found"),
		strings.Contains(err.Error(), "Target closed"):
		return s.ClosedError(ctx)
	}
	return err
}

type evaluation struct {
	Expression    string `json:"expression"`
	AwaitPromise  bool   `json:"awaitPromise"`
	ReturnByValue bool   `json:"returnByValue"`
}

type evaluated struct {
	Result struct {
		Value jsontext.Value `json:"value"`
	} `json:"result"`
	Exception *struct {
		Text      string `json:"text"`
		Exception struct {
			Description string `json:"description"`
		} `json:"exception"`
	} `json:"exceptionDetails"`
}

// evaluate evaluates an expression in the main page, awaits it, and returns its value as JSON.
func (s *session) evaluate(ctx context.Context, expression string) ([]byte, error) {
	var r evaluated
	if err := s.direct(ctx, "Runtime.evaluate", evaluation{expression, true, true}, &r); err != nil {
		return nil, err
	}
	if r.Exception != nil {
		return nil, &browserpool.PageError{Message: strings.TrimSpace(r.Exception.Text + " " + r.Exception.Exception.Description)}
	}
	return r.Result.Value, nil
}

// A targetInfo is what the browser calls a page and its context.
type targetInfo struct {
	TargetID         string
	BrowserContextID string
}

// infoOf asks the browser what it calls a page.
func infoOf(context pw.BrowserContext, page pw.Page) (targetInfo, error) {
	tools, err := context.NewCDPSession(page)
	if err != nil {
		return targetInfo{}, err
	}
	defer func() { _ = tools.Detach() }() // no longer needed
	answer, err := tools.Send("Target.getTargetInfo", map[string]any{})
	if err != nil {
		return targetInfo{}, err
	}
	fields, _ := answer.(map[string]any)
	named, _ := fields["targetInfo"].(map[string]any)
	var info targetInfo
	info.TargetID, _ = named["targetId"].(string)
	info.BrowserContextID, _ = named["browserContextId"].(string)
	if info.TargetID == "" {
		return info, errors.New("the browser does not know the page")
	}
	return info, nil
}
