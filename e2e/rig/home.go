//go:build linux

package rig

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/liveload/liveload/control"
)

// A Home is a cache folder of a test's own, so that only its runs are seen, and a folder in which they are started.
type Home struct{ Cache, Folder string }

// NewHome makes a home in which everything is installed.
func NewHome(t *testing.T) *Home {
	t.Helper()
	e, _ := shared()
	h := &Home{Cache: t.TempDir(), Folder: t.TempDir()}
	installed, err := os.ReadDir(e.cache)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range installed {
		if entry.Name() == "runs" || entry.Name() == "journals" {
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
	script, err := filepath.Abs(script)
	if err != nil {
		t.Fatal(err)
	}
	args = append([]string{script, "--config", "baseURL=" + a.URL}, args...)
	return startIn(t, h.Folder, []string{"LIVELOAD_CACHE=" + h.Cache}, args...)
}

// StartWith starts liveload in this home, with more variables of the environment.
func (h *Home) StartWith(t *testing.T, variables []string, args ...string) *Command {
	t.Helper()
	return startIn(t, h.Folder, append([]string{"LIVELOAD_CACHE=" + h.Cache}, variables...), args...)
}

// Control is `liveload control` in this home, which must succeed.
func (h *Home) Control(t *testing.T, args ...string) {
	t.Helper()
	if text, err := h.control(args...).CombinedOutput(); err != nil {
		t.Fatalf("liveload control %v: %v\n%s", args, err, text)
	}
}

// Status is what `liveload control status` says of a run with one scenario. It has none when no such run is in progress.
func (h *Home) Status() (status control.Status) {
	text, err := h.control("status", "--json").Output()
	if err == nil {
		err = json.Unmarshal(text, &status)
	}
	if err != nil || len(status.Scenarios) != 1 {
		return control.Status{}
	}
	return status
}

func (h *Home) control(args ...string) *exec.Cmd {
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
	for _, p := range h.Processes(t) {
		t.Errorf("a process is left: %s", p.Command)
	}
}

// Find returns the process id of a "browser", "driver", "worker" or "watcher" that runs, as soon as there is one.
func (h *Home) Find(t *testing.T, part string) (pid int) {
	t.Helper()
	WaitUntil(t, "the "+part, func() bool {
		for _, p := range h.Processes(t) {
			browser := strings.Contains(p.Command, "--liveload-browser=") && !strings.Contains(p.Command, "--type=")
			driver := strings.Contains(p.Command, "run-driver")
			worker := strings.Contains(p.Command, " worker --join ")
			watcher := strings.Contains(p.Command, "sweeps-after-run")
			if part == "browser" && browser || part == "driver" && driver || part == "worker" && worker || part == "watcher" && watcher {
				pid = p.PID
			}
		}
		return pid != 0
	})
	return pid
}

// A Process belongs to a run of a home.
type Process struct {
	PID     int
	Command string
}

// Processes lists all processes that were started for runs of this home. Their environment or their command line
// names its folder: the driver and the browser have their temporary files there.
func (h *Home) Processes(t *testing.T) []Process {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	var found []Process
	for _, path := range paths {
		pid, _ := strconv.Atoi(filepath.Base(path))
		environment, _ := os.ReadFile(filepath.Join(path, "environ")) // a process may have ended
		command, _ := os.ReadFile(filepath.Join(path, "cmdline"))
		folder := []byte(h.Cache + "/runs/")
		marked := bytes.Contains(append([]byte{0}, environment...), []byte("\x00LIVELOAD_RUN=")) && bytes.Contains(environment, folder)
		if pid == os.Getpid() || !marked && !bytes.Contains(command, folder) {
			continue
		}
		found = append(found, Process{pid, string(bytes.ReplaceAll(command, []byte{0}, []byte{' '}))})
	}
	return found
}
