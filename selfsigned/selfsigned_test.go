package selfsigned_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/liveload/liveload/selfsigned"
)

// TestNew makes a certificate for its hosts, which a client that trusts it accepts, and a fingerprint that is its own.
func TestNew(t *testing.T) {
	certificate, fingerprint, err := selfsigned.New("liveload run 1", "127.0.0.1", "load.example.com")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	defer server.Close()
	leaf, err := x509.ParseCertificate(certificate.Certificate[0])
	if err != nil || leaf.Subject.CommonName != "liveload run 1" || len(leaf.DNSNames) != 1 || selfsigned.Fingerprint(leaf.Raw) != fingerprint {
		t.Fatalf("%+v, %v, fingerprint %s", leaf, err, fingerprint)
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(leaf)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, DisableKeepAlives: true}}
	answer, err := client.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if _, another, err := selfsigned.New("liveload run 1"); err != nil || another == fingerprint {
		t.Errorf("another certificate has the fingerprint %s, %v", another, err)
	}
}
