package influxdb

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/influxdb/influxtest"
	"github.com/liveload/liveload/sinks/pump"
)

func open(t *testing.T, address string) *Output {
	t.Helper()
	o, err := New(address, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return o
}

// TestAwkwardNamesArrive: what has a meaning in the line protocol comes back from a real server as it was.
func TestAwkwardNamesArrive(t *testing.T) {
	t.Parallel()
	s := influxtest.Start(t)
	o := open(t, s.Address())
	records, err := encode(awkward())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time replaces the first
		if err := o.Send(t.Context(), records); err != nil {
			t.Fatal(err)
		}
	}
	orders := s.Query(t, "SELECT value, scenario FROM orders GROUP BY \"name\" ORDER BY time")
	found := make(map[string]bool)
	for _, row := range orders {
		name := row.Tags["name"]
		if n := int(row.Number("value")); found[name] || name != stored(names[n]) || row.Text("scenario") != name {
			t.Errorf("%q is there as %q of the scenario %q", names[n], name, row.Text("scenario"))
		}
		found[name] = true
	}
	texts := s.Query(t, "SELECT text FROM annotations ORDER BY time")
	for n, row := range texts {
		if want := unbroken.Replace(names[n]); row.Text("text") != want {
			t.Errorf("the text %q is there as %q", want, row.Text("text"))
		}
	}
	if len(orders) != len(names) || len(texts) != len(names) {
		t.Errorf("%d orders and %d texts are there, of %d", len(orders), len(texts), len(names))
	}
	mixed := pump.Record{Data: []byte("orders,name=plain value=0.5 1700000000000000000")} // a counter that is a gauge in another run
	if err := o.Send(t.Context(), []pump.Record{mixed}); err != nil {
		t.Error(err)
	}
	numbers := s.Query(t, "SELECT value FROM numbers ORDER BY time")
	if len(numbers) != 7 || numbers[3].Number("value") != 1e15 || numbers[5].Number("value") != 1.5e300 {
		t.Errorf("numbers: %v", numbers)
	}
	if n := len(s.Query(t, "SHOW TAG KEYS FROM metric_users")); n != 10 {
		t.Errorf("metric_users has %d tags, want 10", n)
	}
}

// TestOneRefusedPoint: of a batch that a real server takes but for a point only that is lost, by its own count or by looking
// for it.
func TestOneRefusedPoint(t *testing.T) {
	t.Parallel()
	s := influxtest.Start(t)
	o := open(t, s.Address())
	record := func(line string) pump.Record { return pump.Record{Points: 1, Data: []byte(line)} }
	if err := o.Send(t.Context(), []pump.Record{record("clicks value=1 1")}); err != nil {
		t.Fatal(err)
	}
	err := o.Send(t.Context(), []pump.Record{record("clicks value=2 2"), record(`clicks value="three" 3`), record("clicks value=4 4")})
	var partial *pump.PartialError
	if !errors.As(err, &partial) || partial.Lost != 1 || !strings.Contains(err.Error(), "field type conflict") {
		t.Errorf("a text where numbers are: %v", err)
	}
	err = o.Send(t.Context(), []pump.Record{record("clicks value=5 5"), record("no fields"), record("clicks value=6 6")})
	var refused *pump.RefusedError
	if !errors.As(err, &refused) || refused.Everything {
		t.Errorf("a line that cannot be read: %v", err)
	}
	if rows := s.Query(t, "SELECT COUNT(value), SUM(value) FROM clicks"); len(rows) != 1 || rows[0].Number("count") != 5 || rows[0].Number("sum") != 18 {
		t.Errorf("in the database: %v", rows)
	}
}

// TestCheck says for each mistake what to do.
func TestCheck(t *testing.T) {
	t.Parallel()
	s := influxtest.Start(t)
	s.Query(t, "CREATE USER reader WITH PASSWORD 'hidden'")
	s.Query(t, "CREATE RETENTION POLICY month ON liveload DURATION 30d REPLICATION 1")
	with := func(user, password, path string) string {
		u, err := url.Parse(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword(user, password)
		return u.String()
	}
	tests := []struct {
		name, address string
		want          []string // nothing for one that works
	}{
		{"the database", s.Address(), nil},
		{"its retention policy", s.Address() + "/month", nil},
		{"a token", s.URL + "/liveload?token=reader:hidden", []string{"403", `"reader" user is not authorized`, "GRANT WRITE"}},
		{"no gzip", s.Address() + "?gzip=false", nil},
		{"nobody", s.URL, []string{"401", "USER:PASSWORD@"}},
		{"a wrong password", with(influxtest.User, "hidden", "/liveload"), []string{"401", "check user and password"}},
		{"a wrong token", s.URL + "?token=hidden", []string{"401", "check the token"}},
		{"no right to write", with("reader", "hidden", "/liveload"), []string{"403", `GRANT WRITE ON "liveload"`}},
		{"no database", with(influxtest.User, influxtest.Password, "/none"), []string{"404", "bucket none", `influx -execute 'CREATE DATABASE "none"'`}},
		{"no retention policy", s.Address() + "/none", []string{"retention policy not found", `CREATE RETENTION POLICY "none" ON "liveload"`}},
		{"another path", s.URL + "/other?bucket=liveload", []string{"404 page not found", "there is no InfluxDB at this address"}},
		{"nothing there", "http://x:hidden@127.0.0.1:1", []string{"http://127.0.0.1:1 does not answer", "connection refused", "start InfluxDB"}},
		{"no TLS", strings.Replace(s.Address(), "http:", "https:", 1), []string{"It does not speak TLS: write http://"}},
	}
	for _, test := range tests {
		o := open(t, test.address)
		err := o.Check(t.Context(), metrics.RunInfo{RunID: test.name})
		if len(test.want) == 0 {
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
			continue
		}
		for _, want := range test.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; want %q", test.name, err, want)
			}
		}
		if err != nil && (strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), influxtest.Password)) {
			t.Errorf("%s shows the password: %v", test.name, err)
		}
	}
	for from, run := range map[string]string{"liveload": "the database", "liveload.month": "its retention policy"} {
		rows := s.Query(t, fmt.Sprintf("SELECT text FROM %s.annotations WHERE run = '%s'", strings.Replace(from+".autogen", "month.autogen", "month", 1), run))
		if len(rows) != 1 || !strings.HasSuffix(rows[0].Text("text"), " "+run) {
			t.Errorf("%s: %v", run, rows)
		}
	}
}
