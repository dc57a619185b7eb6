package web

import (
	"errors"
	"log/slog"

	"github.com/dop251/goja"
)

var consoleLevels = map[string]slog.Level{
	"debug": slog.LevelDebug,
	"log":   slog.LevelInfo,
	"info":  slog.LevelInfo,
	"warn":  slog.LevelWarn,
	"error": slog.LevelError,
}

func (w *globals) makeConsole() error {
	console := w.rt.NewObject()
	w.made["console"] = console
	var failed error
	for name, level := range consoleLevels {
		write := func(call goja.FunctionCall) goja.Value {
			w.host.Log(level, call.Arguments...)
			return goja.Undefined()
		}
		failed = errors.Join(failed, console.Set(name, write))
	}
	return failed
}
