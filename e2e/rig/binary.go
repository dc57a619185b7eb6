// Package rig is what the end-to-end tests share: it runs the real command with real browsers against demo applications,
// and holds the numbers of its Results to those that the demo has counted itself.
package rig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/liveload/liveload/browserpool/installation"
)

// An environment is what all tests of a package share.
type environment struct {
	liveload string // path of the command
	evidence string // folder for what runs keep of their failures
	clients  string // folder of the demo's JavaScript
	cache    string // folder of what is installed
}

// shared is prepared by the first who asks.
var shared = sync.OnceValues(func() (environment, error) {
	installed, err := installation.System(nil)
	if err != nil {
		return environment{}, err
	}
	e := environment{cache: installed.Cache, liveload: os.Getenv("E2E_LIVELOAD")}
	if e.clients, err = installation.LocateDemoClient(installed); err != nil {
		return e, err
	}
	if e.evidence, err = os.MkdirTemp("", "liveload-e2e"); err != nil || e.liveload != "" {
		return e, err
	}
	e.liveload = filepath.Join(e.evidence, "liveload")
	if text, err := exec.Command("go", "build", "-o", e.liveload, "github.com/liveload/liveload/cmd/liveload").CombinedOutput(); err != nil {
		return e, fmt.Errorf("build the command: %w\n%s", err, text)
	}
	return e, nil
})

// Main runs the tests of a package with the command that E2E_LIVELOAD names, or builds it from this checkout. After them it calls
// what else is to end.
func Main(m *testing.M, after ...func()) {
	e, err := shared()
	if err != nil {
		fmt.Fprintln(os.Stderr, "prepare the tests:", err)
		os.Exit(1)
	}
	code := m.Run()
	for _, end := range after {
		end()
	}
	_ = os.RemoveAll(e.evidence)
	os.Exit(code)
}

// Liveload is the path of the command.
func Liveload() string { e, _ := shared(); return e.liveload }
