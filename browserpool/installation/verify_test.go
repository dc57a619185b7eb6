package installation

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestChangedDriver: a driver that was changed after it was installed is executed by nobody. A start and doctor name the
// file, install replaces the driver.
func TestChangedDriver(t *testing.T) {
	tests := []struct {
		name, file string
		change     func(path string) error
		what       string
	}{
		{"changed", "package.json", func(path string) error {
			content, err := os.ReadFile(path)
			return errors.Join(err, os.WriteFile(path, append(content, '\n'), 0o644))
		}, "has changed"},
		{"added", "lib/more.js", func(path string) error {
			return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644))
		}, "does not belong to it"},
		{"a link in its place", "cli.js", func(path string) error { return errors.Join(os.Remove(path), os.Symlink("package.json", path)) }, "does not belong to it"},
		{"removed", "cli.js", os.Remove, "is missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, env := newMachine(t)
			m.has(shell, renders("<p>hello</p>"))
			install := func() {
				if _, err := Install(t.Context(), env, Options{}); err != nil {
					t.Fatal(err)
				}
			}
			install()
			path := filepath.Join(driverIn(env.Cache), "package", test.file)
			if err := test.change(path); err != nil {
				t.Fatal(err)
			}
			var changed *ChangedError
			if _, err := Locate(env); !errors.As(err, &changed) || !strings.Contains(err.Error(), path+" "+test.what) || !strings.Contains(err.Error(), "liveload install") {
				t.Errorf("a start says %v", err)
			}
			check := find(t, Doctor(t.Context(), env), "Playwright driver")
			if check.Status != StatusFail || !strings.Contains(check.Detail, path+" "+test.what) {
				t.Errorf("doctor says %+v", check)
			}
			install()
			if _, err := Locate(env); err != nil {
				t.Errorf("after install: %v", err)
			}
		})
	}
}

// TestPinnedFiles: the list is that of the driver's package.
func TestPinnedFiles(t *testing.T) {
	if sums := parseSums(driverSums); len(sums) != strings.Count(driverSums, "\n") || len(sums["cli.js"]) != 64 || len(sums["package.json"]) != 64 {
		t.Errorf("%d files are pinned", len(sums))
	}
}

func BenchmarkVerifyDriver(b *testing.B) {
	env, err := System(nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := env.verifyDriver(env.driverDir()); err != nil {
			b.Fatal(err)
		}
	}
}
