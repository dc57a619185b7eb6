//go:build !linux

package cdp

import "net"

// raw is for Linux only; elsewhere a connection is left as it is.
func raw(conn net.Conn) net.Conn { return conn }
