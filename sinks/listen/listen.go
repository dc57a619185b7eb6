// Package listen has what sinks that serve something have in common: where they listen, who can reach that, and their
// certificate.
package listen

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// ErrUnreadable says that an address makes no sense. It does not repeat it, since there may be a password in it.
var ErrUnreadable = errors.New("it cannot be read")

// A Place is where a sink listens.
type Place struct{ Host, Port string }

// Parse reads HOST:PORT, :PORT, PORT or HOST. What is missing is as in the place that it is called on.
func (p Place) Parse(text string) (Place, error) {
	if _, err := strconv.Atoi(text); err == nil {
		text = ":" + text
	}
	u, err := url.Parse("//" + text)
	if err != nil || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(u.Hostname(), "[]") {
		return p, ErrUnreadable
	}
	if u.Hostname() != "" {
		p.Host = u.Hostname()
	}
	if u.Port() == "" {
		return p, nil
	}
	if n, err := strconv.Atoi(u.Port()); err != nil || n > 65535 {
		return p, fmt.Errorf("the port %s: ports go up to 65535", u.Port())
	}
	p.Port = u.Port()
	return p, nil
}

// String is HOST:PORT.
func (p Place) String() string { return net.JoinHostPort(p.Host, p.Port) }

// Loopback says whether only this machine can reach it.
func (p Place) Loopback() bool {
	ip, err := netip.ParseAddr(p.Host)
	return p.Host == "localhost" || err == nil && ip.IsLoopback()
}

// Everywhere says whether it is all addresses of this machine.
func (p Place) Everywhere() bool {
	ip, err := netip.ParseAddr(p.Host)
	return err == nil && ip.IsUnspecified()
}

// Certificate reads the files of a certificate and its key, for a sink of that name.
func Certificate(sink, cert, key string) (tls.Certificate, error) {
	if cert == "" || key == "" {
		return tls.Certificate{}, fmt.Errorf("%s needs a certificate and its key to serve over TLS: write ?cert=FILE&key=FILE", sink)
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read the certificate of %s: %w", sink, err)
	}
	return pair, nil
}
