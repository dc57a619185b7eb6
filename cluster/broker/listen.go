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

func hostAndPort(listen string) (host string, port int, err error) {
	if listen == "" {
		return "127.0.0.1", server.RANDOM_PORT, nil
	}
	host, text, err := net.SplitHostPort(listen)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("workers cannot arrive at %q: it must be HOST:PORT, such as 0.0.0.0:4222, or :0 for a free port", listen)
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	if host == "" {
		host = "0.0.0.0"
	}
	return host, port, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// addresses are where workers find the server: what is said, or what it listens at, or all addresses of this machine.
func addresses(listens net.Addr, said string) ([]string, error) {
	at, ok := listens.(*net.TCPAddr)
	if !ok {
		return nil, errors.New("the server for the workers has no TCP address")
	}
	port := strconv.Itoa(at.Port)
	if said != "" {
		if _, _, err := net.SplitHostPort(said); err != nil {
			said = net.JoinHostPort(said, port)
		}
		return []string{"nats://" + said}, nil
	}
	if !at.IP.IsUnspecified() {
		return []string{"nats://" + net.JoinHostPort(at.IP.String(), port)}, nil
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("find the addresses of this machine: %w", err)
	}
	var urls []string
	for _, one := range all {
		if network, ok := one.(*net.IPNet); ok && network.IP.IsGlobalUnicast() {
			urls = append(urls, "nats://"+net.JoinHostPort(network.IP.String(), port))
		}
	}
	if len(urls) == 0 {
		return nil, errors.New("this machine has no address that workers elsewhere could dial: say it with --cluster-address")
	}
	return urls, nil
}
