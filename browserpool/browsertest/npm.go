package browsertest

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool/installation"
)

// NodeModules returns a folder with the npm packages of a folder's package.json and package-lock.json. It is kept where
// liveload keeps what it installs, so that only the first test on a machine waits for npm.
func NodeModules(t testing.TB, folder string) string {
	t.Helper()
	lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(lock)
	prepare := func(fresh string) error { return os.CopyFS(fresh, os.DirFS(folder)) }
	return npm(t, "tests-"+hex.EncodeToString(hash[:8]), prepare, "ci")
}

// NamedModules is NodeModules for packages that are named, name@version.
func NamedModules(t testing.TB, packages ...string) string {
	t.Helper()
	return npm(t, "tests-"+strings.Join(packages, "-"), func(string) error { return nil }, append([]string{"install"}, packages...)...)
}

// npm returns the node_modules of a folder in the cache. When it is not there, npm makes it of a fresh folder that is
// prepared.
func npm(t testing.TB, name string, prepare func(fresh string) error, args ...string) string {
	t.Helper()
	found, err := installation.System(nil)
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(found.Cache, name)
	modules := filepath.Join(kept, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	fresh, err := os.MkdirTemp(found.Cache, "tests-npm-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	if err := prepare(fresh); err != nil {
		t.Fatal(err)
	}
	args = append(args, "--prefix", fresh, "--no-audit", "--no-fund", "--ignore-scripts")
	if text, err := exec.Command("npm", args...).CombinedOutput(); err != nil {
		t.Fatalf("npm %v: %v\n%s", args, err, text)
	}
	if err := os.Rename(fresh, kept); err != nil {
		if _, there := os.Stat(modules); there != nil { // and not installed by somebody else meanwhile
			t.Fatal(err)
		}
	}
	return modules
}
