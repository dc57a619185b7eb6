//go:build linux

package rig

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A Home is a cache folder of a test's own, so that only its runs are seen.
type Home struct{ Cache string }

// NewHome makes a home in which everything is installed.
func NewHome(t *testing.T) *Home {
	t.Helper()
	e, _ := shared()
	h := &Home{Cache: t.TempDir()}
	installed, err := os.ReadDir(e.cache)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range installed {
		if entry.Name() == "runs" {
			continue
		}
		if err := os.Symlink(filepath.Join(e.cache, entry.Name()), filepath.Join(h.Cache, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// Start runs a script against an app in this home.
func (h *Home) Start(t *testing.T, script string, a *App, args ...string) *Command {
	t.Helper()
	args = append([]string{script, "--config", "baseURL=" + a.URL}, args...)
	return startIn(t, []string{"LIVELOAD_CACHE=" + h.Cache}, args...)
}

// Control is `liveload control` in this home.
func (h *Home) Control(args ...string) *exec.Cmd {
	cmd := exec.Command(Liveload(), append([]string{"control"}, args...)...)
	cmd.Env = append(os.Environ(), "LIVELOAD_CACHE="+h.Cache)
	return cmd
}

// Folders counts the folders of runs.
func (h *Home) Folders(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(h.Cache, "runs"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, entry := range entries {
		if entry.IsDir() {
			n++
		}
	}
	return n
}

// IsClean fails the test when a folder or a process of a run is left.
func (h *Home) IsClean(t *testing.T) {
	t.Helper()
	if n := h.Folders(t); n != 0 {
		t.Errorf("%d folders of runs are left", n)
	}
	for _, p := range h.processes(t) {
		t.Errorf("a process is left: %s", p.command)
	}
}

// Find returns the process id of a "browser", "driver" or "worker" that runs, as soon as there is one.
func (h *Home) Find(t *testing.T, part string) (pid int) {
	t.Helper()
	WaitUntil(t, "the "+part, func() bool {
		for _, p := range h.processes(t) {
			browser := strings.Contains(p.command, "--liveload-browser=") && !strings.Contains(p.command, "--type=")
			driver := strings.Contains(p.command, "run-driver")
			worker := strings.Contains(p.command, " worker --join ")
			if part == "browser" && browser || part == "driver" && driver || part == "worker" && worker {
				pid = p.pid
			}
		}
		return pid != 0
	})
	return pid
}

// A process belongs to a run of a home.
type process struct {
	pid     int
	command string
}

// processes lists all processes that were started for runs of this home. Their environment or their command line
// names its folder: the driver and the browser have their temporary files there.
func (h *Home) processes(t *testing.T) []process {
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
		folder := []byte(h.Cache + "/runs/")
		marked := bytes.Contains(environment, []byte("\x00LIVELOAD_RUN=")) && bytes.Contains(environment, folder)
		if pid == os.Getpid() || !marked && !bytes.Contains(command, folder) {
			continue
		}
		found = append(found, process{pid, string(bytes.ReplaceAll(command, []byte{0}, []byte{' '}))})
	}
	return found
}
