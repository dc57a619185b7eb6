package web

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPagesAreNew: what is built is of the sources as they are now. A folder in which nothing was built has nothing old.
func TestPagesAreNew(t *testing.T) {
	if errors.Is(Check(), ErrMissing) {
		return
	}
	for _, problem := range outdated(".") {
		t.Errorf("%s: run make build", problem)
	}
}

// TestOutdated: a source that was changed or is gone is found, and so are pages that do not say what they were made of.
func TestOutdated(t *testing.T) {
	folder := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		path = filepath.Join(folder, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	check := func(want ...string) {
		t.Helper()
		if got := outdated(folder); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%q, want %q", got, want)
		}
	}
	check("dist does not say what it was built of")
	write("src/a.ts", "one")
	write("src/b.ts", "two")
	write("dist/.sources", fmt.Sprintf("%x  src/a.ts\n%x  src/b.ts\n", sha256.Sum256([]byte("one")), sha256.Sum256([]byte("two"))))
	check()
	write("src/a.ts", "three")
	if err := os.Remove(filepath.Join(folder, "src/b.ts")); err != nil {
		t.Fatal(err)
	}
	check("dist is older than src/a.ts", "dist was built of src/b.ts, which is gone")
}

// outdated returns in what the pages differ from their sources.
func outdated(folder string) (problems []string) {
	sources, err := os.ReadFile(filepath.Join(folder, "dist", ".sources"))
	if err != nil {
		return []string{"dist does not say what it was built of"}
	}
	for line := range strings.Lines(string(sources)) {
		sum, path, _ := strings.Cut(strings.TrimSpace(line), "  ")
		content, err := os.ReadFile(filepath.Join(folder, path))
		switch {
		case err != nil:
			problems = append(problems, "dist was built of "+path+", which is gone")
		case fmt.Sprintf("%x", sha256.Sum256(content)) != sum:
			problems = append(problems, "dist is older than "+path)
		}
	}
	return problems
}
