package dashboard

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/liveload/liveload/selfsigned"
	"github.com/liveload/liveload/sinks/destination"
	"github.com/liveload/liveload/sinks/listen"
)

var errAddress = errors.New("write HOST:PORT, such as 127.0.0.1:8080, or 0.0.0.0:8080?cert=FILE&key=FILE for other machines too")

// An endpoint is where the dashboard is served. Beyond this machine it has TLS.
type endpoint struct {
	place       listen.Place
	tls         *tls.Config // nil for plain HTTP
	fingerprint string      // of a certificate that was made for this run
	names       []string    // other hosts that it may be asked for, with their ports
}

// parseEndpoint reads HOST:PORT?cert=FILE&key=FILE.
func parseEndpoint(text string) (endpoint, error) {
	place, query, _ := strings.Cut(text, "?")
	e := endpoint{place: listen.Place{Host: "127.0.0.1", Port: "0"}}
	var err error
	if e.place, err = e.place.Parse(place); errors.Is(err, listen.ErrUnreadable) {
		return e, errAddress
	}
	if err != nil {
		return e, fmt.Errorf("it has %w", err)
	}
	given, err := destination.Options("the dashboard", query, []string{"cert", "key"})
	if errors.Is(err, destination.ErrUnreadable) {
		return e, errAddress
	}
	if err != nil {
		return e, err
	}
	if given.Get("cert") != "" || given.Get("key") != "" {
		certificate, err := listen.Certificate("the dashboard", given.Get("cert"), given.Get("key"))
		if err != nil {
			return e, err
		}
		e.tls = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}}
		e.names = certificate.Leaf.DNSNames
	}
	return e, nil
}

// certify makes a certificate when other machines can reach the endpoint and nobody has given one.
func (e *endpoint) certify(run string) error {
	if e.tls != nil || e.place.Loopback() {
		return nil
	}
	certificate, fingerprint, err := selfsigned.New("liveload run "+run, e.shownHost())
	if err != nil {
		return err
	}
	e.tls, e.fingerprint = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{certificate}}, fingerprint
	return nil
}

// listens takes the port that was free. localhost has two addresses, of which somebody else may have the other one: whoever opens
// the page there would give away the secret.
func (e *endpoint) listens(at net.Addr) {
	host, port, _ := net.SplitHostPort(at.String())
	e.place.Port = port
	if e.place.Loopback() {
		e.place.Host = host
	}
}

// shownHost is the host of the printed URL.
func (e *endpoint) shownHost() string {
	if !e.place.Everywhere() {
		return e.place.Host
	}
	if name, err := os.Hostname(); err == nil && name != "" {
		return name
	}
	return "localhost"
}

func (e *endpoint) scheme() string {
	if e.tls != nil {
		return "https"
	}
	return "http"
}

func (e *endpoint) url() string {
	return e.scheme() + "://" + net.JoinHostPort(e.shownHost(), e.place.Port)
}

// serves says whether a request may have this Host. A name that somebody else has pointed at this machine is none of ours.
// Addresses are: no other site can be at one.
func (e *endpoint) serves(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), map[string]string{"http": "80", "https": "443"}[e.scheme()]
	}
	if port != e.place.Port {
		return false
	}
	known := append([]string{e.place.Host, e.shownHost()}, e.names...)
	if e.place.Loopback() {
		known = append(known, "localhost")
	}
	return net.ParseIP(name) != nil || slices.ContainsFunc(known, func(one string) bool { return strings.EqualFold(one, name) })
}
