package js

import (
	"context"
	"log/slog"

	"github.com/dop251/goja"
)

// consoleLevels are the levels of what the methods of console write.
var consoleLevels = map[string]slog.Level{
	"debug": slog.LevelDebug,
	"log":   slog.LevelInfo,
	"info":  slog.LevelInfo,
	"warn":  slog.LevelWarn,
	"error": slog.LevelError,
}

// Log writes values as console.log does.
func (vm *VM) Log(level slog.Level, args ...goja.Value) {
	ctx := vm.caller
	if ctx == nil {
		ctx = context.Background()
	}
	if vm.logger.Enabled(ctx, level) {
		vm.Logger().Log(ctx, level, vm.format(args))
	}
}
