//go:build linux

package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A process belongs to a run of a home.
type process struct {
	pid     int
	command string
}

// processes lists all processes that were started for runs of this home. Their environment or their command line
// names its folder: the driver and the browser have their temporary files there.
func (h *home) processes(t *testing.T) []process {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	var found []process
	for _, path := range paths {
		pid, _ := strconv.Atoi(filepath.Base(path))
		environment, _ := os.ReadFile(filepath.Join(path, "environ")) // a process may have ended
		command, _ := os.ReadFile(filepath.Join(path, "cmdline"))
		folder := []byte(h.cache + "/runs/")
		marked := bytes.Contains(environment, []byte("\x00LIVELOAD_RUN=")) && bytes.Contains(environment, folder)
		if pid == os.Getpid() || !marked && !bytes.Contains(command, folder) {
			continue
		}
		found = append(found, process{pid, string(bytes.ReplaceAll(command, []byte{0}, []byte{' '}))})
	}
	return found
}

// find returns the process id of the one browser or driver that runs, as soon as there is one.
func (h *home) find(t *testing.T, c *command, part string) (pid int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		for _, p := range h.processes(t) {
			browser := strings.Contains(p.command, "--liveload-browser=") && !strings.Contains(p.command, "--type=")
			driver := strings.Contains(p.command, "run-driver")
			if part == "browser" && browser || part == "driver" && driver {
				return p.pid
			}
		}
	}
	t.Fatalf("no %s among %v\n%s", part, h.processes(t), c.output)
	return 0
}
