package demo

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestMetrics: /metrics says what /__stats says, and is not counted itself.
func TestMetrics(t *testing.T) {
	server := newServer(Options{}, newAssets())
	defer server.Close()
	get := func(path string) string {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, request)
		return w.Body.String()
	}
	get("/products/7")
	get("/counter")
	get("/counter")
	get("/nowhere/%ff") // is no text
	get("/metrics")
	page := get("/metrics")
	for _, line := range []string{
		`demo_http_requests_total{path="/counter",status="200"} 2`,
		`demo_http_requests_total{path="/products/:id",status="200"} 1`,
		`demo_http_requests_total{path="\"/nowhere/\\xff\"",status="404"} 1`,
		`demo_sockets 0`,
		`go_goroutines `,
		`process_cpu_seconds_total `,
	} {
		if !strings.Contains(page, "\n"+line) {
			t.Errorf("/metrics lacks %s", line)
		}
	}
	equal(t, "requests", server.Stats().HTTPRequests.Total, int64(4))
}
