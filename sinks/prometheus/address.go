package prometheus

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/liveload/liveload/sinks/destination"
)

const (
	defaultHost   = "127.0.0.1"
	defaultPort   = "9464"
	tokenVariable = "PROMETHEUS_TOKEN"
)

// options may come after the ? in an address.
var options = []string{"token", "cert", "key"}

var errAddress = errors.New("the address of prometheus cannot be read: write prometheus=HOST:PORT, such as prometheus=127.0.0.1:9464, " +
	"or prometheus=0.0.0.0:9464?cert=FILE&key=FILE with the token in " + tokenVariable)

// errSend does not repeat the address, in which there may be a password.
var errSend = errors.New("prometheus is scraped and sends nothing, so that its address has no http://: write prometheus=HOST:PORT to listen there, " +
	"or prometheus-rw=http://HOST:9090 to send to a Prometheus")

// An endpoint is where metrics are served, and to whom.
type endpoint struct {
	host, port string
	token      string      // "" for everybody; it is a secret
	tls        *tls.Config // nil for plain HTTP
}

// parseEndpoint reads HOST:PORT?token=TOKEN&cert=FILE&key=FILE, of which everything may be missing. Who listens for
// other machines must have a token and a certificate.
func parseEndpoint(text string, env func(name string) string) (endpoint, error) {
	place, query, _ := strings.Cut(text, "?")
	e := endpoint{host: defaultHost, port: defaultPort}
	if err := e.parsePlace(place); err != nil {
		return e, err
	}
	given, err := destination.Options("prometheus", query, options)
	if errors.Is(err, destination.ErrUnreadable) {
		return e, errAddress
	}
	if err != nil {
		return e, err
	}
	if e.token = given.Get("token"); e.token == "" {
		e.token = destination.First(env, tokenVariable)
	}
	if given.Get("cert") != "" || given.Get("key") != "" {
		if e.tls, err = certificate(given.Get("cert"), given.Get("key")); err != nil {
			return e, err
		}
	}
	return e, e.protected()
}

// parsePlace reads HOST:PORT, :PORT, PORT or HOST.
func (e *endpoint) parsePlace(place string) error {
	if strings.Contains(place, "://") {
		return errSend
	}
	if _, err := strconv.Atoi(place); err == nil {
		place = ":" + place
	}
	u, err := url.Parse("//" + place)
	if err != nil || u.User != nil || u.Path != "" || u.Fragment != "" || strings.ContainsAny(u.Hostname(), "[]") {
		return errAddress
	}
	if u.Hostname() != "" {
		e.host = u.Hostname()
	}
	if u.Port() == "" {
		return nil
	}
	if n, err := strconv.Atoi(u.Port()); err != nil || n > 65535 {
		return fmt.Errorf("the address of prometheus has the port %s: ports go up to 65535", u.Port())
	}
	e.port = u.Port()
	return nil
}

func certificate(cert, key string) (*tls.Config, error) {
	if cert == "" || key == "" {
		return nil, errors.New("prometheus needs a certificate and its key to serve over TLS: write ?cert=FILE&key=FILE")
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("read the certificate of prometheus: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}, nil
}

// protected returns an error when other machines could read without a token, or read the token on its way.
func (e *endpoint) protected() error {
	if e.loopback() || e.token != "" && e.tls != nil {
		return nil
	}
	return fmt.Errorf("%s can be reached from other machines, so that prometheus needs a token and TLS: set %s, and write prometheus=%s?cert=FILE&key=FILE; "+
		"for this machine only write prometheus=127.0.0.1:%s", e.host, tokenVariable, e.listen(), e.port)
}

func (e *endpoint) loopback() bool {
	ip, err := netip.ParseAddr(e.host)
	return e.host == "localhost" || err == nil && ip.IsLoopback()
}

func (e *endpoint) listen() string { return net.JoinHostPort(e.host, e.port) }
