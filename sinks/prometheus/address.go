package prometheus

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"

	"github.com/liveload/liveload/sinks/destination"
	"github.com/liveload/liveload/sinks/listen"
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
	place listen.Place
	token string      // "" for everybody; it is a secret
	tls   *tls.Config // nil for plain HTTP
}

// parseEndpoint reads HOST:PORT?token=TOKEN&cert=FILE&key=FILE, of which everything may be missing. Who listens for
// other machines must have a token and a certificate.
func parseEndpoint(text string, env func(name string) string) (endpoint, error) {
	place, query, _ := strings.Cut(text, "?")
	e := endpoint{place: listen.Place{Host: defaultHost, Port: defaultPort}}
	if strings.Contains(place, "://") {
		return e, errSend
	}
	var err error
	if e.place, err = e.place.Parse(place); errors.Is(err, listen.ErrUnreadable) {
		return e, errAddress
	}
	if err != nil {
		return e, fmt.Errorf("the address of prometheus has %w", err)
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
		certificate, err := listen.Certificate("prometheus", given.Get("cert"), given.Get("key"))
		if err != nil {
			return e, err
		}
		e.tls = &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	return e, e.protected()
}

// protected returns an error when other machines could read without a token, or read the token on its way.
func (e *endpoint) protected() error {
	if e.loopback() || e.token != "" && e.tls != nil {
		return nil
	}
	return fmt.Errorf("%s can be reached from other machines, so that prometheus needs a token and TLS: set %s, and write prometheus=%s?cert=FILE&key=FILE; "+
		"for this machine only write prometheus=127.0.0.1:%s", e.place.Host, tokenVariable, e.listen(), e.place.Port)
}

func (e *endpoint) loopback() bool { return e.place.Loopback() }

func (e *endpoint) listen() string { return e.place.String() }
