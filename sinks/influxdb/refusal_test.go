package influxdb

import (
	"compress/gzip"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/pump"
)

var twoLines = []pump.Record{{Points: 1, Data: []byte("a value=1 1")}, {Points: 1, Data: []byte("b value=2 2")}}

// serve answers every write in one way.
func serve(t *testing.T, status int, header map[string]string, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestRefusals: what the pump is told of each answer, and what people are told when the check gets it.
func TestRefusals(t *testing.T) {
	json := map[string]string{"Content-Type": "application/json; charset=utf-8"}
	tests := []struct {
		name   string
		status int
		header map[string]string
		body   string
		send   string // kind: reason
		check  string
	}{
		{"2: token", 401, json, `{"code":"unauthorized","message":"unauthorized access"}`,
			"credentials: 401: unauthorized access", "check the token, or create one: influx auth create --write-buckets --org 'acme' (InfluxDB 2), influxdb3 create token --admin (3)"},
		{"2: rights", 403, json, `{"code":"forbidden","message":"insufficient permissions for write"}`,
			"credentials: 403: insufficient permissions for write", "use a token that may write to the bucket: influx auth create --write-buckets --org 'acme'"},
		{"2: bucket", 404, json, `{"code":"not found","message":"bucket \"load\" not found"}`,
			`credentials: 404: bucket "load" not found`, "influx bucket create --name 'load' --org 'acme'"},
		{"2: organization", 404, json, `{"code":"not found","message":"organization name \"acme\" not found"}`,
			`credentials: 404: organization name "acme" not found`, "influx org list"},
		{"2: bad line", 400, json, `{"code":"invalid","message":"unable to parse 'x': missing fields"}`,
			"refused: 400: unable to parse 'x': missing fields", "its log may say more"},
		{"2: old points", 422, json, `{"code":"unprocessable entity","message":"failure writing points to database: partial write: points beyond retention policy dropped=2"}`,
			"lost 2: 422: failure writing points", "its log may say more"},
		{"1.8: unknown number", 400, json, `{"code":"invalid","message":"partial write: unable to parse 'x': missing fields dropped=0"}`,
			"refused: 400: partial write", "its log may say more"},
		{"3: token", 401, json, `{"error":"the request was not authenticated"}`, "credentials: 401: ", "influxdb3 create token --admin (3)"},
		{"3: partial write", 400, json, `{"error":"partial write of line protocol occurred","data":[{"original_line":"x","line_number":1,"error_message":"invalid"}]}`,
			"refused: 400: ", "its log may say more"},
		{"too large", 413, json, `{"code":"request too large","message":"cannot read data: points batch is too large"}`,
			"refused: 413: cannot read data: points batch is too large", "its log may say more"},
		{"limit", 429, map[string]string{"Retry-After": "7"}, "", "busy 7s: 429: Too Many Requests", "429: Too Many Requests"},
		{"unavailable", 503, nil, "", "busy 0s: 503: Service Unavailable", "503"},
		{"1.8: no retention policy", 500, map[string]string{"Content-Type": "application/json", "X-Influxdb-Error": "retention policy not found: load"}, `{"error":"x"}`,
			"credentials: 500: retention policy not found: load", "CREATE RETENTION POLICY"},
		{"error", 500, nil, "engine: cache full\n", "again: write to InfluxDB at http://HOST: 500: engine: cache full", "500: engine: cache full"},
		{"timeout", 408, nil, "slow", "again: write to InfluxDB at http://HOST: 408: slow", "408: slow"},
		{"a page", 200, map[string]string{"Content-Type": "text/html; charset=utf-8"}, "<html>",
			"again: write to InfluxDB at http://HOST: it answers with a page for people", "it answers with a page for people, so that something else listens there"},
		{"gateway", 502, map[string]string{"Content-Type": "text/html"}, "<html>\n" + strings.Repeat("<b>", 300),
			"again: write to InfluxDB at http://HOST: 502: <html> " + strings.Repeat("<b>", 97) + "<b...", "502: <html>"},
		{"an echo", 400, nil, "Authorization: Token topsecret", "refused: 400: Authorization: Token ***", "Authorization: Token ***"},
		{"elsewhere", 302, map[string]string{"Location": "https://other/write?bucket=load"}, "",
			"credentials: 302: ", "use that address instead: https://other/write"},
	}
	for _, test := range tests {
		url := serve(t, test.status, test.header, test.body)
		o := open(t, url+"?org=acme&bucket=load&token=topsecret")
		if got, want := kind(o.Send(t.Context(), twoLines)), strings.Replace(test.send, "http://HOST", url, 1); !strings.HasPrefix(got, want) {
			t.Errorf("%s: Send says %q, want %q", test.name, got, want)
		}
		if err := o.Check(t.Context(), metrics.RunInfo{}); err == nil || !strings.Contains(err.Error(), test.check) || strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%s: Check says %v, want %q", test.name, err, test.check)
		}
	}
}

// kind says what the pump makes of an error.
func kind(err error) string {
	var refused *pump.RefusedError
	var busy *pump.BusyError
	var partial *pump.PartialError
	switch {
	case errors.As(err, &partial):
		return fmt.Sprintf("lost %d: %v", partial.Lost, err)
	case errors.As(err, &refused) && refused.Everything:
		return "credentials: " + err.Error()
	case errors.As(err, &refused):
		return "refused: " + err.Error()
	case errors.As(err, &busy):
		return "busy " + busy.RetryAfter.String() + ": " + err.Error()
	case err != nil:
		return "again: " + err.Error()
	}
	return "sent"
}

// TestOneRequestForABatch: all lines in one body, packed unless the address says otherwise.
func TestOneRequestForABatch(t *testing.T) {
	for option, encoding := range map[string]string{"": "gzip", "&gzip=false": ""} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := io.Reader(r.Body)
			if encoding != "" {
				unpacked, err := gzip.NewReader(body)
				if err != nil {
					t.Error(err)
					return
				}
				body = unpacked
			}
			text, err := io.ReadAll(body)
			if err != nil || string(text) != "a value=1 1\nb value=2 2" || r.Header.Get("Content-Encoding") != encoding {
				t.Errorf("%q %q, %v", r.Header.Get("Content-Encoding"), text, err)
			}
			if got, want := r.URL.String(), "/api/v2/write?bucket=load%2Fmonth&org=a+b&precision=ns"; got != want {
				t.Errorf("request %s, want %s", got, want)
			}
			w.WriteHeader(http.StatusNoContent)
		}))
		if err := open(t, server.URL+"?bucket=load/month&org=a%20b"+option).Send(t.Context(), twoLines); err != nil {
			t.Error(err)
		}
		server.Close()
	}
}

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for options, want := range map[string]string{"?ca=" + ca: "", "?insecure=true": "", "": "?ca=FILE"} {
		err := open(t, server.URL+options).Check(t.Context(), metrics.RunInfo{})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v; want %q", options, err, want)
		}
	}
}

// TestNoAnswer: a server that accepts and never answers holds nobody longer than the context says.
func TestNoAnswer(t *testing.T) {
	gone := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-gone }))
	defer server.Close()
	defer close(gone)
	o := open(t, server.URL)
	for name, call := range map[string]func(context.Context) error{
		"Send":  func(ctx context.Context) error { return o.Send(ctx, twoLines) },
		"Check": func(ctx context.Context) error { return o.Check(ctx, metrics.RunInfo{}) },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
}
