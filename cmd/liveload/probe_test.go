package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// An application is a tested one that counts its requests, and shows that after a reading or two too, at /metrics. It
// can be made to answer with an error.
type application struct {
	*httptest.Server
	requests atomic.Int64
	broken   atomic.Bool
	readings atomic.Int64
}

func startApplication(t *testing.T) *application {
	a := &application{}
	mux := http.NewServeMux()
	mux.HandleFunc("/metrics", func(w http.ResponseWriter, r *http.Request) {
		a.readings.Add(1)
		if _, password, _ := r.BasicAuth(); password != "pass/word" {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		if a.broken.Load() {
			http.Error(w, "I am ill", http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "# TYPE shop_orders_total counter\nshop_orders_total{plan=\"pro\"} %d\n# TYPE go_goroutines gauge\ngo_goroutines 7\n", a.requests.Load())
	})
	mux.HandleFunc("/order", func(http.ResponseWriter, *http.Request) { a.requests.Add(1) })
	mux.HandleFunc("/break", func(http.ResponseWriter, *http.Request) { a.broken.Store(true) })
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

// probeFlag is the flag that reads it.
func (a *application) probe() string {
	return "--probe=prometheus=" + strings.Replace(a.URL, "http://", "http://reader:pass%2Fword@", 1)
}

const orders = `import http from 'liveload/http';
	export default async (user, config) => { for (const path of config.paths.split(',')) { await http.get(config.baseURL + path); } user.halt(); };
	export const config = (given) => given;`

// TestProbe: what the application counts is in the Result, in an output, and in thresholds, exactly.
func TestProbe(t *testing.T) {
	a := startApplication(t)
	a.requests.Store(1000) // before the run
	dir := t.TempDir()
	result, points := filepath.Join(dir, "r.json"), filepath.Join(dir, "points.jsonl")
	code, out, complaints := inside(t, &fakeEngine{}, nil, writeScript(t, orders), a.probe(), "--probe-match", "shop_*",
		"--users", "3", "--config", "paths=/order,/order,/order", "--config", "baseURL="+a.URL, "--result", result, "--out", "jsonl="+points,
		"--threshold", "server_shop_orders_total{plan:pro}:count==9", "--threshold", "server_go_goroutines:max<8",
		"--threshold", "server_shop_orders_total:count<5", "--threshold", "server_probe_failures:count==0")
	if code != exitThresholds || !strings.Contains(complaints, "1 of 4 thresholds was not met:\n  scenario: server_shop_orders_total: count<5: 9") {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
	r := readResult(t, result)
	if n := r.Global.Counters["server_shop_orders_total"].Aggregate; n != a.requests.Load()-1000 {
		t.Errorf("%d orders, but the application has counted %d", n, a.requests.Load()-1000)
	}
	if g := r.Global.Gauges["server_go_goroutines"].Aggregate; g != (metrics.GaugeValue{Last: 7, Min: 7, Max: 7}) {
		t.Errorf("goroutines %+v", g)
	}
	var over int64
	for _, n := range r.Global.TimeSeries.Counters["server_shop_orders_total"].Aggregate {
		over += n
	}
	if over != 9 {
		t.Errorf("%d orders in the time series, want 9", over)
	}
	if total := lastTotal(t, points, "server_shop_orders_total"); total != 9 {
		t.Errorf("%v orders in the file of points, want 9", total)
	}
	content, err := os.ReadFile(result)
	if err != nil || strings.Contains(string(content)+out+complaints, "pass") {
		t.Errorf("the password is shown, %v:\n%s%s", err, out, complaints)
	}
}

func lastTotal(t *testing.T, file, metric string) (total float64) {
	t.Helper()
	content, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	for lines := bufio.NewScanner(content); lines.Scan(); {
		var p struct {
			Metric string
			Total  *float64
		}
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if p.Metric == metric && p.Total != nil {
			total = *p.Total
		}
	}
	return total
}

// TestTheApplicationStopsAnswering: the run goes on, says so once, and knows how often.
func TestTheApplicationStopsAnswering(t *testing.T) {
	a := startApplication(t)
	result := filepath.Join(t.TempDir(), "r.json")
	code, out, complaints := inside(t, &fakeEngine{}, nil, writeScript(t, orders), a.probe(), "--config", "paths=/order,/break", "--config", "baseURL="+a.URL, "--result", result)
	if code != exitOK {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
	note := fmt.Sprintf("the metrics of the application at %s could not be read once: the server_ metrics of those seconds are missing", strings.TrimPrefix(a.URL, "http://"))
	r := readResult(t, result)
	if notes := strings.Join(r.Health.Notes, "\n"); notes != note || r.Global.Counters["server_probe_failures"].Aggregate != 1 {
		t.Errorf("notes %q, failures %+v", notes, r.Global.Counters["server_probe_failures"])
	}
	if warning := "cannot be read: it answers 500 Internal Server Error. Its server_ metrics are missing until it answers again"; strings.Count(complaints, warning) != 1 || !strings.Contains(out, note) {
		t.Errorf("printed\n%s%s", out, complaints)
	}
}

// TestTheApplicationDoesNotAnswer: the run ends before anything starts, and says what helps.
func TestTheApplicationDoesNotAnswer(t *testing.T) {
	a := startApplication(t)
	browsers := &fakeEngine{onOpen: func() { t.Error("a user started") }}
	code, out, complaints := inside(t, browsers, nil, writeScript(t, orders), "--probe", "prometheus="+a.URL)
	if code != exitError || out != "" || !strings.Contains(complaints, "Error: --probe prometheus="+a.URL+"/metrics cannot be read: it answers 401 Unauthorized: give a user and password") {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
}
