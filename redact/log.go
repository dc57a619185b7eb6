package redact

import (
	"context"
	"fmt"
	"log/slog"
)

// Handler returns a handler of log records that hands them to inner without secrets.
func (r *Redactor) Handler(inner slog.Handler) slog.Handler { return logHandler{r, inner} }

type logHandler struct {
	redactor *Redactor
	inner    slog.Handler
}

// Enabled implements slog.Handler.
func (h logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.inner.Enabled(ctx, level)
}

// Handle implements slog.Handler.
func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	clean := slog.NewRecord(record.Time, record.Level, h.redactor.Text(record.Message), record.PC)
	record.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.attr(a))
		return true
	})
	return h.inner.Handle(ctx, clean)
}

// WithAttrs implements slog.Handler.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = h.attr(a)
	}
	return logHandler{h.redactor, h.inner.WithAttrs(clean)}
}

// WithGroup implements slog.Handler.
func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.redactor, h.inner.WithGroup(name)}
}

func (h logHandler) attr(a slog.Attr) slog.Attr {
	value := a.Value.Resolve()
	switch {
	case value.Kind() == slog.KindGroup:
		group := value.Group()
		clean := make([]slog.Attr, len(group))
		for i, one := range group {
			clean[i] = h.attr(one)
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(clean...)}
	case value.Kind() == slog.KindString && IsSecret(a.Key) && value.String() != "":
		return slog.String(a.Key, Hidden)
	case value.Kind() == slog.KindString:
		return slog.String(a.Key, h.redactor.Text(value.String()))
	case value.Kind() != slog.KindAny:
		return a
	}
	return slog.Attr{Key: a.Key, Value: h.any(value.Any())}
}

// any leaves a value as it is when its text has no secret.
func (h logHandler) any(v any) slog.Value {
	if err, ok := v.(error); ok {
		return slog.StringValue(h.redactor.Text(err.Error()))
	}
	text := fmt.Sprint(v)
	if clean := h.redactor.Text(text); clean != text {
		return slog.StringValue(clean)
	}
	return slog.AnyValue(v)
}
