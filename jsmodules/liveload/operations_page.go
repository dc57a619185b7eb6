package liveload

import (
	"context"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/ordered"
)

type session = browserpool.Session

var (
	aSelector = param{name: "selector", kind: selector}
	aText     = param{name: "text", kind: text}
	anArg     = param{name: "arg", kind: plain, optional: true}
	aPageFn   = param{name: "fn", kind: pageCode}
)

// onPage binds a method without arguments.
func onPage(do func(session, context.Context) error) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, _ arguments) (any, error) { return nil, do(s, ctx) }
}

// onElement binds a method that takes a selector.
func onElement(do func(session, context.Context, string) error) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, a arguments) (any, error) { return nil, do(s, ctx, a.text(0)) }
}

// onElementWith binds a method that takes a selector and a text.
func onElementWith(do func(session, context.Context, string, string) error) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, a arguments) (any, error) {
		return nil, do(s, ctx, a.text(0), a.text(1))
	}
}

// readPage binds a method that reads from the page.
func readPage[T any](do func(session, context.Context) (T, error)) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, _ arguments) (any, error) { return do(s, ctx) }
}

// readElement binds a method that reads from an element.
func readElement[T any](do func(session, context.Context, string) (T, error)) func(context.Context, session, arguments) (any, error) {
	return func(ctx context.Context, s session, a arguments) (any, error) { return do(s, ctx, a.text(0)) }
}

func elements() []*operation {
	one := []param{aSelector}
	return []*operation{
		{name: "click", params: one, do: onElement(session.Click)},
		{name: "dblclick", params: one, do: onElement(session.DblClick)},
		{name: "fill", params: []param{aSelector, aText}, secret: true, do: onElementWith(session.Fill)},
		{name: "clear", params: one, do: onElement(session.Clear)},
		{name: "type", params: []param{aSelector, aText}, options: []string{"delay"}, secret: true, do: typeText},
		{name: "press", params: []param{aSelector, {name: "key", kind: selector}}, do: onElementWith(session.Press)},
		{name: "check", params: one, do: onElement(session.Check)},
		{name: "uncheck", params: one, do: onElement(session.Uncheck)},
		{name: "selectOption", params: []param{aSelector, {name: "value", kind: text, hint: "an option is named by its value or label; selectMultipleOptions takes several"}}, do: selectOption},
		{name: "selectMultipleOptions", params: []param{aSelector, {name: "values", kind: list}}, do: selectOptions},
		{name: "focus", params: one, do: onElement(session.Focus)},
		{name: "blur", params: one, do: onElement(session.Blur)},
		{name: "hover", params: one, do: onElement(session.Hover)},
		{name: "dragAndDrop", params: []param{{name: "source", kind: selector}, {name: "target", kind: selector}}, do: onElementWith(session.DragAndDrop)},
		{name: "setInputFiles", params: []param{aSelector, {name: "files", kind: list, hint: "user.page.setInputFiles takes contents"}}, do: setInputFiles},
	}
}

func waiting() []*operation {
	return []*operation{
		{name: "waitForSelector", params: []param{aSelector}, options: []string{"state"}, do: waitForSelector},
		{name: "waitForText", params: []param{aSelector, aText}, do: onElementWith(session.WaitForText)},
		{name: "waitForURL", params: []param{{name: "pattern", kind: pattern}}, do: onElement(session.WaitForURL)},
		{name: "waitForFunction", params: []param{aPageFn, anArg}, do: waitForFunction},
	}
}

func liveViews() []*operation {
	return []*operation{
		{name: "ensureLiveView", do: onPage(session.EnsureLiveView)},
		{name: "waitForLiveView", do: onPage(session.WaitForLiveView)},
		{name: "waitForPhxLoading", params: []param{{name: "kind", kind: loading}, aSelector}, do: onElementWith(session.WaitForPhxLoading)},
		{name: "waitForPhxReply", params: []param{{name: "event", kind: selector}}, do: onElement(session.WaitForPhxReply)},
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
		{name: "count", params: one, extracts: true, do: readElement(session.Count)},
		{name: "url", extracts: true, do: readPage(session.URL)},
		{name: "title", extracts: true, do: readPage(session.Title)},
		{name: "screenshot", params: []param{{name: "name", kind: selector}}, extracts: true, do: screenshot},
		{name: "evaluate", params: []param{aPageFn, anArg}, extracts: true, do: evaluate},
	}
}

func typeText(ctx context.Context, s session, a arguments) (any, error) {
	return nil, s.Type(ctx, a.text(0), a.text(1), a.opts.delay)
}

func selectOption(ctx context.Context, s session, a arguments) (any, error) {
	return nil, s.SelectOptions(ctx, a.text(0), []string{a.text(1)})
}

func selectOptions(ctx context.Context, s session, a arguments) (any, error) {
	return nil, s.SelectOptions(ctx, a.text(0), a.list(1))
}

func setInputFiles(ctx context.Context, s session, a arguments) (any, error) {
	paths, err := paths(a.opts.files, a.list(1))
	if err != nil {
		return nil, err
	}
	return nil, s.SetInputFiles(ctx, a.text(0), paths)
}

func waitForSelector(ctx context.Context, s session, a arguments) (any, error) {
	return nil, s.WaitForSelector(ctx, a.text(0), a.opts.state)
}

func waitForFunction(ctx context.Context, s session, a arguments) (any, error) {
	return nil, s.WaitForFunction(ctx, a.text(0), a.values[1])
}

func getAttribute(ctx context.Context, s session, a arguments) (any, error) {
	value, ok, err := s.GetAttribute(ctx, a.text(0), a.text(1))
	if err != nil || !ok {
		return nil, err
	}
	return value, nil
}

func screenshot(ctx context.Context, s session, a arguments) (any, error) {
	png, err := s.Screenshot(ctx)
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
	storage, err := browserpool.ReadStorage(ordered.Maps(a.values[0]))
	if err != nil {
		return nil, err
	}
	return nil, s.RestoreStorage(ctx, storage)
}
