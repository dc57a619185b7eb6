package session

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/confined"
)

// certificateOf returns the certificate of a server, which may serve as that of a client, as PEM texts.
func certificateOf(t *testing.T, server *httptest.Server) (cert, key string) {
	t.Helper()
	pair := server.TLS.Certificates[0]
	secret, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

// TestClientCertificates: a server that wants a certificate gets that of the user, and of nobody else.
func TestClientCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!doctype html><p id=who>%s</p>", r.TLS.PeerCertificates[0].Subject)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // clients are turned away on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	cert, key := certificateOf(t, server)
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "c.pem"), []byte(cert), 0o600), os.WriteFile(filepath.Join(folder, "k.pem"), []byte(key), 0o600))

	ctx := within(t, patience)
	for name, c := range map[string]map[string]any{
		"texts": {"origin": server.URL, "cert": cert, "key": key},
		"files": {"origin": server.URL, "certPath": "c.pem", "keyPath": "k.pem"},
	} {
		t.Run(name, func(t *testing.T) {
			u := openUser(t, rig.Browser(t), browserpool.SessionOptions{
				Context: map[string]any{"ignoreHTTPSErrors": true, "clientCertificates": []any{c}}, Files: confined.Reader{Folder: folder},
			})
			must(t, sessiontest.Moved(u.Navigate(ctx, server.URL)))
			wantText(t, ctx, u, "#who", "O=Acme Co")
		})
	}
	stranger := newUser(t, map[string]any{"ignoreHTTPSErrors": true})
	// Which of its errors the browser shows depends on when the server hangs up.
	if err := sessiontest.Moved(stranger.Navigate(ctx, server.URL)); err == nil || !strings.Contains(err.Error(), "net::ERR_") {
		t.Errorf("without a certificate: %v", err)
	}
	careful := newUser(t, nil)
	if err := sessiontest.Moved(careful.Navigate(ctx, server.URL)); err == nil || !strings.Contains(err.Error(), "net::ERR_CERT_AUTHORITY_INVALID") {
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
	must(t, sessiontest.Moved(u.Navigate(ctx, "http://shop.example/cart")))
	wantText(t, ctx, u, "#url", "http://shop.example/cart")
	if seen.Load() == 0 {
		t.Error("the proxy was asked for nothing")
	}
	other := newUser(t, nil)
	must(t, sessiontest.Moved(other.Navigate(ctx, sessiontest.NewSite(t).URL+"/target")))
	wantText(t, ctx, other, "#h", "target")
	wrong := newUser(t, map[string]any{"proxy": map[string]any{"server": proxy.URL, "username": "me", "password": "wrong"}})
	if err := sessiontest.Moved(wrong.Navigate(ctx, "http://shop.example/")); err == nil && seen.Load() > 1 {
		t.Error("the proxy let a wrong password pass")
	}
}
