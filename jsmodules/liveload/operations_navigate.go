package liveload

import (
	"context"
	"net/http"

	"github.com/liveload/liveload/browserpool"
)

func navigation() []*operation {
	navigate := func(s session, ctx context.Context, a arguments) (browserpool.Document, error) {
		return s.Navigate(ctx, a.text(0), a.navigate()...)
	}
	return []*operation{
		moving(operation{name: "navigate", options: []string{"referer"}, params: []param{{name: "url", kind: address}}}, navigate),
		moving(operation{name: "reload"}, withoutArguments(session.Reload)),
		moving(operation{name: "goBack"}, withoutArguments(session.GoBack)),
		moving(operation{name: "goForward"}, withoutArguments(session.GoForward)),
	}
}

type move = func(session, context.Context, arguments) (browserpool.Document, error)

func withoutArguments(do func(session, context.Context, ...browserpool.NavigateOptions) (browserpool.Document, error)) move {
	return func(s session, ctx context.Context, a arguments) (browserpool.Document, error) {
		return do(s, ctx, a.navigate()...)
	}
}

// moving makes an operation of a navigation. It returns { status, ok, url }, and fails when the server has answered with
// an error that nobody allows.
func moving(op operation, do move) *operation {
	op.extracts, op.options = true, append(op.options, "waitUntil", "allowStatus")
	op.do = func(ctx context.Context, s session, a arguments) (any, error) {
		if a.opts.allowed != nil {
			a.opts.move().AllowStatus = a.opts.allowed
		}
		document, err := do(s, ctx, a)
		if err != nil {
			return nil, err
		}
		if document.Status >= http.StatusBadRequest && !a.opts.allowed.Has(document.Status) {
			return nil, &browserpool.StatusError{Status: document.Status, URL: document.URL}
		}
		return map[string]any{"status": document.Status, "ok": document.Status < http.StatusBadRequest, "url": document.URL}, nil
	}
	return &op
}
