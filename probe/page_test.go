package probe

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/metrics"
)

// probeOf returns a probe of an application, and what it logs.
func probeOf(t *testing.T, address string, header http.Header, match ...string) (*Probe, *bytes.Buffer) {
	t.Helper()
	target, err := ParseTarget("prometheus=" + address)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	p, err := New(Options{Targets: []Target{target}, Match: match, Header: header, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p, &log
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// TestWhatCannotBeRead says what was tried, what came back and what helps, without secrets.
func TestWhatCannotBeRead(t *testing.T) {
	answer := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    string
	}{
		{"no credentials", answer(401, "text/plain", "who?"), "it answers 401 Unauthorized: give a user and password, --probe prometheus=http://USER:PASSWORD@"},
		{"another path", answer(404, "text/plain", ""), "it answers 404 Not Found: is /metrics where the application shows its metrics?"},
		{"ill", answer(500, "text/plain", ""), "it answers 500 Internal Server Error"},
		{"ill in its own words", func(w http.ResponseWriter, _ *http.Request) {
			connection, _, _ := http.NewResponseController(w).Hijack()
			_, _ = io.WriteString(connection, "HTTP/1.1 500 \x1b[31mNo\r\nContent-Length: 0\r\n\r\n")
			_ = connection.Close()
		}, "it answers 500 Internal Server Error"},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }, "it answers 302 Found, and redirects are not followed"},
		{"a page for people", answer(200, "text/html; charset=utf-8", "<p>"), "it answers with text/html, but metrics in the text format of Prometheus are needed"},
		{"another format", answer(200, "text/plain", "go_goroutines many\n"), "it is not in the text format of Prometheus: text format parsing error"},
		{"a long word", answer(200, "text/plain", "go_goroutines "+strings.Repeat("x", 10_000)+"\n"), "it is not in the text format of Prometheus: text format parsing error"},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "go_goroutines 1\n")
		}, "read the page: unexpected EOF"},
		{"a long line", answer(200, "text/plain", strings.Repeat("x", mostLine+1)), "the page has a line of more than 64 kB"},
		{"a huge page", func(w http.ResponseWriter, _ *http.Request) {
			for line := []byte(strings.Repeat("x", 1000) + " 1\n"); ; {
				if _, err := w.Write(line); err != nil {
					return
				}
			}
		}, "the page is larger than 1 MB"},
		{"a huge page in a small file", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			_, _ = packed.Write(bytes.Repeat([]byte(strings.Repeat("x", 1000)+" 1\n"), 1200))
			_ = packed.Close()
		}, "the page is larger than 1 MB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			address := strings.Replace(serve(t, test.handler), "http://", "http://me:hidden@", 1) + "?token=hidden"
			p, log := probeOf(t, address, http.Header{"X-Key": {"hidden"}})
			p.pages[0].most = 1 << 20
			err := p.Check(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "--probe prometheus=http://127.0.0.1:") {
				t.Errorf("Check = %v, want %s", err, test.want)
			}
			if text := err.Error(); len(text) > 500 || strings.Contains(text, "\x1b") {
				t.Errorf("the application's own words are shown: %q", text)
			}
			if text := fmt.Sprint(err, log, p.pages[0].target); strings.Contains(text, "hidden") {
				t.Errorf("a secret is shown: %s", text)
			}
		})
	}
}

func TestNobodyAnswers(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	p, _ := probeOf(t, server.URL, nil)
	if err := p.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "nothing listens there (connection refused)") {
		t.Errorf("Check = %v", err)
	}
}

// TestWarnings are sentences, also after a question.
func TestWarnings(t *testing.T) {
	for why, want := range map[string]string{"it answers 500": "it answers 500. Its server_ metrics", "is this its port?": "is this its port? Its server_ metrics"} {
		p, log := probeOf(t, "http://app", nil)
		p.pages[0].follow(nil, errors.New(why))
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s, want %s", log, want)
		}
	}
}

// TestASlowPage does not hold up anything, whether it never begins or never ends.
func TestASlowPage(t *testing.T) {
	for _, begun := range []string{"", "go_goroutines 1\n"} {
		address := serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, begun)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		})
		p, _ := probeOf(t, address, nil)
		reading, err := p.pages[0].read(t.Context(), 50*time.Millisecond, false)
		if err == nil || err.Error() != "it did not answer in full within 50ms" {
			t.Errorf("read = %v", err)
		}
		if got := texts(reading); len(got) != 1 || got[0] != "server_probe_failures + 1" {
			t.Errorf("reading %q", got)
		}
	}
}

func TestCredentials(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		fmt.Fprintf(w, "seen{user=%q,password=%q,key=%q,query=%q,accept=%q} 1\n", user, password, r.Header.Get("X-Key"), r.URL.RawQuery, r.Header.Get("Accept"))
	})
	p, _ := probeOf(t, strings.Replace(address, "http://", "http://me:a%2Fb@", 1)+"/metrics?x=1", http.Header{"X-Key": {"k"}}, "seen")
	if err := p.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	for key := range p.pages[0].history.series {
		if got, want := key.labels.With(metrics.TargetLabel, "").String(), "accept=text/plain;version\\=0.0.4,key=k,password=a/b,query=x\\=1,user=me"; got != want {
			t.Errorf("the application was asked with %s, want %s", got, want)
		}
	}
}

// TestFollow reads until it is told to stop, and once more. An application that is away for some readings is reported
// once, and counted each time.
func TestFollow(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 3 || n == 4 { // of Check, Begin, and then each second
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprintf(w, "shop_orders_total %d\n", n)
	}))
	defer server.Close()
	p, log := probeOf(t, server.URL, nil, "shop_*", "nothing*")
	if err := p.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Begin(t.Context())
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var got []string
	p.Follow(ctx, time.Now(), func(r *metrics.Reading) {
		got = append(got, strings.Join(texts(r), " "))
		if len(got) == 3 {
			stop()
		}
	})
	p.Close()
	want := []string{"server_probe_failures + 1", "server_probe_failures + 1", "server_shop_orders_total + 3 server_probe_failures + 0", "server_shop_orders_total + 1 server_probe_failures + 0"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("readings\n%s", strings.Join(got, "\n"))
	}
	text := log.String()
	for _, once := range []string{"cannot be read: it answers 503 Service Unavailable. Its server_ metrics are missing", "can be read again", "--probe-match nothing*: the application shows no metric of this name"} {
		if strings.Count(text, once) != 1 {
			t.Errorf("%q is not logged once:\n%s", once, text)
		}
	}
}

// TestCertificates: how to check one is said in the address, and the application does not get it.
func TestCertificates(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "seen{query=%q} 1\n", r.URL.RawQuery)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of the connections that we refuse
	server.StartTLS()
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"":                     "no answer: tls: failed to verify certificate: x509: certificate signed by unknown authority. Name the file with the certificate of its authority, ?ca=FILE, or do",
		"?insecure=false":      "certificate signed by unknown authority",
		"?insecure=true":       "",
		"?ca=" + ca:            "",
		"?key=hidden&ca=" + ca: "",
	} {
		p, _ := probeOf(t, server.URL+query, nil, "seen")
		err := p.Check(t.Context())
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", query, err, want)
		}
		for key := range p.pages[0].history.series {
			if got := key.labels.Get("query"); got != "" && got != "key=hidden" {
				t.Errorf("%s: the application was asked with %s", query, got)
			}
		}
	}
	for query, want := range map[string]string{"?insecure=maybe": "insecure=maybe in the address of the application: write true or false", "?ca=" + ca + "2": "ca.pem2: no such file"} {
		target, err := ParseTarget("prometheus=" + server.URL + query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(Options{Targets: []Target{target}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New = %v, want %s", err, want)
		}
	}
}

// TestBeginThatFails: what happened before the users is not counted, though the page could be read only later.
func TestBeginThatFails(t *testing.T) {
	n := 0
	p, log := probeOf(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 2 || n == 3 { // Begin, and the first second
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprintf(w, "shop_orders_total %d\n", n*n)
	}), nil, "shop_*")
	if err := p.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Begin(t.Context())
	var got []string
	for range 4 {
		reading, err := p.pages[0].read(t.Context(), firstPatience, false)
		got = append(got, strings.Join(texts(p.pages[0].follow(reading, err)), " "))
	}
	want := []string{"server_probe_failures + 1", "server_probe_failures + 0", "server_shop_orders_total + 9 server_probe_failures + 0", "server_shop_orders_total + 11 server_probe_failures + 0"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("readings\n%s", strings.Join(got, "\n"))
	}
	if strings.Count(log.String(), "begin only now: what it counted before is not known") != 1 {
		t.Errorf("the gap is not told once:\n%s", log)
	}
}

// TestAPageWithoutAnythingKnown is reported before the run.
func TestAPageWithoutAnythingKnown(t *testing.T) {
	p, log := probeOf(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "shop_orders_total 1\nshop_carts 2\n")
	}), nil)
	if err := p.Check(t.Context()); err != nil || !strings.Contains(log.String(), "but others, such as shop_orders_total, shop_carts: --probe-match reads others") {
		t.Errorf("%v\n%s", err, log)
	}
}

func TestUntilDue(t *testing.T) {
	for since, want := range map[time.Duration]time.Duration{
		0: 500, 400: 100, 500: 1000, 501: 999, 999: 501, 1500: 1000, -3000: 3500,
	} {
		if got := untilDue(since * time.Millisecond); got != want*time.Millisecond {
			t.Errorf("%d ms after the start, the next reading is due in %v, want %d ms", since, got, want)
		}
	}
}

// BenchmarkRead is what a page of 5000 lines costs each second, of which most is not wanted.
func BenchmarkRead(b *testing.B) {
	var page strings.Builder
	for i := range 100 {
		fmt.Fprintf(&page, "# TYPE other_%d_total counter\n", i)
		for k := range 45 {
			fmt.Fprintf(&page, "other_%d_total{path=\"/a/path/of/some/length/%d\",status=\"200\"} %d\n", i, k, k)
		}
	}
	page.WriteString("# TYPE shop_prom_ex_phoenix_http_requests_total counter\n")
	for k := range 300 {
		fmt.Fprintf(&page, "shop_prom_ex_phoenix_http_requests_total{path=\"/%d\",status=\"200\"} %d\n", k, k)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, page.String()) }))
	defer server.Close()
	target, err := ParseTarget("prometheus=" + server.URL)
	if err != nil {
		b.Fatal(err)
	}
	p, err := New(Options{Targets: []Target{target}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.pages[0].read(b.Context(), patience, false); err != nil {
			b.Fatal(err)
		}
	}
}
