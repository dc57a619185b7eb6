package js

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// observed is all that can be seen of a program: what it logs, what it exports, what its default
// function gives when it is called twice, and its errors with their places.
func observed(program *Program) string {
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	random := 0.0
	vm, err := NewVM(ctx, program, VMOptions{Modules: testModules, Logger: logger, Random: func() float64 {
		random += 0.318
		return random - float64(int(random))
	}})
	if err != nil {
		return out.String() + shown("top level", nil, err)
	}
	fmt.Fprintln(&out, "exports", vm.exports.Keys())
	for range 2 {
		fn, ok := vm.Export("default")
		if !ok {
			break
		}
		v, err := vm.Call(ctx, fn)
		var plain any
		if err == nil {
			plain, err = vm.Plain(v)
		}
		out.WriteString(shown("call", plain, err))
	}
	return out.String()
}

func shown(what string, value any, err error) string {
	if err != nil {
		var script *Error
		if errors.As(err, &script) {
			return fmt.Sprintf("%s: %s\n%s%s\n", what, script, script.Pretty(), strings.Join(script.StackLines(), "\n"))
		}
		return fmt.Sprintf("%s: %T %s\n", what, err, err)
	}
	text, err := json.Marshal(value)
	return fmt.Sprintf("%s: %s %v\n", what, text, err)
}

// bothWays bundles s.js, or the first of files, and observes it with and without lazy functions.
func bothWays(t *testing.T, entry string) (lazily, eagerly string, program *Program) {
	t.Helper()
	program, err := Bundle(entry, BundleOptions{Modules: testModules})
	if err != nil {
		t.Fatal(err)
	}
	eager, err := loadAs(program.Source(), (*Program).compileEagerly)
	if err != nil {
		t.Fatal(err)
	}
	return observed(program), observed(eager), program
}
