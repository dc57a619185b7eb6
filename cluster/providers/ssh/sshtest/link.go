package sshtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/user"
	"strings"
	"testing"
)

// A link is a cable between this machine and a network namespace.
type link struct {
	namespace, device string
	here, there       string // addresses of both ends
}

// networks is 198.18.0.0/15, which is for tests of devices, in networks of four addresses.
const networks = 1 << 15

// newLink makes a namespace and the cable to it; nil where the system does not allow that.
func newLink(t testing.TB) *link {
	t.Helper()
	for range 100 {
		n := rand.IntN(networks)
		address := func(host int) string { return fmt.Sprintf("198.%d.%d.%d", 18+n>>14, n>>6&0xff, n<<2&0xff+host) }
		l := &link{namespace: fmt.Sprintf("liveload-test-%d", n), device: fmt.Sprintf("llt%d", n), here: address(1), there: address(2)}
		err := ip("netns", "add", l.namespace) // fails when another test has this number
		if err == nil {
			t.Cleanup(func() {
				if err := ip("netns", "del", l.namespace); err != nil {
					t.Error(err)
				}
			})
			err = l.connect()
		}
		if err == nil {
			return l
		}
		if !strings.Contains(err.Error(), "File exists") {
			warn(t, err)
			return nil
		}
	}
	t.Fatal("there is no free network: `ip netns` lists those of tests that were killed, liveload-test-N; delete them")
	return nil
}

func (l *link) connect() error {
	return errors.Join(
		ip("link", "add", l.device, "type", "veth", "peer", "name", "eth0", "netns", l.namespace),
		ip("addr", "add", l.here+"/30", "dev", l.device),
		ip("link", "set", l.device, "up"),
		ip("-n", l.namespace, "addr", "add", l.there+"/30", "dev", "eth0"),
		ip("-n", l.namespace, "link", "set", "eth0", "up"),
		ip("-n", l.namespace, "link", "set", "lo", "up"),
		ip("-n", l.namespace, "route", "add", "default", "via", l.here),
	)
}

// warn says what such tests do not try here. It goes past the testing package, which keeps what passing tests say.
func warn(t testing.TB, err error) {
	t.Helper()
	text := fmt.Sprintf("WARNING: %s runs with SSH servers at 127.0.0.2 and further, since this system allows no network namespaces: %v\n", t.Name(), err)
	t.Log(text)
	if terminal, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0); err == nil {
		terminal.WriteString(text)
		terminal.Close()
	}
}

// HasNetwork says whether the host has a network of its own, which Cut and Mend can change.
func (h *Host) HasNetwork() bool { return h.link != nil }

// Cut takes the cable of a host out; Mend puts it back.
func (h *Host) Cut() error { return ip("link", "set", h.link.device, "down") }

// Mend connects a host again that Cut has cut off.
func (h *Host) Mend() error { return ip("link", "set", h.link.device, "up") }

// Here is the address of this machine at which the host reaches it.
func (h *Host) Here() string {
	if h.link == nil {
		return "127.0.0.1"
	}
	return h.link.here
}

func ip(args ...string) error {
	out, err := exec.Command("ip", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

func userName(t testing.TB) string {
	t.Helper()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return me.Username
}
