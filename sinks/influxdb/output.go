// Package influxdb writes intervals to InfluxDB 1.8, 2 and 3, all through the write API of version 2. docs/outputs.md
// describes what it writes.
package influxdb

import (
	"context"
	"net/http"
	"time"

	influxdb2 "github.com/influxdata/influxdb-client-go/v2"
	"github.com/influxdata/influxdb-client-go/v2/api"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/destination"
	"github.com/liveload/liveload/sinks/points"
	"github.com/liveload/liveload/sinks/pump"
)

// An Output is a pump.Output for one database.
type Output struct {
	target
	http  *http.Client
	write api.WriteAPIBlocking
	rows  *points.Rows // of the run
}

// New returns an output for an address such as http://user:password@host:8086/database. What it lacks is taken from
// the environment. It does not connect yet.
func New(address string, env func(name string) string) (*Output, error) {
	t, err := parseTarget(address, env)
	if err != nil {
		return nil, err
	}
	client := destination.NoPages(destination.Client(t.tls))
	options := influxdb2.DefaultOptions().SetHTTPClient(client).SetUseGZip(t.gzip).SetApplicationName("liveload")
	influx := influxdb2.NewClientWithOptions(t.server, "", options)
	influx.HTTPService().SetAuthorization(t.authorization)
	return &Output{target: t, http: client, write: influx.WriteAPIBlocking(t.org, t.bucket)}, nil
}

// Check writes the annotation that names the run.
func (o *Output) Check(ctx context.Context, run metrics.RunInfo) error {
	o.rows = points.New(run)
	records, err := encode([]points.Point{points.Ready(run, time.Now())})
	if err != nil {
		return err
	}
	if err := o.write.WriteRecord(ctx, string(records[0].Data)); err != nil {
		return o.explain(ctx, err)
	}
	return nil
}

// Encode makes a record of one line for each point.
func (o *Output) Encode(i *metrics.Interval) ([]pump.Record, error) { return encode(o.rows.Of(i)) }

// Send writes all records in one request. A record that was sent before replaces itself.
func (o *Output) Send(ctx context.Context, batch []pump.Record) error {
	lines := make([]string, len(batch))
	for i, r := range batch {
		lines[i] = string(r.Data)
	}
	if err := o.write.WriteRecord(ctx, lines...); err != nil {
		return o.classify(err)
	}
	return nil
}

// Close ends the connections.
func (o *Output) Close(context.Context) error {
	o.http.CloseIdleConnections()
	return nil
}
