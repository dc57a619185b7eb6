package lint

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	named    = regexp.MustCompile("`([^`]+)`")
	ofTests  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	exitCode = regexp.MustCompile(`^(that of the run|\d+)([,;] .+)?$`)
)

// TestFaultsHaveTests: each row of docs/faults.md names tests that exist, and says what becomes of the exit code.
func TestFaultsHaveTests(t *testing.T) {
	text, err := os.ReadFile("../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	exists := testsAndScripts(t)
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.ReplaceAll(strings.TrimSpace(line), `\|`, "/"), "|"), " | ")
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|--") || strings.HasPrefix(line, "| fault ") {
			continue
		}
		rows++
		if len(cells) != 5 {
			t.Errorf("a row with %d columns instead of 5: %s", len(cells), line)
			continue
		}
		if code := strings.TrimSpace(cells[3]); !exitCode.MatchString(code) {
			t.Errorf("the exit code is %q: %s", code, line)
		}
		tests := named.FindAllStringSubmatch(cells[4], -1)
		if len(tests) == 0 {
			t.Errorf("a row without a test: %s", line)
		}
		for _, test := range tests {
			if !exists[test[1]] {
				t.Errorf("there is no test %s: %s", test[1], line)
			}
		}
	}
	if rows == 0 {
		t.Error("docs/faults.md has no rows")
	}
}

// testsAndScripts are the names of all test functions, their files and text scripts.
func testsAndScripts(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git"):
			return filepath.SkipDir
		case entry.IsDir():
			all[strings.TrimPrefix(filepath.ToSlash(path), "../")] = true // a row may say where a test is
		case strings.HasSuffix(path, ".txtar"):
			all[entry.Name()] = true
		case strings.HasSuffix(path, "_test.go"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			all[entry.Name()] = true
			for _, name := range ofTests.FindAllStringSubmatch(string(text), -1) {
				all[name[1]] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
