package grafana

import (
	"strings"
	"testing"
	"time"
)

func TestLink(t *testing.T) {
	for at, want := range map[string]string{
		"http://127.0.0.1:3000":               "http://127.0.0.1:3000/d/liveload-run?from=1785585600000&to=now&var-run=7c9e",
		"https://example.org/grafana/":        "https://example.org/grafana/d/liveload-run?from=1785585600000&to=now&var-run=7c9e",
		"https://example.org/grafana?orgId=2": "https://example.org/grafana/d/liveload-run?from=1785585600000&orgId=2&to=now&var-run=7c9e",
	} {
		u, err := ParseURL(at)
		if err != nil {
			t.Fatal(err)
		}
		if got := Link(u, "7c9e", time.UnixMilli(1785585600000)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestParseURLRefuses(t *testing.T) {
	for _, text := range []string{"127.0.0.1:3000", "grafana", "ftp://grafana", "http://", "http://me:secret@grafana:3000", "http://me:sec ret@grafana"} {
		if u, err := ParseURL(text); err == nil || strings.Contains(err.Error(), "sec") {
			t.Errorf("ParseURL(%q) = %v, %v", text, u, err)
		}
	}
}
