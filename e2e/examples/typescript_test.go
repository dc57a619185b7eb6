package examples

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/e2e/rig"
)

// Packages of npm, pinned: the oldest and the newest TypeScript that the declarations are for, with what is between, and what the
// TypeScript example imports.
var (
	typeScripts = []string{"typescript@5.9.3", "typescript@6.0.3", "typescript@7.0.2"}
	dayjs       = "dayjs@1.11.23"
)

// checkTypes runs tsc of a version over a folder with a jsconfig.json.
func checkTypes(t *testing.T, version, folder string) (text string, ok bool) {
	t.Helper()
	tsc := filepath.Join(browsertest.NamedModules(t, version, dayjs), "typescript", "bin", "tsc")
	output, err := exec.Command("node", tsc, "--noEmit", "--pretty", "false", "-p", filepath.Join(folder, "jsconfig.json")).CombinedOutput()
	return string(output), err == nil
}

// newTest makes a folder as `liveload new` does.
func newTest(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "my-test")
	if text, err := exec.Command(rig.Liveload(), "new", folder).CombinedOutput(); err != nil {
		t.Fatalf("liveload new: %v\n%s", err, text)
	}
	return folder
}

// TestTypes checks a new test, and all examples in one: both are what people start from.
func TestTypes(t *testing.T) {
	t.Parallel()
	for _, version := range typeScripts {
		t.Run(version, func(t *testing.T) {
			folder := newTest(t)
			mistaken := newTest(t)
			copyExamples(t, folder)
			if text, ok := checkTypes(t, version, folder); !ok {
				t.Errorf("a new test and the examples do not pass tsc:\n%s", text)
			}
			mistake := "/** @param {import('liveload').User} user */\nexport default (user) => user.clik('#buy');\n"
			if err := os.WriteFile(filepath.Join(mistaken, "mistake.js"), []byte(mistake), 0o644); err != nil {
				t.Fatal(err)
			}
			if text, ok := checkTypes(t, version, mistaken); ok || !strings.Contains(text, "mistake.js") {
				t.Errorf("tsc finds no mistake in user.clik:\n%s", text)
			}
		})
	}
}

// copyExamples copies the examples, without the applications, beside the packages that they import.
func copyExamples(t *testing.T, folder string) {
	t.Helper()
	err := errors.Join(
		os.CopyFS(folder, os.DirFS("../../examples")),
		os.RemoveAll(filepath.Join(folder, "demo")),
		os.RemoveAll(filepath.Join(folder, "site", "pages")),
		os.Symlink(browsertest.NamedModules(t, typeScripts[0], dayjs), filepath.Join(folder, "node_modules")),
	)
	if err != nil {
		t.Fatal(err)
	}
}
