// Package e2e runs the real command with real browsers against the demo application and holds its
// numbers to those that the demo has counted itself.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/liveload/liveload/browserpool/installation"
)

var (
	liveload      string // the command, as built from this checkout
	demoClientDir string
	cacheDir      string // where things are installed
)

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "liveload-e2e")
	if err == nil {
		err = prepare(folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "prepare the tests:", err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

func prepare(folder string) error {
	env, err := installation.System(nil)
	if err != nil {
		return err
	}
	cacheDir = env.Cache
	if err := os.Setenv("LIVELOAD_EVIDENCE_DIR", filepath.Join(folder, "evidence")); err != nil {
		return err
	}
	if demoClientDir, err = installation.LocateDemoClient(env); err != nil {
		return err
	}
	liveload = filepath.Join(folder, "liveload")
	build := exec.Command("go", "build", "-o", liveload, "github.com/liveload/liveload/cmd/liveload")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the command: %w", err)
	}
	return nil
}
