package sessiontest

import (
	"context"
	"errors"

	"github.com/liveload/liveload/browserpool"
)

// An elementOperation is an operation on an element, and what it is held to.
type elementOperation struct {
	name string // of the method, and the variant
	html string // of the element, whose id is e
	do   func(ctx context.Context, u browserpool.Session, selector string) error
	want string // JavaScript that is true afterwards
	// waiting is what a message says was waited for, after the selector.
	waiting string
	needs   need
	// wrong is another kind of element that the operation refuses, with the reason refused; "" when it takes all.
	wrong, refused string
	context        map[string]any // of the session
}

// A need says what an element must be for an operation. Each includes those before.
type need int

const (
	nothing need = iota // beyond being there
	visible
	enabled
	reachable // by the mouse
)

const (
	plainButton = `<button id=e>Press</button>`
	field       = `<input id=e value=old>`
	tick        = `<input id=e type=checkbox>`
	choice      = `<select id=e><option value=a>A<option value=b>B</select>`
	form        = `<form id=e onsubmit="window.sent = true; return false"><button>Send</button></form>`
	fileField   = `<input id=e type=file>`

	byMouse  = "to be reachable by the mouse"
	toBe     = "to be there"
	toKeys   = "to take the keyboard"
	editable = "to be editable"
)

// elementOperations are all operations that take a selector.
var elementOperations = []elementOperation{
	{name: "Click", html: plainButton, do: selector(browserpool.Session.Click), want: "log.includes('click:e')", waiting: byMouse, needs: reachable},
	{name: "DblClick", html: plainButton, do: selector(browserpool.Session.DblClick), want: "log.includes('dblclick:e')", waiting: byMouse, needs: reachable},
	{name: "Tap", html: plainButton, do: selector(browserpool.Session.Tap), want: "log.includes('click:e')", waiting: byMouse, needs: reachable, context: touch},
	{name: "Hover", html: plainButton, do: selector(browserpool.Session.Hover), want: "e.matches(':hover')", waiting: byMouse, needs: visible},
	{name: "Fill", html: field, want: "e.value === 'new'", waiting: editable, needs: enabled, wrong: `<p id=e>x</p>`, refused: `cannot fill <p id="e">`,
		do: func(ctx context.Context, u browserpool.Session, s string) error { return u.Fill(ctx, s, "new") }},
	{name: "Clear", html: field, do: selector(browserpool.Session.Clear), want: "e.value === ''", waiting: editable, needs: enabled, wrong: tick, refused: "its type is checkbox"},
	{name: "Type", html: field, want: "e.value.length === 5 && log.includes('keydown:e')", waiting: toKeys, needs: visible,
		do: func(ctx context.Context, u browserpool.Session, s string) error { return u.Type(ctx, s, "ab") }},
	{name: "Press", html: field, want: "e.value.length === 4", waiting: toKeys, needs: visible,
		do: func(ctx context.Context, u browserpool.Session, s string) error { return u.Press(ctx, s, "x") }},
	{name: "SetChecked", html: tick, do: ticks(true), want: "e.checked", waiting: byMouse, needs: reachable, wrong: plainButton, refused: "is not a checkbox or radio button"},
	{name: "SetChecked to unticked", html: `<input id=e type=checkbox checked>`, do: ticks(false), want: "!e.checked", waiting: byMouse, needs: reachable, wrong: plainButton, refused: "is not a checkbox or radio button"},
	{name: "SelectOptions", html: choice, want: "e.value === 'b'", waiting: "to have its options", needs: enabled, wrong: plainButton, refused: "is not a select",
		do: func(ctx context.Context, u browserpool.Session, s string) error {
			return u.SelectOptions(ctx, s, browserpool.Choices("b"))
		}},
	{name: "Focus", html: field, do: selector(browserpool.Session.Focus), want: "document.activeElement === e", waiting: toKeys, needs: visible},
	{name: "Blur", html: field + `<script>e.focus()</script>`, do: selector(browserpool.Session.Blur), want: "document.activeElement !== e", waiting: toBe},
	{name: "DragAndDrop from", html: `<div id=e draggable=true>Drag</div>`, want: "log.includes('drop:drop')", waiting: byMouse, needs: visible,
		do: func(ctx context.Context, u browserpool.Session, s string) error {
			return u.DragAndDrop(ctx, s, "#drop")
		}},
	{name: "DragAndDrop to", html: `<div id=e ondragover="event.preventDefault()">Drop</div>`, want: "log.includes('drop:e')", waiting: byMouse, needs: visible,
		do: func(ctx context.Context, u browserpool.Session, s string) error {
			return u.DragAndDrop(ctx, "#drag", s)
		}},
	{name: "SetInputFiles", html: fileField, want: "e.files.length === 0 && log.includes('change!:e')", waiting: toBe, wrong: field, refused: "is not a file input",
		do: func(ctx context.Context, u browserpool.Session, s string) error { return u.SetInputFiles(ctx, s, nil) }},
	{name: "SubmitForm", html: form, do: selector(browserpool.Session.SubmitForm), want: "window.sent", waiting: byMouse, needs: reachable, wrong: plainButton, refused: "is not a form"},

	{name: "WaitForSelector", html: plainButton, waiting: "to be visible", needs: visible,
		do: func(ctx context.Context, u browserpool.Session, s string) error { return u.WaitForSelector(ctx, s, "") }},
	{name: "WaitForText", html: plainButton, waiting: `to contain "ress"`,
		do: func(ctx context.Context, u browserpool.Session, s string) error { return u.WaitForText(ctx, s, "ress") }},
	{name: "WaitForPhxLoading", html: plainButton, waiting: "phx-click-loading to end on",
		do: func(ctx context.Context, u browserpool.Session, s string) error {
			return u.WaitForPhxLoading(ctx, "click", s)
		}},

	{name: "InnerHTML", html: `<p id=e>a <b>b</b></p>`, do: gives("a <b>b</b>", browserpool.Session.InnerHTML), waiting: toBe},
	{name: "InnerText", html: `<p id=e>a <b>b</b></p>`, do: gives("a b", browserpool.Session.InnerText), waiting: toBe},
	{name: "TextContent", html: `<p id=e>a <b>b</b></p>`, do: gives("a b", browserpool.Session.TextContent), waiting: toBe},
	{name: "InputValue", html: field, do: gives("old", browserpool.Session.InputValue), waiting: toBe, wrong: `<p id=e>x</p>`, refused: "is not an input, textarea or select"},
	{name: "IsChecked", html: tick, do: gives(false, browserpool.Session.IsChecked), waiting: toBe, wrong: plainButton, refused: "is not a checkbox or radio button"},
	{name: "GetAttribute", html: field, waiting: toBe,
		do: func(ctx context.Context, u browserpool.Session, s string) error {
			value, ok, err := u.GetAttribute(ctx, s, "value")
			if err == nil && (value != "old" || !ok) {
				return errors.New("the attribute is " + value)
			}
			return err
		}},
}

func ticks(checked bool) func(context.Context, browserpool.Session, string) error {
	return func(ctx context.Context, u browserpool.Session, s string) error { return u.SetChecked(ctx, s, checked) }
}

func selector(method elementMethod) func(context.Context, browserpool.Session, string) error {
	return func(ctx context.Context, u browserpool.Session, s string) error { return method(u, ctx, s) }
}

func gives[T any](want T, method elementReader[T]) func(context.Context, browserpool.Session, string) error {
	return func(ctx context.Context, u browserpool.Session, s string) error {
		return answers(method, s, want)(ctx, u)
	}
}
