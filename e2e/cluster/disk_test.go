//go:build linux

package cluster

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// smallDisk mounts a disk at a folder. It needs root, as a test in CI has it.
func smallDisk(t *testing.T, folder string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", folder).CombinedOutput(); err != nil {
		t.Fatalf("mount a small disk, as root: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", folder).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
}

// fill leaves no space on the disk of a folder.
func fill(t *testing.T, folder string) {
	t.Helper()
	file, err := os.Create(filepath.Join(folder, "full"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for block := make([]byte, 64<<10); err == nil; {
		_, err = file.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("fill the disk: %v", err)
	}
}

// TestFullDisk: workers whose disk is full say which evidence they cannot keep, and go on. All is counted.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	runs := filepath.Join(home.Cache, "runs")
	smallDisk(t, runs)
	c := home.Start(t, "testdata/late.js", a, "--cluster", "local", "--nodes", "2", "--users", "2", "--iterations-per-user", "50", "--config", "pause=100ms", "--worker-logs", "warn")
	rig.WaitUntil(t, "the first seconds", func() bool { return a.Stats().EventsTotal >= 12 })
	fill(t, runs)
	c.EndsWith(t, 0)
	r := c.Read(t)
	rig.SameMap(t, "iterations", rig.Counter(r, metrics.Iterations).By, map[string]int64{"ok": 94, "failed": 6})
	if said := c.Output.String(); !strings.Contains(said, "no space left on device") || !strings.Contains(said, "could not keep evidence of a failure") {
		t.Errorf("nobody says that the disk is full:\n%s", said)
	}
	noted(t, r, "")
	rig.Compare(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
	home.IsClean(t)
}
