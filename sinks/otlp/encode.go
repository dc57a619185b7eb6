package otlp

import (
	"time"

	common "go.opentelemetry.io/proto/slim/otlp/common/v1"
	pb "go.opentelemetry.io/proto/slim/otlp/metrics/v1"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/points"
	"github.com/liveload/liveload/sinks/pump"
)

// repetition is how often what has not changed is sent again, so that a receiver does not take it for gone.
const repetition = 10 * time.Second

// An encoder makes records of the intervals of one run. Its points are the state of the run, or what was added to it
// since the points before (delta). So what comes late is in the next points, and the last ones say what the Results say.
type encoder struct {
	rows   *points.Rows
	run    string
	delta  bool
	origin *pb.ResourceMetrics // resource and scope

	side  time.Time                 // Start of the newest interval
	start time.Time                 // from which its state counts
	last  time.Time                 // of the newest points
	sent  map[stream]metrics.Series // the state that was sent last
}

// A stream has one point at a time.
type stream struct {
	scenario, node, metric string
	labels                 metrics.Labels
}

func newEncoder(run metrics.RunInfo, delta bool, asked []pair) *encoder {
	return &encoder{
		rows: points.New(run), run: run.RunID, delta: delta, sent: make(map[stream]metrics.Series),
		origin: &pb.ResourceMetrics{Resource: resourceOf(run, asked), ScopeMetrics: []*pb.ScopeMetrics{{
			Scope: &common.InstrumentationScope{Name: "liveload", Version: run.Version},
		}}},
	}
}

// prepared returns the first point of a run.
func (e *encoder) prepared(at time.Time) ([]pump.Record, error) {
	b := batch{encoder: e, part: &points.Part{}, at: at}
	err := b.series(own(b.part, prepared), &metrics.Series{Gauge: &metrics.GaugeValue{Last: 1}})
	return b.records, err
}

// encode makes a record of each point of an interval.
func (e *encoder) encode(i *metrics.Interval) ([]pump.Record, error) {
	parts := e.rows.Parts(i)
	if i.Revision > 1 && !i.Final { // the points of newer seconds have what is new
		return nil, nil
	}
	if !i.Start.Equal(e.side) { // scenarios that run after others count from zero
		e.side, e.start, e.sent = i.Start, later(i.Start, e.last), make(map[stream]metrics.Series)
		e.last = e.start
	}
	b := batch{
		encoder: e, at: later(i.Start.Add(i.Offset+i.Width), e.last.Add(time.Millisecond)),
		whole: i.Final || i.Offset%repetition == 0,
	}
	for k := range parts {
		b.part = &parts[k]
		if err := b.all(); err != nil {
			return nil, err
		}
	}
	e.last = b.at
	return b.records, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
