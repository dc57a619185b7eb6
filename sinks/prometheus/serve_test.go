package prometheus

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// client leaves no connection behind.
var client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}

// get asks for the metrics. Headers are pairs of names and values.
func get(t *testing.T, url string, headers ...string) (status int, text string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	reply, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	content, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, string(content)
}

// second is one of a small run. The tags are chosen to be in the way.
func second() *metrics.Interval {
	values := func(all ...float64) metrics.Sketch {
		began := time.Unix(0, 0)
		node := metrics.NewRecorder("a", began, metrics.NewRegistry())
		for _, v := range all {
			node.Scope("buy").Observe(metrics.ScenarioDuration, metrics.Labels{}, v)
		}
		return node.Snapshot(began.Add(time.Second)).Series[0].Sketch
	}
	orders, queue := metrics.CustomCounter("orders"), metrics.CustomGauge("queue")
	lag := metrics.Series{Metric: "generator_lag_us", Labels: metrics.LabelsOf("node", "a"), Sketch: values(0, 1500)}
	totals := []metrics.Series{
		{Metric: "action_duration_us", Labels: metrics.LabelsOf("operation", "click", "outcome", "ok"), Sketch: values(800, 1000, 90_000)},
		lag,
		{Metric: "iterations", Labels: metrics.LabelsOf("outcome", "ok"), Count: 3},
		{Metric: "orders", Labels: metrics.LabelsOf("run", "mine", "tag_run", "too", "node", "n", "le", "1", "__x", "y\n\"z\\"), Count: 7},
		{Metric: "queue", Gauge: &metrics.GaugeValue{Last: 4, Min: 1, Max: 9}},
	}
	return &metrics.Interval{
		RunID: outputtest.SimulatedRun, Start: time.Unix(1790000000, 0), Width: time.Second, Revision: 1,
		Generator: []metrics.Series{lag}, Metrics: []*metrics.Metric{&orders, &queue},
		Scenarios: []metrics.ScenarioInterval{{Scenario: "buy", Active: 2, State: &metrics.State{
			Totals: totals, Users: metrics.UserCounts{Started: 5, Succeeded: 2, Failed: 1},
		}}},
	}
}

// TestTextFormats pins what is served to a Prometheus without native histograms.
func TestTextFormats(t *testing.T) {
	at := outputtest.FreeAddress(t)
	sink := start(t, at, 0)
	if err := sink.Write(t.Context(), second()); err != nil {
		t.Fatal(err)
	}
	for file, format := range map[string]string{"metrics.txt": "text/plain; version=0.0.4", "openmetrics.txt": "application/openmetrics-text; version=1.0.0"} {
		status, got := get(t, "http://"+at+"/metrics", "Accept", format)
		path := filepath.Join("testdata", file)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if status != http.StatusOK || got != string(want) {
			t.Errorf("%d, %s is\n%s\nwant (-update accepts it)\n%s", status, file, got, want)
		}
	}
}

// TestToken: without it there is nothing to see.
func TestToken(t *testing.T) {
	at := outputtest.FreeAddress(t)
	start(t, at+"?token=right", 0)
	for header, want := range map[string]int{"Bearer right": 200, "Bearer wrong": 401, "right": 401, "Bearer": 401, "": 401, "Basic cmlnaHQ=": 401} {
		if status, text := get(t, "http://"+at+"/metrics", "Authorization", header); status != want || strings.Contains(text, "right") {
			t.Errorf("%q: %d %s, want %d", header, status, text, want)
		}
	}
}

// TestPagesOfOthers: a tested page is in a browser on this machine, and must not count as a scrape.
func TestPagesOfOthers(t *testing.T) {
	at := outputtest.FreeAddress(t)
	sink := start(t, at, 0)
	if err := sink.Write(t.Context(), second()); err != nil {
		t.Fatal(err)
	}
	for site, want := range map[string]int{"cross-site": 403, "same-site": 403, "none": 200, "same-origin": 200} {
		sink.scraped.Store(0)
		status, _ := get(t, "http://"+at+"/metrics", "Sec-Fetch-Site", site)
		if counts := sink.scraped.Load() > 0; status != want || counts != (want == 200) {
			t.Errorf("%s: %d, counts as a scrape: %v; want %d", site, status, counts, want)
		}
	}
}

// A slowClient takes an answer when it is told to.
type slowClient struct {
	*httptest.ResponseRecorder
	asked, take chan struct{}
	once        sync.Once
}

func (c *slowClient) Write(content []byte) (int, error) {
	c.once.Do(func() {
		close(c.asked)
		<-c.take
	})
	return c.ResponseRecorder.Write(content)
}

// TestScrapesAtOnce: the older one may end last, and one too many is no scrape.
func TestScrapesAtOnce(t *testing.T) {
	sink := start(t, outputtest.FreeAddress(t), 0)
	if err := sink.Write(t.Context(), second()); err != nil {
		t.Fatal(err)
	}
	handler, take := sink.handler(), make(chan struct{})
	scrape := func(w http.ResponseWriter) {
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	}
	var slow sync.WaitGroup
	begin := func() {
		c := &slowClient{ResponseRecorder: httptest.NewRecorder(), asked: make(chan struct{}), take: take}
		slow.Go(func() { scrape(c) })
		<-c.asked
	}
	for range mostScrapes - 1 {
		begin()
	}
	if err := sink.Write(t.Context(), second()); err != nil {
		t.Fatal(err)
	}
	quick := httptest.NewRecorder()
	if scrape(quick); quick.Code != http.StatusOK || sink.scraped.Load() != 2 {
		t.Errorf("%d, %d intervals were scraped, want 2", quick.Code, sink.scraped.Load())
	}
	begin()
	if err := sink.Write(t.Context(), second()); err != nil {
		t.Fatal(err)
	}
	refused := httptest.NewRecorder()
	scrape(refused)
	close(take)
	slow.Wait()
	if refused.Code != http.StatusServiceUnavailable || sink.scraped.Load() != 2 {
		t.Errorf("one too many gets %d, %d intervals were scraped, want 2", refused.Code, sink.scraped.Load())
	}
}

// TestTheEndWaitsForAScrape, until the timeout or until the run is stopped at once.
func TestTheEndWaitsForAScrape(t *testing.T) {
	never := outputtest.FreeAddress(t)
	tests := []struct {
		name    string
		timeout time.Duration
		scrape  string // "once": before the last second, "last": at the end
		stop    bool
		want    []string
	}{
		{name: "nothing waits", timeout: 0, want: []string{"nobody has scraped " + never + " while something was measured"}},
		{name: "too early", scrape: "once", timeout: 0, want: []string{"the end of the run was not scraped: Prometheus must scrape more often than every 0s (--out-timeout)"}},
		{name: "stopped", scrape: "once", stop: true, timeout: time.Hour, want: []string{"the end of the run was not scraped: it was stopped at once"}},
		{name: "scraped", scrape: "last", timeout: time.Hour},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sink, err := New(never, noEnv, test.timeout, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			running, stop := context.WithCancel(t.Context())
			defer stop()
			if err := sink.Start(running, metrics.RunInfo{}); err != nil {
				t.Fatal(err)
			}
			scrape := func() { get(t, "http://"+never+"/metrics") }
			write := func() {
				if err := sink.Write(t.Context(), second()); err != nil {
					t.Fatal(err)
				}
			}
			write()
			if test.scrape != "" {
				scrape()
			}
			write()
			if test.stop {
				stop()
			}
			flushed := make(chan []string)
			go func() {
				notes, _ := sink.Flush(t.Context())
				flushed <- notes
			}()
			if test.scrape == "last" {
				scrape()
			}
			if notes := <-flushed; !slices.Equal(notes, test.want) {
				t.Errorf("notes %q, want %q", notes, test.want)
			}
			if err := sink.Close(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestCloseWaitsForScrapes: one that goes on after its client was sent away has ended when Close returns.
func TestCloseWaitsForScrapes(t *testing.T) {
	sink, err := New("", noEnv, 0, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	began, ended := make(chan struct{}), make(chan struct{})
	sink.serve(listener, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
		time.Sleep(100 * time.Millisecond) // which the scrape takes still
		close(ended)
	}))
	go func() {
		if reply, err := client.Get("http://" + listener.Addr().String()); err == nil {
			reply.Body.Close()
		}
	}()
	<-began
	if err := sink.Close(t.Context(), nil); err != nil {
		t.Error(err)
	}
	select {
	case <-ended:
	default:
		t.Error("a scrape is under way after Close")
	}
}

func TestAddressInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	sink, err := New(taken.Addr().String(), noEnv, 0, slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	want := "something listens at " + taken.Addr().String() + " already: end it, or choose another port for prometheus"
	if err := sink.Start(t.Context(), metrics.RunInfo{}); err == nil || err.Error() != want {
		t.Errorf("Start = %v, want %s", err, want)
	}
}
