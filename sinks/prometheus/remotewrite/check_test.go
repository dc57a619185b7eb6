package remotewrite

import (
	"net/http"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/prometheus/prometheustest"
)

// TestCheck says for each mistake what to do.
func TestCheck(t *testing.T) {
	t.Parallel()
	good := prometheustest.Start(t, prometheustest.Options{})
	deaf := prometheustest.Start(t, prometheustest.Options{Deaf: true})
	classic := prometheustest.Start(t, prometheustest.Options{Classic: true})
	tests := []struct {
		name, address string
		want          []string // nothing for one that works
	}{
		{"a server", good.Address(), nil},
		{"no path", strings.TrimSuffix(good.Address(), "/api/v1/write"), nil},
		{"no native histograms", classic.Address() + "?native=false", nil},
		{"native histograms are off", classic.Address(), []string{"500: native histograms are disabled", "--enable-feature=native-histograms, or write ?native=false"}},
		{"no receiver", deaf.Address(), []string{"404: remote write receiver", "start Prometheus with --web.enable-remote-write-receiver"}},
		{"nobody", good.URL, []string{"401: Unauthorized", "USER:PASSWORD@ before the host"}},
		{"a wrong password", strings.Replace(good.URL, "://", "://admin:hidden@", 1), []string{"401", "check user and password, or the token"}},
		{"a wrong token", good.URL + "?token=hidden", []string{"401", "check user and password, or the token"}},
		{"another path", strings.Replace(good.Address(), "/write", "/other", 1), []string{"404", "that of Prometheus is /api/v1/write"}},
		{"nothing there", "http://x:hidden@127.0.0.1:1", []string{"no Prometheus answers at http://127.0.0.1:1/api/v1/write", "connection refused", "start Prometheus"}},
		{"no TLS", strings.Replace(good.Address(), "http:", "https:", 1), []string{"It does not speak TLS: write http://"}},
	}
	for _, test := range tests {
		o := connect(t, test.address)
		err := o.Check(t.Context(), metrics.RunInfo{RunID: test.name})
		if (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v; want %q", test.name, err, test.want)
		}
		for _, want := range test.want {
			if err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; want %q", test.name, err, want)
			}
		}
		if err != nil && (strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), prometheustest.Password)) {
			t.Errorf("%s shows the password: %v", test.name, err)
		}
		if err := o.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestAPage(t *testing.T) {
	o := answering(t, "", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") })
	if err := o.Check(t.Context(), metrics.RunInfo{}); err == nil || !strings.HasSuffix(err.Error(), "it answers with a page for people, so that something else listens there") {
		t.Errorf("Check = %v", err)
	}
}

func TestRedirect(t *testing.T) {
	o := answering(t, "", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://other/api/v1/write?token=hidden")
		w.WriteHeader(http.StatusMovedPermanently)
	})
	err := o.Check(t.Context(), metrics.RunInfo{})
	if want := "the server redirects; use that address instead: https://other/api/v1/write"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("Check = %v, want %s", err, want)
	}
}
