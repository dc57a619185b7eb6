package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What the tests of types and of the TypeScript example take from npm, pinned.
var npmPackages = []string{"typescript@5.9.3", "dayjs@1.11.23"}

// nodeModules returns a folder with the packages. It is kept where liveload keeps what it installs, so
// that only the first test on a machine waits for npm.
func nodeModules(t *testing.T) string {
	t.Helper()
	kept := filepath.Join(cacheDir, "tests-"+npmPackages[0]+"-"+npmPackages[1])
	modules := filepath.Join(kept, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	fresh, err := os.MkdirTemp(cacheDir, "tests-npm-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	args := append([]string{"install", "--prefix", fresh, "--no-audit", "--no-fund", "--ignore-scripts"}, npmPackages...)
	if text, err := exec.Command("npm", args...).CombinedOutput(); err != nil {
		t.Fatalf("npm install %v: %v\n%s", npmPackages, err, text)
	}
	if err := os.Rename(fresh, kept); err != nil {
		if _, there := os.Stat(modules); there != nil { // and not installed by somebody else meanwhile
			t.Fatal(err)
		}
	}
	return modules
}

// checkTypes runs tsc over a folder with a jsconfig.json.
func checkTypes(t *testing.T, folder string) (text string, ok bool) {
	t.Helper()
	tsc := filepath.Join(nodeModules(t), "typescript", "bin", "tsc")
	output, err := exec.Command("node", tsc, "--noEmit", "--pretty", "false", "-p", filepath.Join(folder, "jsconfig.json")).CombinedOutput()
	return string(output), err == nil
}

// newTest makes a folder as `liveload new` does.
func newTest(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "my-test")
	if text, err := exec.Command(liveload, "new", folder).CombinedOutput(); err != nil {
		t.Fatalf("liveload new: %v\n%s", err, text)
	}
	return folder
}

// TestTypes checks a new test, and all examples in one: both are what people start from.
func TestTypes(t *testing.T) {
	folder := newTest(t)
	if text, ok := checkTypes(t, folder); !ok {
		t.Errorf("a new test does not pass tsc:\n%s", text)
	}
	copyExamples(t, folder)
	if text, ok := checkTypes(t, folder); !ok {
		t.Errorf("the examples do not pass tsc:\n%s", text)
	}
	mistake := "/** @param {import('liveload').User} user */\nexport default (user) => user.clik('#buy');\n"
	if err := os.WriteFile(filepath.Join(folder, "mistake.js"), []byte(mistake), 0o644); err != nil {
		t.Fatal(err)
	}
	if text, ok := checkTypes(t, folder); ok {
		t.Errorf("tsc finds no mistake in user.clik:\n%s", text)
	}
}

// copyExamples copies the examples, beside the packages that they import.
func copyExamples(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir("../examples")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		from, to := filepath.Join("../examples", entry.Name()), filepath.Join(folder, entry.Name())
		switch {
		case entry.Name() == "demo": // the application
		case entry.IsDir():
			err = os.CopyFS(to, os.DirFS(from))
		default:
			err = copyFile(from, to)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(nodeModules(t), filepath.Join(folder, "node_modules")); err != nil {
		t.Fatal(err)
	}
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o644)
}
