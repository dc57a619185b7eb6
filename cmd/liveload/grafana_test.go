package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestLinkToGrafana(t *testing.T) {
	t.Setenv("LIVELOAD_CACHE", t.TempDir())
	script := writeScript(t, twice)
	link := regexp.MustCompile(`(?m)^Grafana: http://g:3000/d/liveload-run\?from=\d{13}&to=now&var-run=[0-9a-f-]{36}$`)
	for _, test := range []struct {
		kind, args string
		linked     bool
		warning    string
	}{
		{"influxdb", "--grafana http://g:3000", true, ""},
		{"influxdb", "--grafana http://g:3000 --quiet", false, ""},
		{"influxdb", "", false, ""},
		{"db", "--grafana http://g:3000", false, "there is no link to Grafana"},
	} {
		args := append(strings.Fields(test.args), script, "--out", test.kind+"=http://me:secret@db")
		code, stdout, stderr := (&fakeDatabase{kind: test.kind}).liveload(args...)
		if code != exitOK || link.MatchString(stdout) != test.linked || strings.Contains(stderr, "Grafana") != (test.warning != "") || !strings.Contains(stderr, test.warning) {
			t.Errorf("%q: exit code %d\n%s%s", args, code, stdout, stderr)
		}
	}
}
