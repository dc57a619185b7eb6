package prometheus

import (
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

func TestAddresses(t *testing.T) {
	cert, key := certificateFiles(t)
	files := "?cert=" + cert + "&key=" + key
	tests := []struct {
		address, env string // of the token
		listen       string
		token        string
		tls          bool
	}{
		{address: "", listen: "127.0.0.1:9464"},
		{address: "9999", listen: "127.0.0.1:9999"},
		{address: ":9999", listen: "127.0.0.1:9999"},
		{address: "127.0.0.1", listen: "127.0.0.1:9464"},
		{address: "localhost:1", listen: "localhost:1"},
		{address: "[::1]:9464", listen: "[::1]:9464"},
		{address: "127.8.8.8:0", listen: "127.8.8.8:0"},
		{address: "?token=given", env: "other", listen: "127.0.0.1:9464", token: "given"},
		{address: "127.0.0.1" + files, listen: "127.0.0.1:9464", tls: true},
		{address: "0.0.0.0:9464" + files + "&token=given", listen: "0.0.0.0:9464", token: "given", tls: true},
		{address: "[::]:9464" + files, env: "other", listen: "[::]:9464", token: "other", tls: true},
		{address: "metrics.example" + files, env: "other", listen: "metrics.example:9464", token: "other", tls: true},
	}
	for _, test := range tests {
		got, err := parseEndpoint(test.address, tokenFrom(test.env))
		if err != nil || got.listen() != test.listen || got.token != test.token || (got.tls != nil) != test.tls {
			t.Errorf("%q with the token %q: %+v, %v", test.address, test.env, got, err)
		}
	}
}

func tokenFrom(value string) func(string) string {
	return func(name string) string { return map[string]string{tokenVariable: value}[name] }
}

// TestAddressesThatAreRefused: what other machines can reach is never without a token and TLS, and no message has a secret.
func TestAddressesThatAreRefused(t *testing.T) {
	cert, key := certificateFiles(t)
	tests := []struct{ address, want string }{
		{"0.0.0.0:9464", "can be reached from other machines, so that prometheus needs a token and TLS: set PROMETHEUS_TOKEN, and write prometheus=0.0.0.0:9464?cert=FILE"},
		{"0.0.0.0:9464?token=secret", "needs a token and TLS"},
		{"[::]:9464?cert=" + cert + "&key=" + key, "needs a token and TLS"},
		{"192.0.2.1", "needs a token and TLS"},
		{"metrics.example:80?token=secret", "needs a token and TLS"},
		{"[::ffff:192.0.2.1]:80", "needs a token and TLS"},
		{"?cert=" + cert, "needs a certificate and its key"},
		{"?cert=/none.pem&key=/none.pem", "/none.pem"},
		{"?cert=" + os.DevNull + "&key=" + key, "read the certificate of prometheus"},
		{"?tokn=secret", `no option "tokn": did you mean "token"?`},
		{"?secret/=", "cannot be read: write prometheus=HOST:PORT"},
		{"127.0.0.1:x", "cannot be read"},
		{"127.0.0.1:99999", "ports go up to 65535"},
		{"me:secret@127.0.0.1", "cannot be read"},
		{"http://me:secret@127.0.0.1:9090", "or prometheus-rw=http://HOST:9090 to send to a Prometheus"},
		{"127.0.0.1:9464/metrics", "cannot be read"},
	}
	for _, test := range tests {
		_, err := New(test.address, noEnv, time.Second, slog.Default())
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("New(%q) = %v; want %q", test.address, err, test.want)
		}
	}
}

// FuzzEndpoint: whatever is asked for, nothing is open to other machines.
func FuzzEndpoint(f *testing.F) {
	for _, seed := range []string{"", "9464", ":1", "0.0.0.0:1", "[::]:1?token=x", "localhost", "127.0.0.1:1?token=x&cert=y&key=z", "[::1%25lo]:1", "1.2.3.4\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := parseEndpoint(text, noEnv)
		if err != nil || e.tls != nil && e.token != "" {
			return
		}
		host, _, err := net.SplitHostPort(e.listen())
		host, _, _ = strings.Cut(host, "%") // a zone
		if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			t.Errorf("%q listens at %q, %v", text, e.listen(), err)
		}
	})
}
