package page_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/liveload/liveload/js/scripterr"
)

// zeros are 100 MB of them in blocks of deflate, behind which more could come.
func zeros(t *testing.T) []byte {
	t.Helper()
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(make([]byte, 1<<20))
	}
	if err := errors.Join(err, w.Flush()); err != nil {
		t.Fatal(err)
	}
	return bytes.Repeat(packed.Bytes(), 100)
}

// brotli are 100 MB of zeros, packed.
const brotli = "z///fwAkAOKxQHLv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIAcVgAuvf//P//B0ACIA4LQPf+n////wBIAMRhAeje/+f//w8ACYA4LADd+x8="

// tooLong serves what is too long, in all ways.
func tooLong(t *testing.T) http.Handler {
	mux := http.NewServeMux()
	packed, err := base64.StdEncoding.DecodeString(brotli)
	if err != nil {
		t.Fatal(err)
	}
	blocks := zeros(t)
	for encoding, bomb := range map[string][]byte{
		"gzip":    append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"), blocks...),
		"deflate": append([]byte("\x78\x01"), blocks...),
		"br":      packed,
	} {
		mux.HandleFunc("/"+encoding, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", encoding)
			_, _ = w.Write(bomb)
		})
	}
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		for block := make([]byte, 1<<20); ; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/says", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "3000000000") })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/endless", http.StatusFound) })
	mux.HandleFunc("/kept", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 12<<20)) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "<!doctype html>short") })
	return mux
}

// TestTooLargeResponses: Playwright's driver, which all users share, keeps no response that is too large, and not all that are not.
func TestTooLargeResponses(t *testing.T) {
	r := theRig
	site := httptest.NewServer(tooLong(t))
	defer site.Close()
	secure := httptest.NewTLSServer(site.Config.Handler)
	defer secure.Close()
	session, neighbour := r.session(t), r.session(t)
	for what, test := range map[string]struct{ body, want string }{
		"endless":    {"await page.request.get(url + '/endless')", "more than 64 MB: use liveload/http"},
		"length":     {"await context.request.get(url + '/says')", "has 3000000000 bytes, more than 64 MB: use liveload/http"},
		"redirect":   {"await page.request.get(url + '/moved')", "more than 64 MB: use liveload/http"},
		"gzip":       {"await page.request.fetch(url + '/gzip', { method: 'POST', multipart: { a: 'b' } })", "more than 64 MB when it is decompressed: use liveload/http"},
		"deflate":    {"await page.request.get(url + '/deflate')", "more than 64 MB when it is decompressed"},
		"brotli":     {"await page.request.get(url + '/br')", "more than 64 MB when it is decompressed"},
		"over HTTPS": {"await page.request.get(secure + '/endless', { ignoreHTTPSErrors: true })", "more than 64 MB: use liveload/http"},
		"route": {`let problem;
		  await page.route('**/endless', async (route) => {
		    try { await route.fetch(); } catch (e) { problem = e; }
		    await route.abort();
		  });
		  await page.goto(url + '/');
		  await page.evaluate(() => fetch('/endless').catch(() => 0));
		  throw problem;`, "more than 64 MB: use liveload/http"},
		"of a page": {`await page.goto(url + '/');
		  const [response] = await Promise.all([page.waitForResponse('**/gzip'), page.evaluate(() => fetch('/gzip').then((r) => r.blob()).then(() => 0))]);
		  await response.body();`, "the browser has not kept the body"},
		"body of a request": {"await page.request.post(url + '/', { data: new Uint8Array(7e7) })", "was given more than 64 MB"},
		"parts":             {"await page.request.post(url + '/', { multipart: { f: { name: 'f', mimeType: 'a/b', buffer: new Uint8Array(7e7) } } })", "was given more than 64 MB"},
		"argument":          {"await page.evaluate((s) => s.length, { deep: [new Uint8Array(7e7)] })", "was given more than 64 MB"},
		"dropped": {`const first = await page.request.get(url + '/kept');
		  for (let i = 0; i < 5; i++) await page.request.get(url + '/kept');
		  await first.body();`, "was disposed of, or dropped"},
	} {
		t.Run(what, func(t *testing.T) {
			config := map[string]any{"url": site.URL, "secure": secure.URL}
			body := "const { secure } = arguments[1];\n" + test.body
			err := r.person(t, session, body, config).iterate(t.Context())
			var e *scripterr.Error
			if !errors.As(err, &e) || !strings.Contains(e.Error(), test.want) || !strings.Contains(e.Error(), "test.js:") {
				t.Errorf("error = %v, want %q with its place", err, test.want)
			}
			for _, s := range []*person{
				r.person(t, session, "same(await (await page.request.get(url + '/')).text(), '<!doctype html>short', 'text');", config),
				r.person(t, neighbour, "same((await page.request.head(url + '/says')).status(), 200, 'status'); await page.goto(url + '/');", config),
			} {
				if err := s.iterate(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	peak := peakOfDriver(t) >> 20
	t.Logf("the driver took %d MB", peak)
	if peak > 700 {
		t.Errorf("that is too much")
	}
}

// peakOfDriver is the most memory, in bytes, that the package's driver has had.
func peakOfDriver(t *testing.T) int {
	t.Helper()
	files, _ := filepath.Glob("/proc/self/task/*/children")
	for _, file := range files {
		children, _ := os.ReadFile(file)
		for pid := range strings.FieldsSeq(string(children)) {
			command, _ := os.ReadFile("/proc/" + pid + "/cmdline")
			if !strings.Contains(string(command), "run-driver") {
				continue
			}
			status, _ := os.ReadFile("/proc/" + pid + "/status")
			_, rest, _ := strings.Cut(string(status), "VmHWM:")
			kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes << 10
		}
	}
	t.Fatal("no driver runs")
	return 0
}
