package session

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool/sessiontest"
)

// newCertificate makes a certificate that signs itself, as PEM texts.
func newCertificate(t *testing.T, name string) (cert, key string, parsed *x509.Certificate) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &secret.PublicKey, secret)
	must(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(secret)
	must(t, err)
	parsed, err = x509.ParseCertificate(der)
	must(t, err)
	block := func(kind string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
	}
	return block("CERTIFICATE", der), block("PRIVATE KEY", keyDER), parsed
}

// TestClientCertificates: a server that wants a certificate gets that of the user, and of nobody else.
func TestClientCertificates(t *testing.T) {
	t.Parallel()
	cert, key, parsed := newCertificate(t, "ann")
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!doctype html><p id=who>%s</p>", r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	server.Config.ErrorLog = nobodyReads()
	server.StartTLS()
	t.Cleanup(server.Close)
	folder := t.TempDir()
	certPath, keyPath := filepath.Join(folder, "c.pem"), filepath.Join(folder, "k.pem")
	must(t, os.WriteFile(certPath, []byte(cert), 0o600), os.WriteFile(keyPath, []byte(key), 0o600))

	ctx := within(t, patience)
	for name, c := range map[string]map[string]any{
		"texts": {"origin": server.URL, "cert": cert, "key": key},
		"files": {"origin": server.URL, "certPath": certPath, "keyPath": keyPath},
	} {
		t.Run(name, func(t *testing.T) {
			u := newUser(t, map[string]any{"ignoreHTTPSErrors": true, "clientCertificates": []any{c}})
			must(t, u.Navigate(ctx, server.URL))
			wantText(t, ctx, u, "#who", "ann")
		})
	}
	stranger := newUser(t, map[string]any{"ignoreHTTPSErrors": true})
	// Which of its errors the browser shows depends on when the server hangs up.
	if err := stranger.Navigate(ctx, server.URL); err == nil || !strings.Contains(err.Error(), "net::ERR_") {
		t.Errorf("without a certificate: %v", err)
	}
	careful := newUser(t, nil)
	if err := careful.Navigate(ctx, server.URL); err == nil || !strings.Contains(err.Error(), "net::ERR_CERT_AUTHORITY_INVALID") {
		t.Errorf("a server that nobody vouches for: %v", err)
	}
}

// TestProxy: what a user asks for goes through the proxy, which wants a password.
func TestProxy(t *testing.T) {
	t.Parallel()
	var seen atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Proxy-Authorization") != "Basic bWU6c2VjcmV0" { // me:secret
			w.Header().Set("Proxy-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		seen.Add(1)
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!doctype html><p id=url>%s</p>", r.URL)
	}))
	t.Cleanup(proxy.Close)
	ctx := within(t, patience)
	u := newUser(t, map[string]any{"proxy": map[string]any{"server": proxy.URL, "username": "me", "password": "secret"}})
	must(t, u.Navigate(ctx, "http://shop.example/cart"))
	wantText(t, ctx, u, "#url", "http://shop.example/cart")
	if seen.Load() == 0 {
		t.Error("the proxy was asked for nothing")
	}
	other := newUser(t, nil)
	must(t, other.Navigate(ctx, sessiontest.NewSite(t).URL+"/target"))
	wantText(t, ctx, other, "#h", "target")
	wrong := newUser(t, map[string]any{"proxy": map[string]any{"server": proxy.URL, "username": "me", "password": "wrong"}})
	if err := wrong.Navigate(ctx, "http://shop.example/"); err == nil && seen.Load() > 1 {
		t.Error("the proxy let a wrong password pass")
	}
}

// nobodyReads takes the complaints of a server whose clients are turned away on purpose.
func nobodyReads() *log.Logger { return log.New(io.Discard, "", 0) }
