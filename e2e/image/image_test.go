//go:build linux

// Package image tests the container image without Docker: the steps of its Dockerfile make a root file system in a folder,
// and runc, which is what runs containers below Docker and Kubernetes, starts liveload in it.
package image

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
)

func TestMain(m *testing.M) { rig.Main(m) }

// TestImage makes the root file system once, and runs containers in it: read-only, without capabilities, as a user that is
// not root.
func TestImage(t *testing.T) {
	i := build(t)
	t.Run("doctor within the sandbox", func(t *testing.T) {
		said := i.run(t, container{seccomp: profile(t), args: []string{"doctor"}})
		contains(t, said, "within Chromium's sandbox")
	})
	t.Run("doctor where namespaces are refused", func(t *testing.T) {
		said := i.run(t, container{seccomp: withoutNamespaces(), args: []string{"doctor"}})
		contains(t, said, "without Chromium's sandbox, since this system allows no user namespaces")
	})
	t.Run("worker", i.worker)
}

// worker joins a controller outside, as any user, and carries its users: they do what the demo counts.
func (i *image) worker(t *testing.T) {
	home, app := rig.NewHome(t), rig.StartApp(t)
	key, token := filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "token")
	cmd := exec.Command(rig.Liveload(), "cluster", "token", "--cluster-key", key, "--cluster-listen", outputtest.FreeAddress(t))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("make a token: %v", err)
	}
	if err := os.WriteFile(token, out, 0o644); err != nil { // the worker is another user
		t.Fatal(err)
	}
	c := home.Start(t, "../../examples/counter.js", app, "--users", "2", "--iterations-per-user", "2",
		"--cluster", "static", "--nodes", "1", "--cluster-key", key)
	i.run(t, container{
		seccomp: profile(t), uid: 54321, args: []string{"worker", "--join", "/token", "--name", "contained"},
		mounts: []mount{{Destination: "/token", Type: "bind", Source: token, Options: []string{"bind", "ro"}}},
	})
	c.EndsWith(t, 0)
	r := c.Read(t)
	rig.Compare(t, r, app.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], 4)
	if len(r.Nodes) != 1 || r.Nodes[0].Node != "contained" {
		t.Errorf("nodes = %v, want the one in the container", r.Nodes)
	}
}

func contains(t *testing.T, said, want string) {
	t.Helper()
	if !strings.Contains(said, want) {
		t.Errorf("it says %q, without %q", said, want)
	}
}
