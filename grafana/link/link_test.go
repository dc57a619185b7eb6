package link

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestOf(t *testing.T) {
	for at, want := range map[string]string{
		"http://127.0.0.1:3000":               "http://127.0.0.1:3000/d/liveload-run?from=1785585600000&to=now&var-run=7c9e",
		"https://example.org/grafana/":        "https://example.org/grafana/d/liveload-run?from=1785585600000&to=now&var-run=7c9e",
		"https://example.org/grafana?orgId=2": "https://example.org/grafana/d/liveload-run?from=1785585600000&orgId=2&to=now&var-run=7c9e",
	} {
		u, err := Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		if got := Of(u, "7c9e", time.UnixMilli(1785585600000)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"127.0.0.1:3000", "grafana", "ftp://grafana", "http://", "http://me:secret@grafana:3000", "http://me:sec ret@grafana",
		"https://g/grafana?auth_token=secret", "https://g?secret", "https://g?orgId=secret", "https://g?orgId=2&token=secret", "https://g?orgId=2&orgId=secret", "https://g?a;secret"} {
		if u, err := Parse(text); err == nil || strings.Contains(err.Error(), "sec") {
			t.Errorf("Parse(%q) = %v, %v", text, u, err)
		}
	}
}

// FuzzParse: whatever is taken leads to a link that has the run, and no user.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"http://127.0.0.1:3000", "https://g/x?a=b;c#d", "http://me:secret@g", "http://[::1]:3000/%2f", "http://g/?orgId=1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := Parse(text)
		if err != nil {
			return
		}
		link, err := url.Parse(Of(u, "7c9e", time.UnixMilli(1785585600000)))
		if err != nil || link.User != nil || link.Host != u.Host || link.Query().Get("var-run") != "7c9e" || !strings.HasSuffix(link.Path, "/d/"+Dashboard) {
			t.Errorf("%q becomes %v, %v", text, link, err)
		}
	})
}
