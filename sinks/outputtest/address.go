package outputtest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"testing"
)

// Ports of FreeAddress, below those that systems give to whoever asks for any. Linux says from where these are.
const (
	firstPort = 10_000
	lastPort  = 32_000
	anyPorts  = "/proc/sys/net/ipv4/ip_local_port_range"
)

// FreeAddress returns an address on loopback at which nothing listens. The system gives it to nobody who asks for any port, so
// that a server which was killed can have it again.
func FreeAddress(t testing.TB) string {
	t.Helper()
	end := lastPort
	if text, err := os.ReadFile(anyPorts); err == nil {
		var first int
		if _, err := fmt.Sscan(string(text), &first); err == nil && first > firstPort {
			end = min(end, first)
		}
	}
	var last error
	for range 100 {
		address := fmt.Sprint("127.0.0.1:", firstPort+rand.IntN(end-firstPort))
		l, err := net.Listen("tcp", address)
		if err != nil {
			last = err
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return address
	}
	t.Fatalf("no port from %d to %d is free: %v", firstPort, end, last)
	return ""
}
