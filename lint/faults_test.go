package lint

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	named    = regexp.MustCompile("`([^`]+)`(?: of `([^`]+)`)?")
	ofTests  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	exitCode = regexp.MustCompile(`^(that of the run|\d+)([,;] .+)?$`)
)

// TestFaultsHaveTests: each fault has one row in docs/faults.md, which names tests that exist and says what becomes of the exit code.
func TestFaultsHaveTests(t *testing.T) {
	text, err := os.ReadFile("../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	exists := testsAndScripts(t)
	faults := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.ReplaceAll(strings.TrimSpace(line), `\|`, "/"), "|"), " | ")
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|--") || strings.HasPrefix(line, "| fault ") {
			continue
		}
		if faults[cells[0]] {
			t.Errorf("a fault has two rows: %s", cells[0])
		}
		faults[cells[0]] = true
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
			switch folders := exists[test[1]]; {
			case len(folders) == 0 || test[2] != "" && !slices.Contains(folders, test[2]):
				t.Errorf("there is no test %s: %s", test[0], line)
			case len(folders) > 1 && test[2] == "":
				t.Errorf("%s is in %v, of which a row names one, as in `TestOf` of `excerpt`: %s", test[0], folders, line)
			}
		}
	}
	if len(faults) == 0 {
		t.Error("docs/faults.md has no rows")
	}
}

// testsAndScripts are the names of all test functions and text scripts, and the folders that have them.
func testsAndScripts(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git"):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".txtar"):
			all[entry.Name()] = append(all[entry.Name()], folderOf(path))
		case strings.HasSuffix(path, "_test.go"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, name := range ofTests.FindAllStringSubmatch(string(text), -1) {
				all[name[1]] = append(all[name[1]], folderOf(path))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func folderOf(path string) string {
	return strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
}
