package rig

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// NodeModules returns a folder with npm packages, name@version. It is kept where liveload keeps what it
// installs, so that only the first test on a machine waits for npm.
func NodeModules(t *testing.T, packages ...string) string {
	t.Helper()
	e, _ := shared()
	kept := filepath.Join(e.cache, "tests-"+strings.Join(packages, "-"))
	modules := filepath.Join(kept, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	fresh, err := os.MkdirTemp(e.cache, "tests-npm-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	args := append([]string{"install", "--prefix", fresh, "--no-audit", "--no-fund", "--ignore-scripts"}, packages...)
	if text, err := exec.Command("npm", args...).CombinedOutput(); err != nil {
		t.Fatalf("npm install %v: %v\n%s", packages, err, text)
	}
	if err := os.Rename(fresh, kept); err != nil {
		if _, there := os.Stat(modules); there != nil { // and not installed by somebody else meanwhile
			t.Fatal(err)
		}
	}
	return modules
}
