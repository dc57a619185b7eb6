package rig

import (
	"crypto/sha256"
	"errors"
	"fmt"
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
	return nodeModules(t, "tests-"+strings.Join(packages, "-"), func(fresh string) ([]string, error) {
		return append([]string{"install", "--prefix", fresh}, packages...), nil
	})
}

// LockedModules is NodeModules for the packages of a folder with package.json and package-lock.json.
func LockedModules(t *testing.T, folder string) string {
	t.Helper()
	lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("tests-lock-%.8x", sha256.Sum256(lock))
	return nodeModules(t, name, func(fresh string) ([]string, error) {
		wanted, err := os.ReadFile(filepath.Join(folder, "package.json"))
		err = errors.Join(err,
			os.WriteFile(filepath.Join(fresh, "package.json"), wanted, 0o600),
			os.WriteFile(filepath.Join(fresh, "package-lock.json"), lock, 0o600))
		return []string{"ci", "--prefix", fresh}, err
	})
}

// nodeModules returns the node_modules of a folder in the cache, which npm fills when it is not there.
func nodeModules(t *testing.T, name string, arguments func(fresh string) ([]string, error)) string {
	t.Helper()
	e, _ := shared()
	kept := filepath.Join(e.cache, name)
	modules := filepath.Join(kept, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	fresh, err := os.MkdirTemp(e.cache, "tests-npm-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(fresh)
	args, err := arguments(fresh)
	if err != nil {
		t.Fatal(err)
	}
	args = append(args, "--no-audit", "--no-fund", "--ignore-scripts")
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
