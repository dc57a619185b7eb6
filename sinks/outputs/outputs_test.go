package outputs_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/sinks/outputs"
	"github.com/liveload/liveload/sinks/pump"
)

// table has the real kinds and one that needs a pump.
var table = append(outputs.All(), outputs.Kind{Name: "db", Example: "http://127.0.0.1:8086", Output: func(address string, env func(string) string) (pump.Output, error) {
	if env("TOKEN") == "" {
		return nil, errors.New("there is no token")
	}
	return nil, nil
}})

func TestParse(t *testing.T) {
	cases := []struct{ text, shown, err string }{
		{"csv=a b.csv", "csv=a b.csv", ""},
		{"jsonl=x=y.jsonl.gz", "jsonl=x=y.jsonl.gz", ""},
		{"db=http://me:secret@db:8086/x?bucket=b&token=secret&p=secret", "db=http://db:8086/x?bucket=b", ""},
		{"db=http://db:8086/x?tokn=secret&auth=secret&org=o", "db=http://db:8086/x?org=o", ""},
		{"db=127.0.0.1:9464", "db=127.0.0.1:9464", ""},
		{"db=me:secret@db:8086/x?bucket=b", "db=db:8086/x?bucket=b", ""},
		{"db=http://me:12/secret@db:8086", "db=...", ""},
		{"db=http://me:12#secret@db", "db=...", ""},
		{"db=http://me:12?s=secret@db", "db=...", ""},
		{"db=http://me:secret/@db", "db=...", ""},
		{"influxdb", "influxdb", ""},
		{"influxdb=", "influxdb", ""},
		{"prometheus", "prometheus", ""},
		{"prometheus=:9464?token=secret&cert=a.pem", "prometheus=:9464?cert=a.pem", ""},
		{"prometheus-rw=http://me:secret@prom:9090/x?header=Authorization=secret&native=false", "prometheus-rw=http://prom:9090/x?native=false", ""},
		{"json=x", "", `is of the kind "json", but must be `},
		{"josnl=x", "", "(did you mean jsonl?)"},
		{"csv", "", `is "csv", but needs an address: csv=points.csv`},
		{"csv=", "", `is "csv=", but needs an address`},
		{"http://me:secret@db", "", "must be KIND=ADDRESS: csv=points.csv or jsonl="},
	}
	for _, c := range cases {
		target, err := table.Parse(c.text)
		switch {
		case c.err == "" && (err != nil || target.String() != c.shown):
			t.Errorf("%s: %s, %v; want %s", c.text, target, err, c.shown)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "secret")):
			t.Errorf("%s: %v, want %s", c.text, err, c.err)
		}
	}
}

func TestOpen(t *testing.T) {
	var targets []outputs.Target
	for _, text := range []string{"csv=a", "db=http://me:secret@one", "db=http://two"} {
		target, err := table.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		targets = append(targets, target)
	}
	token := ""
	options := outputs.Options{Env: func(string) string { return token }}
	if _, err := outputs.Open(targets, options); err == nil || err.Error() != "db=http://one: there is no token" {
		t.Errorf("Open = %v", err)
	}
	token = "x"
	named, err := outputs.Open(targets, options)
	var names []string
	for _, one := range named {
		names = append(names, one.Name)
	}
	if err != nil || !slices.Equal(names, []string{"csv=a", "db=http://one", "db=http://two"}) {
		t.Errorf("Open = %q, %v", names, err)
	}
	if err := outputs.Replay(t.Context(), targets[0], "", options, nil); err == nil || err.Error() != "csv=a takes no replay: nothing is sent to it" {
		t.Errorf("Replay = %v", err)
	}
}

func TestTwoOutputsToOnePlaceAreRefused(t *testing.T) {
	file := t.TempDir() + "/a"
	for _, c := range []struct{ one, two, err string }{
		{"csv=" + file, "csv=" + file, "--out csv=" + file + " goes where --out csv=" + file + " goes: remove one"},
		{"csv=" + file, "jsonl=" + file + "/../a", "--out jsonl=" + file + "/../a goes where --out csv=" + file + " goes: remove one"},
		{"db=http://x?token=secret", "db=http://x?token=secret", "--out db=http://x goes where --out db=http://x goes: remove one"},
		{"csv=" + file, "jsonl=" + file + "2", ""},
		{"db=http://x", "db=http://x/y", ""},
	} {
		var targets []outputs.Target
		for _, text := range []string{c.one, c.two} {
			target, err := table.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			targets = append(targets, target)
		}
		_, err := outputs.Open(targets, outputs.Options{Env: func(string) string { return "x" }})
		if c.err == "" && err != nil || c.err != "" && (err == nil || err.Error() != c.err) {
			t.Errorf("%s and %s: %v, want %s", c.one, c.two, err, c.err)
		}
	}
}
