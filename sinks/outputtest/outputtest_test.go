package outputtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/points"
	"github.com/liveload/liveload/sinks/pump"
)

// A memory is an output without a destination. It shows that the suite and the pump fit.
type memory struct {
	rows *points.Rows

	mu   sync.Mutex
	took []outputtest.Row
	mode string // "", "broken" or "hanging"
}

func (m *memory) Check(_ context.Context, run metrics.RunInfo) error {
	m.rows = points.New(run)
	return nil
}

func (m *memory) Encode(i *metrics.Interval) (records []pump.Record, err error) {
	for _, p := range m.rows.Of(i) {
		if len(p.Fields) == 0 || p.Fields[0].Name != "value" {
			continue
		}
		row := outputtest.Row{Time: p.Time, Scenario: p.Scenario, Node: p.Node, Metric: p.Metric, Labels: maps.Collect(p.Labels.All()), Value: p.Fields[0].Value}
		data, err := json.Marshal(row)
		if err != nil {
			return nil, err
		}
		records = append(records, pump.Record{Points: 1, Data: data})
	}
	return records, nil
}

func (m *memory) Send(ctx context.Context, batch []pump.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch m.mode {
	case "broken":
		return errors.New("connection refused")
	case "hanging":
		m.mu.Unlock()
		<-ctx.Done()
		m.mu.Lock()
		return ctx.Err()
	}
	for _, r := range batch {
		var row outputtest.Row
		if err := json.Unmarshal(r.Data, &row); err != nil {
			return err
		}
		m.took = append(m.took, row)
	}
	return nil
}

func (m *memory) Close(context.Context) error { return nil }

func (m *memory) become(mode string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mode = mode
}

func TestTheSuite(t *testing.T) {
	outputtest.Run(t, func(t *testing.T, log *slog.Logger) outputtest.Rig {
		m := &memory{}
		return outputtest.Rig{
			Sink: outputtest.Pump(t, m, log), Secret: "s3cret",
			Arrived: func(*testing.T) []outputtest.Row { return m.took },
			Break:   func() { m.become("broken") }, Hang: func() { m.become("hanging") },
		}
	})
}
