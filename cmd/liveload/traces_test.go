package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/runner/evidence"
)

func TestTracesNote(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := tracesNote(evidence.Options{Dir: "kept", Trace: evidence.TraceOn}); got != "" {
		t.Errorf("without a folder: %q", got)
	}
	folder := filepath.Join("kept", "shop", "traces")
	err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, "user1-iteration1.zip"), nil, 0o600),
		os.WriteFile(filepath.Join(folder, "user1-iteration2.zip"), nil, 0o600), os.WriteFile(filepath.Join("kept", "console.txt"), nil, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	want := "2 traces in kept; open one with: npx playwright-core@1.57.0 show-trace kept/shop/traces/user1-iteration1.zip (or drop it on https://trace.playwright.dev)"
	if got := tracesNote(evidence.Options{Dir: "kept", Trace: evidence.TraceOn}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := tracesNote(evidence.Options{Dir: "kept", Trace: evidence.TraceOff}); got != "" {
		t.Errorf("without traces: %q", got)
	}
}
