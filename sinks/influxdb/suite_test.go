package influxdb

import (
	"cmp"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/sinks/influxdb/influxtest"
	"github.com/liveload/liveload/sinks/outputtest"
)

// TestSuite holds the promises of every output with a real server, which is killed and hangs.
func TestSuite(t *testing.T) {
	s := influxtest.Start(t)
	down := false
	outputtest.Run(t, func(t *testing.T, log *slog.Logger) outputtest.Rig {
		if down {
			s.Kill(t)
			s.Run(t)
			down = false
		}
		s.Query(t, "DROP DATABASE liveload")
		s.Query(t, "CREATE DATABASE liveload")
		return outputtest.Rig{
			Sink:    outputtest.Pump(t, connect(t, s), log),
			Arrived: func(t *testing.T) []outputtest.Row { return clicks(t, s) },
			Break:   func() { s.Kill(t); down = true },
			Hang:    func() { s.Hang(t); down = true },
			Secret:  influxtest.Password,
			Stored:  stored,
		}
	})
}

// clicks returns the points of the suite in the order of their times and values.
func clicks(t *testing.T, s *influxtest.Server) (found []outputtest.Row) {
	for _, row := range s.Query(t, `SELECT value, scenario, node, "name" FROM test_clicks, test_clicks_by_node`) {
		found = append(found, outputtest.Row{
			Time: time.Unix(0, row.Nanoseconds("time")), Scenario: row.Text("scenario"), Node: row.Text("node"), Metric: row.Measurement, Value: row.Number("value"),
			Labels: map[string]string{"name": row.Text("name")},
		})
	}
	slices.SortFunc(found, func(a, b outputtest.Row) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Value, b.Value)) })
	return found
}

// unbroken replaces what the encoder does in tags and texts.
var unbroken = strings.NewReplacer("\n", `\n`, "\t", `\t`, "\r", `\r`)

// stored is how a tag reads in the database.
func stored(text string) string { return unbroken.Replace(tagValue(text)) }
