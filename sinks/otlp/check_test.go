package otlp

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/otlp/otlptest"
)

// secure starts servers with TLS that know neither path nor method, and returns their addresses and the certificate.
func secure(t *testing.T) (overHTTP, overGRPC, ca string) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	own := grpc.NewServer(grpc.Creds(credentials.NewTLS(server.TLS.Clone())))
	go func() { _ = own.Serve(listener) }()
	t.Cleanup(own.Stop)
	ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return server.Listener.Addr().String(), listener.Addr().String(), ca
}

// TestCheck says for each mistake what to do.
func TestCheck(t *testing.T) {
	_, overHTTP := otlptest.Start(t, false)
	_, overGRPC := otlptest.Start(t, true)
	hostHTTP, hostGRPC := strings.TrimPrefix(overHTTP, "http://"), strings.TrimPrefix(overGRPC, "grpc://")
	tlsHTTP, tlsGRPC, ca := secure(t)
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>hello") }))
	t.Cleanup(plain.Close)
	moved := httptest.NewServer(http.RedirectHandler("https://other/v1/metrics?key=hidden", http.StatusMovedPermanently))
	t.Cleanup(moved.Close)
	const headers, caVariable = "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_CERTIFICATE"
	tests := []struct {
		name, address string
		env           []string
		want          []string // nothing for one that works
	}{
		{"HTTP", overHTTP, nil, nil},
		{"HTTP with the path", overHTTP + "/v1/metrics", nil, nil},
		{"HTTP, not packed", overHTTP, []string{"OTEL_EXPORTER_OTLP_COMPRESSION", "none"}, nil},
		{"gRPC", overGRPC, nil, nil},
		{"no credentials, HTTP", overHTTP, []string{headers, ""}, []string{"401 Unauthorized: who are you?", "put its credentials into OTEL_EXPORTER_OTLP_HEADERS"}},
		{"no credentials, gRPC", overGRPC, []string{headers, ""}, []string{"Unauthenticated: who are you?", "put its credentials into OTEL_EXPORTER_OTLP_HEADERS"}},
		{"wrong credentials, HTTP", overHTTP, []string{headers, "authorization=hidden"}, []string{"check the credentials in OTEL_EXPORTER_OTLP_HEADERS"}},
		{"wrong credentials, gRPC", overGRPC, []string{headers, "authorization=hidden"}, []string{"check the credentials in OTEL_EXPORTER_OTLP_HEADERS"}},
		{"another path", overHTTP + "/other", nil, []string{"404 Not Found: no such path", "nobody takes metrics under this path"}},
		{"no receiver", plain.URL, nil, []string{"the answer has the type text/html", "nobody takes metrics under this path"}},
		{"a redirect", moved.URL, nil, []string{"301 Moved Permanently: https://other/v1/metrics)", "write that address instead"}},
		{"HTTP to the port for gRPC", "http://" + hostGRPC, nil, []string{"if it speaks gRPC, write grpc://"}},
		{"gRPC to the port for HTTP", "grpc://" + hostHTTP, nil, []string{"It speaks HTTP, not gRPC: write http://"}},
		{"nothing there, HTTP", "http://127.0.0.1:1", nil, []string{"no OTLP receiver answers at http://127.0.0.1:1/v1/metrics", "connection refused", "start a collector"}},
		{"nothing there, gRPC", "grpc://127.0.0.1:1", nil, []string{"no OTLP receiver answers at grpc://127.0.0.1:1", "connection refused", "start a collector"}},
		{"no TLS, HTTP", "https://" + hostHTTP, nil, []string{"It does not speak TLS: write http://"}},
		{"no TLS, gRPC", "grpcs://" + hostGRPC, nil, []string{"It does not speak TLS: write grpc://"}},
		{"TLS is wanted, HTTP", "http://" + tlsHTTP, nil, []string{"it wants TLS: write https://"}},
		{"TLS is wanted, gRPC", "grpc://" + tlsGRPC, nil, []string{"It may want TLS: write grpcs://"}},
		{"unknown certificate, HTTP", "https://" + tlsHTTP, nil, []string{"OTEL_EXPORTER_OTLP_CERTIFICATE"}},
		{"unknown certificate, gRPC", "grpcs://" + tlsGRPC, nil, []string{"OTEL_EXPORTER_OTLP_CERTIFICATE"}},
		{"known certificate, HTTP", "https://" + tlsHTTP, []string{caVariable, ca}, []string{"404 Not Found"}},
		{"known certificate, gRPC", "grpcs://" + tlsGRPC, []string{caVariable, ca}, []string{"Unimplemented", "has a pipeline for metrics"}},
		{"HTTP to the port for gRPC, TLS", "https://" + tlsGRPC, []string{caVariable, ca}, []string{"if it speaks gRPC, write grpcs://"}},
		{"gRPC to the port for HTTP, TLS", "grpcs://" + tlsHTTP, []string{caVariable, ca}, []string{"if it speaks HTTP, write https://"}},
	}
	for _, test := range tests {
		err := open(t, test.address, test.env...).Check(t.Context(), metrics.RunInfo{RunID: "r"})
		if len(test.want) == 0 && err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		for _, want := range test.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; want %q", test.name, err, want)
			}
		}
		if err != nil && (strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "t0psecret")) {
			t.Errorf("%s shows a secret: %v", test.name, err)
		}
	}
}

// TestClientCertificate shows one of our own to a receiver that wants it.
func TestClientCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	key, err := x509.MarshalPKCS8PrivateKey(server.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certificateFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{certificateFile: {Type: "CERTIFICATE", Bytes: server.Certificate().Raw}, keyFile: {Type: "PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	trust := []string{"OTEL_EXPORTER_OTLP_CERTIFICATE", certificateFile}
	if err := open(t, server.URL, trust...).Check(t.Context(), metrics.RunInfo{}); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("without a certificate: %v", err)
	}
	own := append(trust, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", certificateFile, "OTEL_EXPORTER_OTLP_CLIENT_KEY", keyFile)
	if err := open(t, server.URL, own...).Check(t.Context(), metrics.RunInfo{}); err != nil {
		t.Error(err)
	}
}
