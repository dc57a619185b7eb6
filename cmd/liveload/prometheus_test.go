package main

import (
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/sinks/outputtest"
)

// TestPrometheusScrapesTheEnd: the run waits for the scrape that has everything.
func TestPrometheusScrapesTheEnd(t *testing.T) {
	address := outputtest.FreeAddress(t)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	script, result := writeScript(t, twice), filepath.Join(t.TempDir(), "result.json")
	code, _, stderr := inside(t, &fakeEngine{}, nil, script, "--out", "prometheus="+address)
	if want := "something listens at " + address + " already: end it, or choose another port"; code != exitError || !strings.Contains(stderr, want) {
		t.Errorf("exit code %d, want %q in\n%s", code, want, stderr)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	var scraper sync.WaitGroup
	last := ""
	scraper.Go(func() {
		for tick := time.Tick(50 * time.Millisecond); ; {
			select {
			case <-over:
				return
			case <-tick:
			}
			if reply, err := http.Get("http://" + address + "/metrics"); err == nil {
				if text, err := io.ReadAll(reply.Body); err == nil {
					last = string(text)
				}
				reply.Body.Close()
			}
		}
	})
	code, stdout, stderr := inside(t, &fakeEngine{}, nil, script, "--out", "prometheus="+address, "--result", result)
	close(over)
	scraper.Wait()
	http.DefaultClient.CloseIdleConnections()
	r := readResult(t, result)
	want := `liveload_iterations_total{outcome="ok",run="` + r.RunID + `",scenario="scenario"} 2`
	if code != exitOK || len(r.Health.Notes) > 0 || !strings.Contains(last, want) {
		t.Errorf("exit code %d, notes %q, the last scrape has no %s:\n%s%s%s", code, r.Health.Notes, want, last, stdout, stderr)
	}
}

func TestPrometheusRemoteWriteThatIsNotThere(t *testing.T) {
	code, _, stderr := inside(t, &fakeEngine{}, nil, writeScript(t, twice), "--out", "prometheus-rw=http://me:secret@127.0.0.1:1")
	want := "no Prometheus answers at http://127.0.0.1:1/api/v1/write: dial tcp 127.0.0.1:1: connect: connection refused. Nothing listens there: start Prometheus"
	if code != exitError || !strings.Contains(stderr, want) || strings.Contains(stderr, "secret") {
		t.Errorf("exit code %d, want %q in\n%s", code, want, stderr)
	}
}
