package broker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"

	"github.com/nats-io/nats-server/v2/server"
)

// tryListen says why a server cannot listen at an address. The server itself only writes that to its log.
func tryListen(ctx context.Context, host string, port int) error {
	if port == server.RANDOM_PORT {
		port = 0
	}
	address := net.JoinHostPort(host, strconv.Itoa(port))
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	why := ""
	switch {
	case err == nil:
		return listener.Close()
	case errors.Is(err, syscall.EADDRINUSE):
		why = "another program listens there: choose another port, or 0 for a free one"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		why = "this machine does not have that address. Where workers reach it by another one, say that with --cluster-address"
	case errors.Is(err, syscall.EACCES):
		why = "this user may not listen there: choose a port above 1023"
	default:
		return fmt.Errorf("workers cannot arrive at %s: %w", address, err)
	}
	return fmt.Errorf("workers cannot arrive at %s: %s", address, why)
}
