package otlp

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// envOf reads NAME=value, separated by blanks; a name lacks OTEL_EXPORTER_OTLP_.
func envOf(text string) environment {
	env := make(map[string]string)
	for _, entry := range strings.Fields(text) {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "OTEL_") {
			name = "OTEL_EXPORTER_OTLP_" + name
		}
		env[name] = value
	}
	return func(name string) string { return env[name] }
}

func TestEndpoints(t *testing.T) {
	const overHTTP, overGRPC, overHTTPS, overGRPCS = "HTTP", "gRPC", "HTTPS", "gRPC with TLS"
	tests := []struct{ address, env, protocol, target string }{
		{"", "", overHTTP, "http://localhost:4318/v1/metrics"},
		{"", "PROTOCOL=grpc", overGRPC, "localhost:4317"},
		{"", "PROTOCOL=http/protobuf METRICS_PROTOCOL=GRPC", overGRPC, "localhost:4317"},
		{"http://127.0.0.1:4318", "", overHTTP, "http://127.0.0.1:4318/v1/metrics"},
		{"http://127.0.0.1:4318/", "PROTOCOL=grpc", overHTTP, "http://127.0.0.1:4318/v1/metrics"},
		{"http://h/v1/metrics", "", overHTTP, "http://h/v1/metrics"},
		{"https://h/otlp/", "", overHTTPS, "https://h/otlp/v1/metrics"},
		{"https://h/a%2Fb", "", overHTTPS, "https://h/a%2Fb/v1/metrics"},
		{"https://h/otlp?tenant=a", "", overHTTPS, "https://h/otlp/v1/metrics?tenant=a"},
		{"127.0.0.1:4318", "", overHTTP, "http://127.0.0.1:4318/v1/metrics"},
		{"localhost:4317", "PROTOCOL=grpc", overGRPCS, "localhost:4317"},
		{"localhost:4317", "PROTOCOL=grpc INSECURE=True", overGRPC, "localhost:4317"},
		{"grpc://h", "", overGRPC, "h:4317"},
		{"grpc://[::1]:4317/", "", overGRPC, "[::1]:4317"},
		{"grpcs://h:443", "INSECURE=true", overGRPCS, "h:443"},
		{"", "ENDPOINT=http://h:4318", overHTTP, "http://h:4318/v1/metrics"},
		{"", "ENDPOINT=http://h:4318/mycollector/", overHTTP, "http://h:4318/mycollector/v1/metrics"},
		{"", "ENDPOINT=http://h:4318/a METRICS_ENDPOINT=https://m/v1/metrics/", overHTTPS, "https://m/v1/metrics/"},
		{"", "METRICS_ENDPOINT=http://m:4318", overHTTP, "http://m:4318/"},
		{"", "ENDPOINT=https://h PROTOCOL=grpc", overGRPCS, "h:443"},
		{"", "ENDPOINT=http://h:4317 PROTOCOL=grpc", overGRPC, "h:4317"},
		{"http://given", "ENDPOINT=http://h METRICS_ENDPOINT=http://m", overHTTP, "http://given/v1/metrics"},
	}
	for _, test := range tests {
		s, err := parseSettings(test.address, envOf(test.env))
		protocol := map[[2]bool]string{{false, false}: overHTTP, {true, false}: overGRPC, {false, true}: overHTTPS, {true, true}: overGRPCS}[[2]bool{s.grpc, s.secure}]
		if err != nil || protocol != test.protocol || s.target != test.target || (s.tls != nil) != s.secure || strings.Contains(s.server, "tenant") {
			t.Errorf("%q with %q: %s at %s (%s), %v", test.address, test.env, protocol, s.target, s.server, err)
		}
	}
}

func TestSettings(t *testing.T) {
	s, err := parseSettings("", envOf("HEADERS=A=1,b=%20x%2Cy==%20,a=2, METRICS_TIMEOUT=250 TIMEOUT=7 COMPRESSION=none METRICS_TEMPORALITY_PREFERENCE=Delta "+
		"OTEL_RESOURCE_ATTRIBUTES=service.name=shop,a%2Cb=c%3Dd OTEL_SERVICE_NAME=checkout"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []pair{{"b", " x,y== "}, {"a", "2"}}; !slices.Equal(s.headers, want) {
		t.Errorf("headers %q", s.headers)
	}
	if s.timeout != 250*time.Millisecond || s.gzip || !s.delta {
		t.Errorf("%+v", s)
	}
	if want := []pair{{"a,b", "c=d"}, {"service.name", "checkout"}}; !slices.Equal(s.resource, want) {
		t.Errorf("resource %q", s.resource)
	}
	if s, err = parseSettings("", envOf("")); err != nil || s.timeout != defaultTimeout || !s.gzip || s.delta || len(s.headers)+len(s.resource) > 0 {
		t.Errorf("without an environment: %+v, %v", s, err)
	}
}

// TestMistakes: no message has a secret in it.
func TestMistakes(t *testing.T) {
	tests := []struct{ address, env, want string }{
		{"ftp://h", "", "the address begins with ftp://: write http:// or https:// for OTLP over HTTP"},
		{"http://ann:secret@h", "", "put credentials into OTEL_EXPORTER_OTLP_HEADERS"},
		{"http://ann:12/secret@h", "", "put credentials into OTEL_EXPORTER_OTLP_HEADERS"},
		{"http://h#secret", "", "cannot be read: write http://HOST:4318"},
		{"http://", "", "cannot be read"},
		{"http://h:x", "", "cannot be read"},
		{"http://h?secret=%zz", "", "cannot be read"},
		{"grpc://h/v1/metrics", "", "gRPC has no paths"},
		{"grpc://h?token=secret", "", "gRPC has no paths"},
		{"", "METRICS_ENDPOINT=://secret", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT cannot be read"},
		{"", "ENDPOINT=http://h/path PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_ENDPOINT has something behind host and port"},
		{"", "PROTOCOL=http/json", `OTEL_EXPORTER_OTLP_PROTOCOL is "http/json", but must be grpc or http/protobuf`},
		{"", "METRICS_PROTOCOL=x PROTOCOL=grpc", `OTEL_EXPORTER_OTLP_METRICS_PROTOCOL is "x"`},
		{"", "COMPRESSION=zstd", `OTEL_EXPORTER_OTLP_COMPRESSION is "zstd", but must be gzip or none`},
		{"", "TIMEOUT=10s", `OTEL_EXPORTER_OTLP_TIMEOUT is "10s", but must be milliseconds, such as 10000`},
		{"", "TIMEOUT=-1", "must be milliseconds"},
		{"", "METRICS_TEMPORALITY_PREFERENCE=all", "must be cumulative or delta or lowmemory"},
		{"", "HEADERS=secret", "OTEL_EXPORTER_OTLP_HEADERS: entry 1 is not NAME=VALUE"},
		{"", "HEADERS=a=b,Authorization:secret", "entry 2 is not NAME=VALUE"},
		{"", "HEADERS==secret", "entry 1 is not NAME=VALUE"},
		{"", "METRICS_HEADERS=a=secret%x", "OTEL_EXPORTER_OTLP_METRICS_HEADERS: entry 1 has a % without two hexadecimal digits"},
		{"", "HEADERS=a=secret%ff", "entry 1 is not UTF-8"},
		{"", "HEADERS=a=secret%0D%0Ab:c", "the value of a has characters that no header may have"},
		{"", "HEADERS=a%20b=secret", "the name of header 1 has characters that no header may have"},
		{"", "HEADERS=content-type=secret", "content-type cannot be set: leave it out"},
		{"", "HEADERS=grpc-timeout=secret", "grpc-timeout cannot be set: leave it out"},
		{"", "OTEL_RESOURCE_ATTRIBUTES=a", "OTEL_RESOURCE_ATTRIBUTES: entry 1 is not NAME=VALUE"},
		{"https://h", "CERTIFICATE=/none.pem", "read the certificates of OTEL_EXPORTER_OTLP_CERTIFICATE: open /none.pem"},
		{"https://h", "CERTIFICATE=settings_test.go", "settings_test.go has none in PEM format"},
		{"https://h", "CLIENT_KEY=/key.pem", "OTEL_EXPORTER_OTLP_CLIENT_KEY is set without OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"},
		{"https://h", "METRICS_CLIENT_CERTIFICATE=/c.pem", "OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE is set without OTEL_EXPORTER_OTLP_CLIENT_KEY"},
		{"grpcs://h", "CLIENT_CERTIFICATE=/c.pem CLIENT_KEY=/key.pem", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY: open /c.pem"},
	}
	for _, test := range tests {
		_, err := New(test.address, envOf(test.env))
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q with %q: %v; want %q", test.address, test.env, err, test.want)
		}
	}
}

// FuzzSettings: whatever stands in the address and in headers is read or refused, and both transports can be made of it.
func FuzzSettings(f *testing.F) {
	f.Add("http://127.0.0.1:4318", "a=b,c=%20d", "service.name=x")
	f.Add("grpcs://[::1]:4317", "authorization=Bearer%20x", "")
	f.Add("h:4317/%2F?x=%zz#y", "%3D=%,=", "a=%ff")
	f.Fuzz(func(t *testing.T, address, headers, resource string) {
		env := map[string]string{"OTEL_EXPORTER_OTLP_HEADERS": headers, "OTEL_RESOURCE_ATTRIBUTES": resource}
		o, err := New(address, func(name string) string { return env[name] })
		if err != nil {
			if len(headers) > 20 && strings.Contains(err.Error(), headers) {
				t.Errorf("the headers are in the error: %v", err)
			}
			return
		}
		if !o.grpc {
			request, err := o.transport.(*httpTransport).request(t.Context(), nil)
			if err != nil || request.URL.Host == "" {
				t.Errorf("%q: %v", address, err)
			}
		}
		if err := o.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
