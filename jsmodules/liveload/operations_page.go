package liveload

import (
	"context"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
)

type session = browserpool.Session

var (
	aSelector = param{name: "selector", kind: selector, element: true}
	aText     = param{name: "text", kind: text}
	anArg     = param{name: "arg", kind: plain, optional: true}
	aPageFn   = param{name: "fn", kind: pageCode}
)

// onPage binds a method without arguments.
func onPage(do func(session, context.Context) error) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, _ arguments) (any, error) { return nil, do(s, ctx) }
}

// withText binds a method that takes a text.
func withText(do func(session, context.Context, string) error) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, a arguments) (any, error) { return nil, do(s, ctx, a.text(0)) }
}

// onElement binds a method that takes a selector.
func onElement(do func(session, context.Context, string, ...browserpool.Options) error) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, a arguments) (any, error) {
		return nil, do(s, ctx, a.text(0), a.act()...)
	}
}

// onElementWith binds a method that takes a selector and a text.
func onElementWith(do func(session, context.Context, string, string, ...browserpool.Options) error) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, a arguments) (any, error) {
		return nil, do(s, ctx, a.text(0), a.text(1), a.act()...)
	}
}

// readPage binds a method that reads from the page.
func readPage[T any](do func(session, context.Context) (T, error)) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, _ arguments) (any, error) { return do(s, ctx) }
}

// readElement binds a method that reads from an element.
func readElement[T any](do func(session, context.Context, string, ...browserpool.Options) (T, error)) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, a arguments) (any, error) {
		return do(s, ctx, a.text(0), a.act()...)
	}
}

func elements() []*operation {
	one := []param{aSelector}
	clicks := append([]string{"clickCount"}, byClick...)
	return []*operation{
		{name: "click", params: one, options: clicks, do: onElement(session.Click)},
		{name: "dblclick", params: one, options: byClick, do: onElement(session.DblClick)},
		{name: "tap", params: one, options: byMouse, do: onElement(session.Tap)},
		{name: "fill", params: []param{aSelector, aText}, options: ofFields, secret: true, do: onElementWith(session.Fill)},
		{name: "clear", params: one, options: ofFields, do: onElement(session.Clear)},
		{name: "type", params: []param{aSelector, aText}, options: ofKeys, secret: true, do: onElementWith(session.Type)},
		{name: "press", params: []param{aSelector, {name: "key", kind: selector}}, options: ofKeys, do: onElementWith(session.Press)},
		{name: "check", params: one, options: ofTicks, do: tick(true)},
		{name: "uncheck", params: one, options: ofTicks, do: tick(false)},
		{name: "setChecked", params: []param{aSelector, {name: "checked", kind: flag}}, options: ofTicks, do: setChecked},
		{name: "selectOption", params: []param{aSelector, {name: "value", kind: choices}}, options: ofFields, do: selectOptions},
		{name: "selectMultipleOptions", params: []param{aSelector, {name: "values", kind: choices}}, options: ofFields, do: selectOptions},
		{name: "focus", params: one, do: onElement(session.Focus)},
		{name: "blur", params: one, do: onElement(session.Blur)},
		{name: "hover", params: one, options: byMouse, do: onElement(session.Hover)},
		{name: "dragAndDrop", params: []param{{name: "source", kind: selector, element: true}, {name: "target", kind: selector}}, options: ofDragging, do: onElementWith(session.DragAndDrop)},
		{name: "setInputFiles", params: []param{aSelector, {name: "files", kind: uploads}}, options: []string{"noWaitAfter"}, do: setInputFiles},
	}
}

func waiting() []*operation {
	return []*operation{
		{name: "waitForSelector", params: []param{aSelector}, options: []string{"state"}, do: waitForSelector},
		{name: "waitForText", params: []param{aSelector, aText}, do: onElementWith(session.WaitForText)},
		{name: "waitForURL", params: []param{{name: "pattern", kind: pattern}}, options: []string{"waitUntil"}, do: waitForURL},
		{name: "waitForFunction", params: []param{aPageFn, anArg}, hides: true, options: []string{"polling"}, do: waitForFunction},
	}
}

func liveViews() []*operation {
	return []*operation{
		{name: "ensureLiveView", do: onPage(session.EnsureLiveView)},
		{name: "waitForLiveView", do: onPage(session.WaitForLiveView)},
		{name: "waitForPhxLoading", params: []param{{name: "kind", kind: loading}, aSelector}, do: onElementWith(session.WaitForPhxLoading)},
		{name: "waitForPhxReply", params: []param{{name: "event", kind: selector}}, do: withText(session.WaitForPhxReply)},
		{name: "submitForm", params: []param{aSelector}, do: onElement(session.SubmitForm)},
	}
}

func reading() []*operation {
	one := []param{aSelector}
	return []*operation{
		{name: "pageContent", extracts: true, do: readPage(session.PageContent)},
		{name: "innerHTML", params: one, extracts: true, do: readElement(session.InnerHTML)},
		{name: "innerText", params: one, extracts: true, do: readElement(session.InnerText)},
		{name: "textContent", params: one, extracts: true, do: readElement(session.TextContent)},
		{name: "inputValue", params: one, extracts: true, do: readElement(session.InputValue)},
		{name: "getAttribute", params: []param{aSelector, {name: "name", kind: selector}}, extracts: true, do: getAttribute},
		{name: "isVisible", params: one, extracts: true, do: readElement(session.IsVisible)},
		{name: "isChecked", params: one, extracts: true, do: readElement(session.IsChecked)},
		{name: "count", params: one, extracts: true, do: count},
		{name: "url", extracts: true, do: readPage(session.URL)},
		{name: "title", extracts: true, do: readPage(session.Title)},
		{name: "screenshot", params: []param{{name: "name", kind: selector}}, options: ofPictures, extracts: true, do: screenshot},
		{name: "evaluate", params: []param{aPageFn, anArg}, hides: true, extracts: true, do: evaluate},
	}
}

func tick(checked bool) func(ctx context.Context, s session, a arguments) (any, error) {
	return func(ctx context.Context, s session, a arguments) (any, error) {
		return nil, s.SetChecked(ctx, a.text(0), checked, a.act()...)
	}
}

func setChecked(ctx context.Context, s session, a arguments) (any, error) {
	return nil, s.SetChecked(ctx, a.text(0), a.flag(1), a.act()...)
}

func count(ctx context.Context, s session, a arguments) (any, error) { return s.Count(ctx, a.text(0)) }

func waitForSelector(ctx context.Context, s session, a arguments) (any, error) {
	return nil, s.WaitForSelector(ctx, a.text(0), a.opts.state, a.act()...)
}

func waitForURL(ctx context.Context, s session, a arguments) (any, error) {
	return nil, s.WaitForURL(ctx, a.text(0), a.navigate()...)
}

func waitForFunction(ctx context.Context, s session, a arguments) (any, error) {
	return nil, s.WaitForFunction(ctx, a.text(0), a.values[1], a.act()...)
}

func getAttribute(ctx context.Context, s session, a arguments) (any, error) {
	value, ok, err := s.GetAttribute(ctx, a.text(0), a.text(1), a.act()...)
	if err != nil || !ok {
		return nil, err
	}
	return value, nil
}

func screenshot(ctx context.Context, s session, a arguments) (any, error) {
	png, err := s.Screenshot(ctx, a.picture()...)
	if err != nil {
		return nil, err
	}
	return a.opts.keep(a.text(0), png)
}

func evaluate(ctx context.Context, s session, a arguments) (any, error) {
	return s.Evaluate(ctx, a.text(0), a.values[1])
}

// storing returns the operations on the storage of the browser.
func storing() []*operation {
	return []*operation{
		{name: "storageSnapshot", extracts: true, do: storageSnapshot},
		{name: "restoreStorage", params: []param{{name: "snapshot", kind: plain}}, do: restoreStorage},
		{name: "resetStorage", do: onPage(session.ResetStorage)},
	}
}

func storageSnapshot(ctx context.Context, s session, _ arguments) (any, error) {
	storage, err := s.StorageSnapshot(ctx)
	if err != nil {
		return nil, err
	}
	return js.AsPlain(storage)
}

func restoreStorage(ctx context.Context, s session, a arguments) (any, error) {
	storage, err := browserpool.ReadStorage(a.values[0])
	if err != nil {
		return nil, err
	}
	return nil, s.RestoreStorage(ctx, storage)
}
