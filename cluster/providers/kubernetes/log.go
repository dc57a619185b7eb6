package kubernetes

import (
	"context"
	"log/slog"
)

// debugOnly logs what client-go says as debugging: the provider tells people itself what goes wrong.
type debugOnly struct{ to slog.Handler }

func (d debugOnly) Enabled(ctx context.Context, _ slog.Level) bool {
	return d.to.Enabled(ctx, slog.LevelDebug)
}

func (d debugOnly) Handle(ctx context.Context, r slog.Record) error {
	r.Level = slog.LevelDebug
	return d.to.Handle(ctx, r)
}

func (d debugOnly) WithAttrs(attrs []slog.Attr) slog.Handler { return debugOnly{d.to.WithAttrs(attrs)} }

func (d debugOnly) WithGroup(name string) slog.Handler { return debugOnly{d.to.WithGroup(name)} }
