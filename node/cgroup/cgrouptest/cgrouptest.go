// Package cgrouptest lays out machines for tests: what /proc and /sys say of them.
package cgrouptest

import (
	"os"
	"path/filepath"
	"testing"
)

// Root makes a file system from paths and contents, each of which becomes a line, and returns its root.
func Root(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
