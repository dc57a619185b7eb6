package dashboard

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
)

// A told run remembers what it was told.
type toldRun struct{ told []string }

func (r *toldRun) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	text, _ := io.ReadAll(request.Body)
	r.told = append(r.told, request.URL.Path+" "+string(text))
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{}`)
}

func (r *toldRun) Status() any { return map[string]bool{"ending": len(r.told) > 0} }

// TestNobodyGetsIn: each request is right but for one thing.
func TestNobodyGetsIn(t *testing.T) {
	o, run := serve(t, "", simulate().info), &toldRun{}
	o.Steer(run)
	defer o.close(t, nil)
	host := strings.TrimPrefix(o.url, "http://")
	_, port, _ := strings.Cut(host, ":")
	right := map[string]string{"Host": host, "Authorization": "Bearer " + o.secret, "Origin": o.url, "Sec-Fetch-Site": "same-origin"}
	for _, c := range []struct {
		name    string
		changes map[string]string
		path    string
		status  int
	}{
		{"the page itself", nil, "/v1/stop", 200},
		{"a program", map[string]string{"Origin": "", "Sec-Fetch-Site": ""}, "/v1/stop", 200},
		{"localhost", map[string]string{"Host": "localhost:" + port, "Origin": "http://localhost:" + port}, "/v1/stop", 200},
		{"no secret", map[string]string{"Authorization": ""}, "/v1/stop", 401},
		{"another secret", map[string]string{"Authorization": "Bearer " + strings.ToLower(o.secret)}, "/v1/stop", 401},
		{"a part of the secret", map[string]string{"Authorization": "Bearer " + o.secret[:25]}, "/v1/stop", 401},
		{"the secret in another way", map[string]string{"Authorization": "Basic " + o.secret}, "/v1/stop", 401},
		{"the secret as a query", map[string]string{"Authorization": ""}, "/v1/stop?token=" + o.secret, 401},
		{"the secret as a cookie", map[string]string{"Authorization": "", "Cookie": "token=" + o.secret}, "/v1/stop", 401},
		{"a name that was pointed here", map[string]string{"Host": "attacker.example:" + port, "Origin": "http://attacker.example:" + port}, "/v1/stop", 421},
		{"another port in the name", map[string]string{"Host": "127.0.0.1:1"}, "/v1/stop", 421},
		{"no port in the name", map[string]string{"Host": "127.0.0.1"}, "/v1/stop", 421},
		{"another site", map[string]string{"Origin": "http://127.0.0.1:1"}, "/v1/stop", 403},
		{"a site without a name", map[string]string{"Origin": "null"}, "/v1/stop", 403},
		{"the same name over TLS", map[string]string{"Origin": "https://" + host}, "/v1/stop", 403},
		{"another site, says the browser", map[string]string{"Origin": "", "Sec-Fetch-Site": "cross-site"}, "/v1/stop", 403},
		{"another port, says the browser", map[string]string{"Origin": "", "Sec-Fetch-Site": "same-site"}, "/v1/stop", 403},
		{"events without the secret", map[string]string{"Authorization": ""}, "/events", 401},
		{"the report without the secret", map[string]string{"Authorization": ""}, "/report.html", 401},
		{"a part without the secret", map[string]string{"Authorization": ""}, "/parts/node-0-0", 401},
		{"what is not there, without the secret", map[string]string{"Authorization": ""}, "/debug/pprof/", 401},
		{"what is not there", nil, "/debug/pprof/", 404},
		{"the page under a name that was pointed here", map[string]string{"Host": "attacker.example:" + port}, "/", 421},
	} {
		run.told = nil
		method := http.MethodGet
		if strings.HasPrefix(c.path, "/v1/") {
			method = http.MethodPost
		}
		request, err := http.NewRequestWithContext(t.Context(), method, o.url+c.path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		for _, headers := range []map[string]string{right, c.changes} {
			for name, value := range headers {
				if request.Header.Set(name, value); value == "" {
					request.Header.Del(name)
				}
				if name == "Host" {
					request.Host = value
				}
			}
		}
		answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != c.status || (len(run.told) > 0) != (c.status == 200) || strings.Contains(string(text), o.secret) {
			t.Errorf("%s: %s %q, told %q; want %d", c.name, answer.Status, text, run.told, c.status)
		}
		if answer.Header.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(answer.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: headers %v", c.name, answer.Header)
		}
	}
}

// TestStatus: before there is a run to steer nobody steers it; then pages hear of its status.
func TestStatus(t *testing.T) {
	o := serve(t, "", simulate().info)
	defer o.close(t, nil)
	if answer := o.get(t, "/v1/run"); answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("without a run: %s", answer.Status)
	}
	o.Steer(&toldRun{})
	page := o.read(t)
	defer page.answer.Body.Close()
	head, err := page.lines.ReadString('\n')
	text, err2 := page.lines.ReadString('\n')
	var status struct{ Ending *bool }
	if bad := json.Unmarshal([]byte(strings.TrimPrefix(text, "data: ")), &status); err != nil || err2 != nil || bad != nil || head != "event: status\n" || status.Ending == nil {
		t.Errorf("the first event is %q %q", head, text)
	}
}

// TestLocalhost is printed as the address that listens: of the other one, somebody else may have the port.
func TestLocalhost(t *testing.T) {
	o := serve(t, "localhost:0", simulate().info)
	defer o.close(t, nil)
	if host, _, err := net.SplitHostPort(strings.TrimPrefix(o.url, "http://")); err != nil || net.ParseIP(host) == nil {
		t.Errorf("it is at %s, %v", o.url, err)
	}
}

// TestBeyondThisMachine there is TLS, with a certificate that whoever opens the page can compare.
func TestBeyondThisMachine(t *testing.T) {
	var url, fingerprint string
	sink, err := New(Options{Address: "0.0.0.0:0", Log: slog.New(slog.DiscardHandler), Opened: func(u, f string) { url, fingerprint = u, f }})
	if err != nil {
		t.Fatal(err)
	}
	if err := sink.Start(t.Context(), simulate().info); err != nil {
		t.Fatal(err)
	}
	defer sink.Close(t.Context(), nil)
	if !strings.HasPrefix(url, "https://") || len(fingerprint) != 64 {
		t.Fatalf("it is at %s, with the fingerprint %q", url, fingerprint)
	}
	trusted := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(sink.endpoint.tls.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	trusted.AddCert(leaf)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, ServerName: sink.endpoint.shownHost()}, DisableKeepAlives: true}}
	answer, err := client.Get("https://127.0.0.1:" + sink.endpoint.place.Port + "/")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	plain, err := http.Get("http://127.0.0.1:" + sink.endpoint.place.Port + "/")
	if err != nil {
		t.Fatal(err)
	}
	plain.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if answer.StatusCode != http.StatusOK || plain.StatusCode != http.StatusBadRequest {
		t.Errorf("over TLS %s, without %s", answer.Status, plain.Status)
	}
}
