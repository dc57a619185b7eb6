package influxdb

import (
	"testing"

	"github.com/liveload/liveload/sinks/influxdb/influxtest"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/pump"
)

// TestNothingIsMissing when the database is killed in the middle of a run and comes back, and is killed again until
// after the end.
func TestNothingIsMissing(t *testing.T) {
	t.Parallel()
	s := influxtest.Start(t)
	s.Compare(t, outputtest.Outages(t, &s.Process, began, func() pump.Output { return connect(t, s) }))
}

// connect returns an output that its pump closes.
func connect(t *testing.T, s *influxtest.Server) *Output {
	t.Helper()
	o, err := New(s.Address(), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
