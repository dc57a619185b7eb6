package outputtest

import (
	"fmt"
	"net"
	"os"
	"testing"
)

// TestFreeAddress is one at which a server can listen, outside of what the system gives away.
func TestFreeAddress(t *testing.T) {
	address := FreeAddress(t)
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port, first := l.Addr().(*net.TCPAddr).Port, lastPort
	if text, err := os.ReadFile(anyPorts); err == nil {
		if _, err := fmt.Sscan(string(text), &first); err != nil {
			t.Fatal(err)
		}
	}
	if port < firstPort || first > firstPort && port >= first {
		t.Errorf("port %d, want one from %d to %d", port, firstPort, first)
	}
}
