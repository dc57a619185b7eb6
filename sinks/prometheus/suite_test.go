package prometheus

import (
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/prometheus/prometheustest"
)

func noEnv(string) string { return "" }

// TestSuite holds the promises of every output, with a real server that scrapes over TLS with a token.
func TestSuite(t *testing.T) {
	const token = "s3cret-token"
	cert, key := certificateFiles(t)
	at := outputtest.FreeAddress(t)
	s := prometheustest.Start(t, prometheustest.Options{Scrape: prometheustest.Target(at, "2s",
		"scheme: https", "tls_config: { ca_file: "+cert+" }", "authorization: { credentials: "+token+" }")})
	outputtest.Run(t, func(t *testing.T, log *slog.Logger) outputtest.Rig {
		began := time.Now()
		sink, err := New(fmt.Sprintf("%s?cert=%s&key=%s&token=%s", at, cert, key, token), noEnv, 3*time.Minute, log)
		if err != nil {
			t.Fatal(err)
		}
		return outputtest.Rig{
			Sink: sink, Newest: true, Secret: token,
			Arrived: func(t *testing.T) []outputtest.Row { return clicks(t, s, began) },
			Hang:    func() { hang(t, at) },
		}
	})
}

// hang begins a request without an end.
func hang(t *testing.T, address string) {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	if _, err := connection.Write([]byte{22, 3, 1}); err != nil { // of a TLS handshake
		t.Fatal(err)
	}
}

// clicks returns the series of the suite in the order of their values.
func clicks(t *testing.T, s *prometheustest.Server, since time.Time) (found []outputtest.Row) {
	t.Helper()
	s.Settle(t, 0)
	query := fmt.Sprintf(`last_over_time({__name__=~"liveload_test_.*"}[%dms])`, time.Since(since).Milliseconds())
	for _, sample := range s.Query(t, query, time.Now()) {
		metric := strings.TrimSuffix(strings.TrimPrefix(sample.Labels["__name__"], "liveload_"), "_total")
		found = append(found, outputtest.Row{
			Scenario: sample.Labels["scenario"], Node: sample.Labels["node"], Metric: metric, Labels: sample.Labels, Value: sample.Value(),
		})
	}
	slices.SortFunc(found, func(a, b outputtest.Row) int { return cmp.Compare(a.Value, b.Value) })
	return found
}

// certificateFiles writes a certificate for 127.0.0.1 and its key.
func certificateFiles(t *testing.T) (cert, key string) {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	server.Close()
	pair := server.TLS.Certificates[0]
	private, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name, kind string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", pair.Certificate[0]), write("key.pem", "PRIVATE KEY", private)
}
