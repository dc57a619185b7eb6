package kubernetes

import (
	"context"
	"log/slog"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
)

// quiet is a context in which client-go logs no more than it should.
func (p *Provider) quiet() context.Context {
	return klog.NewContext(context.Background(), logr.FromSlogHandler(debugOnly{p.home.Log.Handler()}))
}

// debugOnly logs what client-go says as debugging: the provider tells people itself what goes wrong.
type debugOnly struct{ to slog.Handler }

// Enabled leaves out what is finer than debugging: at such levels client-go logs whole requests and answers.
func (d debugOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelDebug && d.to.Enabled(ctx, slog.LevelDebug)
}

func (d debugOnly) Handle(ctx context.Context, r slog.Record) error {
	if r.Level = slog.LevelDebug; !d.Enabled(ctx, r.Level) { // which is not asked for errors
		return nil
	}
	return d.to.Handle(ctx, r)
}

func (d debugOnly) WithAttrs(attrs []slog.Attr) slog.Handler { return debugOnly{d.to.WithAttrs(attrs)} }

func (d debugOnly) WithGroup(name string) slog.Handler { return debugOnly{d.to.WithGroup(name)} }
