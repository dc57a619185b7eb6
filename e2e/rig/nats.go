package rig

import (
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/liveload/liveload/sinks/outputtest"
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

// StartNATS starts a NATS server of a test's own, which listens at an address of this machine. It ends with the test.
func StartNATS(t *testing.T) (server *outputtest.Process, address string) {
	t.Helper()
	path, err := natsServer()
	if err != nil {
		t.Fatal(err)
	}
	address = outputtest.FreeAddress(t)
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	server = &outputtest.Process{
		Path: path, Arguments: []string{"-a", host, "-p", port}, Output: filepath.Join(t.TempDir(), "output"),
		Ready: func() bool {
			conn, err := net.Dial("tcp", address)
			if err == nil {
				_ = conn.Close()
			}
			return err == nil
		},
	}
	server.Run(t)
	return server, address
}
