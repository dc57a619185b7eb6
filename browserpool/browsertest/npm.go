package browsertest

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/browserpool/installation"
)

// NodeModules returns a folder with the npm packages of a folder's package.json and package-lock.json. It is kept where
// liveload keeps what it installs, so that only the first test on a machine waits for npm.
func NodeModules(t testing.TB, folder string) string {
	t.Helper()
	found, err := installation.System(nil)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(lock)
	kept := filepath.Join(found.Cache, "tests-"+hex.EncodeToString(hash[:8]))
	modules := filepath.Join(kept, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	fresh, err := os.MkdirTemp(found.Cache, "tests-npm-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	if err := os.CopyFS(fresh, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	cmd.Dir = fresh
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci in %s: %v\n%s", folder, err, text)
	}
	if err := os.Rename(fresh, kept); err != nil {
		if _, there := os.Stat(modules); there != nil { // and not installed by somebody else meanwhile
			t.Fatal(err)
		}
	}
	return modules
}
