package rig

import (
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// natsServer is the path of the server, which is built from the sources that liveload embeds.
var natsServer = sync.OnceValues(func() (string, error) {
	e, err := shared()
	if err != nil {
		return "", err
	}
	path := filepath.Join(e.evidence, "nats-server")
	if text, err := exec.Command("go", "build", "-o", path, "github.com/nats-io/nats-server/v2").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build nats-server: %w\n%s", err, text)
	}
	return path, nil
})

// StartNATS starts a NATS server of its own at an address, and returns once it listens. kill ends it at once; the end of the
// test does that too.
func StartNATS(t *testing.T, address string) (kill func()) {
	t.Helper()
	path, err := natsServer()
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command(path, "-a", host, "-p", port)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = server.Process.Kill()
		_ = server.Wait() // it was killed
	})
	t.Cleanup(kill)
	WaitUntil(t, "the NATS server", func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	return kill
}
