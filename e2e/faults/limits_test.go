//go:build linux

package faults

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
)

// TestLimitsOfAShell: what a shell lets liveload have is too little for any browser, and that is said before one starts.
func TestLimitsOfAShell(t *testing.T) {
	t.Parallel()
	script := filepath.Join(t.TempDir(), "idle.js")
	if err := os.WriteFile(script, []byte("export default () => {};"), 0o600); err != nil {
		t.Fatal(err)
	}
	for limit, says := range map[string]string{
		"ulimit -n 64":       "Error: no browser works here. Open files: 64 per process",
		"ulimit -v 40000000": "Error: no browser works here. Address space: a process may have 39062 MB of it",
	} {
		out, err := exec.Command("sh", "-c", limit+`; exec "$0" "$1"`, rig.Liveload(), script).CombinedOutput()
		exit, ended := err.(*exec.ExitError)
		if !ended || exit.ExitCode() != 1 || !strings.Contains(string(out), says) {
			t.Errorf("%s: %v\n%s\nwant exit code 1 and %q", limit, err, out, says)
		}
	}
}
