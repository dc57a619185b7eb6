//go:build linux

package faults

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/prometheus/prometheustest"
)

// TestSecrets: secrets are planted wherever a run can have some, and a script that fails shows them in every way. Nothing that the
// run leaves, prints or sends has one of them, however it is written.
func TestSecrets(t *testing.T) {
	t.Parallel()
	app, folder := rig.StartApp(t), t.TempDir()
	server := newListener(t)
	secrets := plant()
	results := filepath.Join(folder, "results")
	summary := filepath.Join(folder, "summary.md")
	script := writeScript(t, secrets, app.URL)
	variables := []string{
		"LIVELOAD_CONFIG_API_TOKEN=" + secrets["token"], "SHOP_SECRET=" + secrets["env"], "GITHUB_STEP_SUMMARY=" + summary, "LIVELOAD_PROBE_HEADER=Authorization: Bearer " + secrets["probe"],
		"OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20" + secrets["otlp"], "PROMETHEUS_RW_TOKEN=" + secrets["remote"],
	}
	metrics, dashboard := outputtest.FreeAddress(t), outputtest.FreeAddress(t)
	args := []string{
		script, "--config", "baseURL=" + app.URL, "--config-secret", "adminPassword=" + secrets["admin"], "--config-secret", "apiToken", "--config", "password=" + secrets["config"],
		"--iterations", "12", "--evidence-dir", results, "--trace", "on-failure", "--log-level", "debug", "--summary-junit", filepath.Join(results, "junit.xml"),
		"--report", filepath.Join(results, "report.html"), "--report", filepath.Join(results, "report.md"), "--max-failures", "off",
		"--out", "csv=" + filepath.Join(results, "points.csv"), "--out", "jsonl=" + filepath.Join(results, "points.jsonl"),
		"--out", "influxdb=" + server.URL + "?bucket=load&org=x&token=" + secrets["influx"], "--probe", "prometheus=" + app.URL + "/metrics",
		"--out", "otlp=" + server.URL, "--out", "prometheus-rw=" + server.URL + "/api/v1/write", "--out", "influxdb=" + server.URL + "/away?bucket=load&org=x&token=" + secrets["influx"], "--out-timeout", "1s",
		"--out", "prometheus=" + metrics, "--dashboard=" + dashboard,
	}
	c := rig.StartWith(t, variables, args...)
	w := watch()
	w.poll(often, "the metrics page", "http://"+metrics+"/metrics", nil)
	w.dashboard(c)
	w.journal(results)
	w.commands(c.Process.Pid)
	c.EndsWith(t, 1)
	left := w.end()
	result, err := os.ReadFile(c.File())
	if err != nil {
		t.Fatalf("%v\n%s", err, c.Output)
	}
	inspected := rig.StartWith(t, variables, append([]string{"inspect"}, args...)...)
	inspected.End(t)
	maps.Copy(left, map[string][]byte{"the output": []byte(c.Output.String()), "the Result": result, "inspect": []byte(inspected.Output.String())})
	maps.Copy(left, server.received())
	readTree(t, folder, left)
	hasNone(t, left, secrets)
	hasMarks(t, left, "the output", "the Result", "inspect", "page.html", "console.txt", "failure.txt", "junit.xml", "report.md", "points.csv", "points.jsonl", "summary.md",
		"what InfluxDB got", "what the collector got", "what Prometheus got", "the metrics page", "the events of the dashboard", "the journal", "the numbers of the journal", "/records")
	if len(left["the command lines"]) == 0 {
		t.Error("no command line was seen")
	}
	if n := strings.Count(string(result), `"reason_inspect"`); n < 10 {
		t.Errorf("the Result has %d failures, want those of 12 iterations", n)
	}
}

// plant makes secrets, whose names say where they are.
func plant() map[string]string {
	secrets := map[string]string{}
	for _, name := range []string{
		"tag", "header", "basic", "cookie", "storage", "returned", "query", "set", "typed", "sent", "logged", "admin", "token", "config", "env", "influx", "probe", "otlp", "remote",
	} {
		secrets[name] = name + "-" + rand.Text()[:12]
	}
	secrets["admin"] += ` "&<é>/=`
	return secrets
}

// hasNone fails the test when a secret is somewhere, however it is written.
func hasNone(t *testing.T, left map[string][]byte, secrets map[string]string) {
	t.Helper()
	for where, text := range left {
		for name, secret := range secrets {
			for how, written := range spellings(secret) {
				if i := bytes.Index(text, []byte(written)); i >= 0 {
					t.Errorf("%s has the secret %s (%s): …%s…", where, name, how, text[max(0, i-100):min(len(text), i+len(written)+40)])
				}
			}
		}
	}
}

// hasMarks fails the test when nothing was redacted in a text.
func hasMarks(t *testing.T, left map[string][]byte, names ...string) {
	t.Helper()
	for _, want := range names {
		if !hasMark(left, want) {
			t.Errorf("%s says nowhere that something is redacted: was the secret there at all?", want)
		}
	}
}

func hasMark(left map[string][]byte, name string) bool {
	for where, text := range left {
		if strings.HasSuffix(where, name) && bytes.Contains(text, []byte("[redacted]")) {
			return true
		}
	}
	return false
}

// spellings are the ways in which a secret is looked for.
func spellings(secret string) map[string]string {
	inJSON, _ := json.Marshal(secret)
	return map[string]string{
		"as it is": secret, "in an address": url.QueryEscape(secret), "in a path": url.PathEscape(secret), "in JSON": strings.Trim(string(inJSON), `"`),
		"in base64": base64.StdEncoding.EncodeToString([]byte(secret)), "in hexadecimal": hex.EncodeToString([]byte(secret)),
		"as credentials": base64.StdEncoding.EncodeToString([]byte("joe:" + secret)), "the random part": strings.SplitN(secret, "-", 2)[1][:8],
	}
}

func writeScript(t *testing.T, secrets map[string]string, origin string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/secrets.js")
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]string{"origin": origin}
	for _, name := range []string{"tag", "header", "basic", "cookie", "storage", "returned", "query", "set", "typed", "sent", "logged"} {
		own[name] = secrets[name]
	}
	literal, err := json.Marshal(own)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "secrets.js")
	if err := os.WriteFile(path, bytes.Replace(text, []byte("const s = SECRETS"), append([]byte("const s = "), literal...), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readTree reads all files below a folder, also those within archives. What may have the content of pages is for its owner only.
func readTree(t *testing.T, folder string, into map[string][]byte) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		into["the name of "+path] = []byte(path)
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if mode := info.Mode().Perm(); path != folder && mode&0o077 != 0 && filepath.Base(path) != "summary.md" {
			t.Errorf("%s has the mode %o", path, mode)
		}
		if entry.IsDir() {
			return nil
		}
		if into[path], err = os.ReadFile(path); err != nil || filepath.Ext(path) != ".zip" {
			return err
		}
		return readArchive(path, into)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readArchive(path string, into map[string][]byte) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer archive.Close()
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil {
			return err
		}
		text, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		into[fmt.Sprintf("%s in %s", file.Name, path)] = text
		content.Close()
	}
	return nil
}

// A listener is an InfluxDB, a collector of OpenTelemetry and a Prometheus in one. It keeps all that it is sent, but for the header that
// is for it.
type listener struct {
	*httptest.Server
	mu   sync.Mutex
	sent map[string][]byte
	away atomic.Int64 // requests to a database that is away after the first one
}

func newListener(t *testing.T) *listener {
	t.Helper()
	l := &listener{sent: map[string][]byte{}}
	names := map[string]string{"/v1/metrics": "what the collector got", "/api/v1/write": "what Prometheus got"}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		name := cmp.Or(names[r.URL.Path], "what InfluxDB got")
		if strings.HasPrefix(r.URL.Path, "/away/") && l.away.Add(1) > 1 { // what it does not take is in the spool
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		l.sent[name] = append(l.sent[name], unpacked(r.Header.Get("Content-Encoding"), body)...)
		if name == "what the collector got" {
			w.Header().Set("Content-Type", "application/x-protobuf") // nothing in it
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) received() map[string][]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.sent)
}

func unpacked(encoding string, body []byte) []byte {
	switch encoding {
	case "snappy":
		text, _ := prometheustest.Unpack(body)
		return text
	case "gzip":
	default:
		return body
	}
	packed, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return body
	}
	text, _ := io.ReadAll(packed)
	return text
}
