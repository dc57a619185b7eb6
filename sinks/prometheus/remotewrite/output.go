// Package remotewrite sends the totals of a run to servers that take Prometheus remote write 1.0. docs/outputs.md
// describes what it sends.
package remotewrite

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/klauspost/compress/snappy"
	dto "github.com/prometheus/client_model/go"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/destination"
	"github.com/liveload/liveload/sinks/pump"
)

// preparedMetric is the series of the first write.
const preparedMetric = "liveload_prepared"

// mostAnswer is how much of an answer is read, in bytes.
const mostAnswer = 1 << 16

// An Output is a pump.Output for one server.
type Output struct {
	target
	client  *http.Client
	encoder *encoder // of the run
}

// New returns an output for an address such as http://user:password@host:9090/api/v1/write. What it lacks is taken from
// the environment. It does not connect yet.
func New(address string, env func(name string) string) (*Output, error) {
	t, err := parseTarget(address, env)
	if err != nil {
		return nil, err
	}
	return &Output{target: t, client: destination.NoPages(destination.Client(t.tls))}, nil
}

// Check writes an empty histogram, or a 1 where there are none.
func (o *Output) Check(ctx context.Context, run metrics.RunInfo) error {
	o.encoder = newEncoder(run, o.native)
	key, now := "run", time.Now().UnixMilli()
	labels := labelsOf(preparedMetric, []*dto.LabelPair{{Name: &key, Value: &run.RunID}})
	data := sample(labels, 1, now)
	if o.native {
		data = histogram(labels, &dto.Histogram{}, now)
	}
	if err := o.post(ctx, data); err != nil {
		return o.explain(ctx, err)
	}
	return nil
}

// Encode makes a record of each series.
func (o *Output) Encode(i *metrics.Interval) ([]pump.Record, error) { return o.encoder.encode(i), nil }

// Send writes all records in one request. When the server has the first of them already, since an answer was lost, it takes
// none: then each second goes in a request of its own. One that is out of order is known to be there.
func (o *Output) Send(ctx context.Context, batch []pump.Record) error {
	err := o.post(ctx, joined(batch))
	if !isOutOfOrder(err) && !isDuplicate(err) {
		return o.classify(err)
	}
	seconds, err := bySecond(batch)
	if err != nil {
		return &pump.RefusedError{Reason: err.Error()}
	}
	for _, second := range seconds {
		err := o.post(ctx, joined(second))
		if isDuplicate(err) {
			err = o.sendRest(ctx, second)
		}
		if err != nil && !isOutOfOrder(err) {
			return o.classify(err)
		}
	}
	return nil
}

// sendRest sends the records of one second of which the server has the first ones already.
func (o *Output) sendRest(ctx context.Context, second []pump.Record) error {
	for len(second) > 0 {
		middle := len(second) / 2
		switch err := o.post(ctx, joined(second[middle:])); {
		case isDuplicate(err):
			second = second[middle+1:] // it has all before
		case err != nil:
			return err
		default:
			second = second[:middle]
		}
	}
	return nil
}

// bySecond divides a batch where the time changes.
func bySecond(batch []pump.Record) (seconds [][]pump.Record, err error) {
	begin, current := 0, int64(0)
	for i := range batch {
		at, err := timeOf(batch[i].Data)
		if err != nil {
			return nil, err
		}
		if i > 0 && at != current {
			seconds, begin = append(seconds, batch[begin:i]), i
		}
		current = at
	}
	return append(seconds, batch[begin:]), nil
}

// joined makes one message of the records, which are parts of it.
func joined(batch []pump.Record) []byte {
	all := make([][]byte, len(batch))
	for i, r := range batch {
		all[i] = r.Data
	}
	return bytes.Join(all, nil)
}

// post sends one request. Its error is a *reply when there was an answer.
func (o *Output) post(ctx context.Context, message []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url, bytes.NewReader(snappy.Encode(nil, message)))
	if err != nil {
		return err
	}
	request.Header = o.headers.Clone()
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("Content-Encoding", "snappy")
	request.Header.Set("User-Agent", "liveload")
	request.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	response, err := o.client.Do(request)
	if err != nil {
		return destination.NoAnswer(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil {
		return destination.NoAnswer(err)
	}
	if response.StatusCode/100 == 2 {
		return nil
	}
	return o.replyOf(response, string(text))
}

// Close ends the connections.
func (o *Output) Close(context.Context) error {
	o.client.CloseIdleConnections()
	return nil
}
