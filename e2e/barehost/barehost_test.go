//go:build linux && barehost

// Package barehost tests the provider ssh on a host that has nothing: a Debian in a folder with an SSH server. It installs Node.js, npm,
// a browser and the driver from the mirrors of this machine, which takes minutes: `make test-bare-host` runs it, CI does not.
package barehost

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
)

func TestMain(m *testing.M) { rig.Main(m) }

// TestBareHost: a run brings all that it needs to a bare host, measures what the demo counts, and leaves driver and browser for the
// next run, which installs nothing.
func TestBareHost(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Fatal("a root file system is made by root alone: run this test as root, as in a container or with sudo")
	}
	h := start(t)
	for _, installs := range []bool{true, false} {
		home, app := rig.NewHome(t), rig.StartApp(t)
		c := home.Start(t, "../../examples/counter.js", app, append(h.flags(t), "--users", "2", "--iterations-per-user", "2", "--log-level", "info")...)
		c.EndsWith(t, 0)
		r := c.Read(t)
		rig.Compare(t, r, app.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
		rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], 4)
		if said := strings.Contains(c.Output.String(), "installing what does not work"); said != installs {
			t.Errorf("it says that it installs: %v, want %v\n%s", said, installs, c.Output)
		}
		if left, err := os.ReadDir(filepath.Join(h.root, "tmp")); err != nil || len(left) > 0 {
			t.Errorf("left on the host: %v, %v", left, err)
		}
		home.IsClean(t)
	}
}

// A host is a Debian in a folder.
type host struct{ root, folder, address string }

// server runs the SSH server of the host $1 on the address $2. What is mounted here is gone with it.
const server = `mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec chroot "$1" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	/usr/sbin/sshd -D -e -o ListenAddress="$2" -o UsePAM=no -o StrictModes=no -o PidFile=none`

// start makes a host, which ends with the test.
func start(t *testing.T) *host {
	t.Helper()
	h := &host{root: filepath.Join(t.TempDir(), "root"), folder: t.TempDir(), address: outputtest.FreeAddress(t)}
	run(t, "mmdebstrap", "--variant=minbase", "--quiet", "--dpkgopt=force-unsafe-io", "--include=openssh-server", "bookworm", h.root)
	run(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(h.folder, "key"))
	run(t, "install", "-D", "-m", "600", filepath.Join(h.folder, "key.pub"), filepath.Join(h.root, "root/.ssh/authorized_keys"))
	run(t, "install", "-m", "644", "/etc/resolv.conf", filepath.Join(h.root, "etc/resolv.conf"))
	run(t, "install", "-m", "644", "/etc/ssl/certs/ca-certificates.crt", filepath.Join(h.root, "ca.crt")) // of this machine's mirrors
	if err := os.MkdirAll(filepath.Join(h.root, "run/sshd"), 0o755); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	cmd := exec.Command("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", server, "sh", h.root, h.address)
	cmd.Stderr, cmd.WaitDelay = &log, time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("what sshd said:\n%s", log.String())
		}
	})
	rig.WaitUntil(t, "the SSH server", func() bool {
		conn, err := net.Dial("tcp", h.address)
		return err == nil && conn.Close() == nil
	})
	return h
}

// flags are those of a run on this host, which takes this machine's mirrors.
func (h *host) flags(t *testing.T) []string {
	t.Helper()
	config := filepath.Join(h.folder, "config")
	text := fmt.Sprintf("Host *\n User root\n IdentityFile %[1]s/key\n IdentitiesOnly yes\n UserKnownHostsFile %[1]s/known\n StrictHostKeyChecking accept-new\n", h.folder)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	registry, err := exec.Command("npm", "config", "get", "registry").Output()
	if err != nil {
		t.Fatal(err)
	}
	flags := []string{"--cluster", "ssh", "--cluster-opt", "config=" + config, "--cluster-opt", "host=" + h.address}
	for _, variable := range []string{
		"npm_config_registry=" + strings.TrimSpace(string(registry)), "npm_config_cafile=/ca.crt", "NODE_EXTRA_CA_CERTS=/ca.crt",
		"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1", // Debian's browser does
	} {
		flags = append(flags, "--cluster-opt", "env="+variable)
	}
	return flags
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v (`make deps` installs what tests need)\n%s", name, args, err, out)
	}
}
