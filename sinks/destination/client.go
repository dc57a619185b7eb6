package destination

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
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
