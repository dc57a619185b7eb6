package js

import (
	"context"
	"log/slog"

	"github.com/dop251/goja"
)

// defineConsole lets the script log through the VM's logger.
func (vm *VM) defineConsole(global *goja.Object) error {
	console := vm.rt.NewObject()
	levels := map[string]slog.Level{
		"debug": slog.LevelDebug,
		"log":   slog.LevelInfo,
		"info":  slog.LevelInfo,
		"warn":  slog.LevelWarn,
		"error": slog.LevelError,
	}
	for name, level := range levels {
		write := func(call goja.FunctionCall) goja.Value {
			vm.Log(level, call.Arguments...)
			return goja.Undefined()
		}
		if err := console.Set(name, write); err != nil {
			return err
		}
	}
	return global.Set("console", console)
}

// Log writes values as console.log does.
func (vm *VM) Log(level slog.Level, args ...goja.Value) {
	ctx := vm.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	if vm.logger.Enabled(ctx, level) {
		vm.logger.Log(ctx, level, vm.format(args))
	}
}
