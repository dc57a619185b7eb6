package influxdb

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func noEnv(string) string { return "" }

func TestAddresses(t *testing.T) {
	tests := []struct {
		address string
		env     string // NAME=value, separated by blanks
		server  string
		bucket  string
		org     string
		header  string
	}{
		{address: "http://127.0.0.1:8086", server: "http://127.0.0.1:8086", bucket: "liveload"},
		{address: "127.0.0.1:8086/load", server: "http://127.0.0.1:8086", bucket: "load"},
		{address: "", server: "http://127.0.0.1:8086", bucket: "liveload"},
		{address: "http://ann:p%40ss@db:8086/load/month", server: "http://db:8086", bucket: "load/month", header: "Basic YW5uOnBAc3M="},
		{address: "https://db/?org=acme&bucket=load&token=abc==", server: "https://db", bucket: "load", org: "acme", header: "Token abc=="},
		{address: "https://proxy/influx/?bucket=load/month", server: "https://proxy/influx", bucket: "load/month"},
		{
			env:    "INFLUX_URL=http://db:8086 INFLUX_TOKEN=abc INFLUX_ORG=acme INFLUX_BUCKET=load",
			server: "http://db:8086", bucket: "load", org: "acme", header: "Token abc",
		},
		{env: "INFLUX_HOST=https://proxy/influx INFLUX_BUCKET_NAME=load", server: "https://proxy/influx", bucket: "load"},
		{env: "INFLUX_URL=http://db:8086/load", server: "http://db:8086", bucket: "load"},
		{env: "INFLUXDB_V2_URL=http://db INFLUXDB_V2_TOKEN=abc INFLUXDB_V2_ORG=acme INFLUXDB_V2_BUCKET=load", server: "http://db", bucket: "load", org: "acme", header: "Token abc"},
		{env: "INFLUXDB3_HOST_URL=http://db:8181 INFLUXDB3_AUTH_TOKEN=abc INFLUXDB3_DATABASE_NAME=load", server: "http://db:8181", bucket: "load", header: "Token abc"},
		{env: "INFLUX_USERNAME=ann INFLUX_PASSWORD=secret", server: "http://127.0.0.1:8086", bucket: "liveload", header: "Basic YW5uOnNlY3JldA=="},
		{address: "http://db/given?token=given", env: "INFLUX_URL=http://other INFLUX_TOKEN=other INFLUX_BUCKET=other", server: "http://db", bucket: "given", header: "Token given"},
		{address: "http://ann:p@db", env: "INFLUX_TOKEN=other INFLUX_BUCKET=load", server: "http://db", bucket: "load", header: "Basic YW5uOnA="},
	}
	for _, test := range tests {
		env := make(map[string]string)
		for _, pair := range strings.Fields(test.env) {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
		got, err := parseTarget(test.address, func(name string) string { return env[name] })
		if err != nil || got.server != test.server || got.bucket != test.bucket || got.org != test.org || got.authorization != test.header || !got.gzip {
			t.Errorf("%q with %q: %+v, %v", test.address, test.env, got, err)
		}
	}
}

// TestAddressesThatCannotBeRead: no message has a part of a password in it, not even of one that makes it another URL.
func TestAddressesThatCannotBeRead(t *testing.T) {
	tests := []struct{ address, want string }{
		{"ftp://db", "begins with ftp://: write http:// or https://"},
		{"http://ann:secret@db:x", "cannot be read: write influxdb=http://USER"},
		{"http://ann:12/secret@db", "cannot be read"},
		{"http://ann:12#secret@db", "cannot be read"},
		{"http://ann:12?secret@db", "cannot be read"},
		{"http://ann:%zz@db", "cannot be read"},
		{"http://", "cannot be read"},
		{"http://ann@db", "a user without a password"},
		{"http://db?tokn=secret", `no option "tokn": did you mean "token"?`},
		{"http://db?xyz=secret", `no option "xyz": it has org, bucket, token, ca, insecure, gzip`},
		{"http://db?gzip=maybe", "gzip=maybe in the address of InfluxDB: write true or false"},
		{"http://db?ca=/none.pem", "/none.pem"},
		{"http://db?ca=" + os.DevNull, "has none in PEM format"},
	}
	for _, test := range tests {
		_, err := New(test.address, noEnv)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("New(%q) = %v; want %q", test.address, err, test.want)
		}
	}
}

func TestStringHasNoSecrets(t *testing.T) {
	o, err := New("https://ann:secret@db/load?org=acme", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := o.String(), "https://db, bucket load of acme"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is\n%s\nwant (-update accepts it)\n%s", name, got, want)
	}
}
