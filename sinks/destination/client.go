package destination

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"
)

// connectTime bounds the making of a connection, and again its TLS handshake.
const connectTime = 10 * time.Second

// TLS returns how to check the certificates of a server, by the options ca, a file in PEM format, and insecure.
func TLS(server string, options url.Values) (*tls.Config, error) {
	insecure, err := Flag(server, options, "insecure", false)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{InsecureSkipVerify: insecure}
	ca := options.Get("ca")
	if ca == "" {
		return config, nil
	}
	config.RootCAs, err = Authorities(server, ca)
	return config, err
}

// Authorities reads the certificates of those that are trusted to know a server, in PEM format.
func Authorities(server, file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the certificates of %s: %w", server, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read the certificates of %s: %s has none in PEM format", server, file)
	}
	return pool, nil
}

// Client returns a client that follows no redirect: a redirected write would become a read. The caller closes its idle
// connections.
func Client(config *tls.Config) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:           http.ProxyFromEnvironment,
			DialContext:     (&net.Dialer{Timeout: connectTime}).DialContext,
			TLSClientConfig: config, TLSHandshakeTimeout: connectTime,
			ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// NoPages has a client take an answer that is a page for people as none. Whoever sends one has not taken what was written,
// though the status says so: there are servers that show their first page under every path.
func NoPages(client *http.Client) *http.Client {
	client.Transport = noPages{client.Transport.(*http.Transport)}
	return client
}

type noPages struct{ *http.Transport }

var errPage = errors.New("it answers with a page for people, so that something else listens there")

// RoundTrip implements http.RoundTripper.
func (n noPages) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := n.Transport.RoundTrip(request)
	if err != nil || response.StatusCode/100 != 2 {
		return response, err
	}
	if kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); kind != "text/html" {
		return response, nil
	}
	return nil, errors.Join(errPage, response.Body.Close())
}
