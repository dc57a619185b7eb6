package snapshotio_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/snapshotio"
)

// realistic is a second of 300 series: 200 histograms of 1 to 9 values, 90 counters, 10 gauges.
func realistic(seq int64) *metrics.Snapshot {
	r, registry := rand.New(rand.NewPCG(uint64(seq), 1)), metrics.NewRegistry()
	rec := metrics.NewRecorder("node", began, registry)
	queue, err := registry.Custom(metrics.CustomGauge("queue"))
	if err != nil {
		panic(err)
	}
	s := rec.Scope("buy")
	for i := range 100 {
		page := fmt.Sprintf("/shop/:id/items/%d", i)
		for range 1 + r.IntN(9) {
			s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With("save", page), 1000*r.ExpFloat64()*50)
			s.Observe(metrics.HTTPRequestDuration, metrics.HTTPRequestDuration.With("document", "2xx", "200", "shop.example", page), 100*float64(r.IntN(10_000)))
			if i < 90 {
				s.Add(metrics.LiveViewEvents, metrics.LiveViewEvents.With("save", page), 1)
			} else {
				s.SetGauge(queue, metrics.LabelsOf("page", page), float64(r.IntN(100)))
			}
		}
	}
	snap := rec.Snapshot(began.Add(time.Duration(seq) * time.Second))
	snap.Seq = seq
	if seq > 1 {
		snap.Metrics = nil
	}
	return snap
}

func BenchmarkEncode(b *testing.B) {
	snap := realistic(2)
	b.Run("json", func(b *testing.B) {
		size := 0
		for b.Loop() {
			out, err := json.Marshal(snap)
			if err != nil {
				b.Fatal(err)
			}
			size = len(out)
		}
		b.ReportMetric(float64(size), "bytes")
	})
	b.Run("snapshotio", func(b *testing.B) {
		e, size := snapshotio.NewEncoder(), 0
		encode(b, e, realistic(1))
		for b.Loop() {
			size = len(encode(b, e, snap))
		}
		b.ReportMetric(float64(size), "bytes")
	})
}

func BenchmarkDecode(b *testing.B) {
	snap := realistic(2)
	b.Run("json", func(b *testing.B) {
		in, err := json.Marshal(snap)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			var out metrics.Snapshot
			if err := json.Unmarshal(in, &out); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("snapshotio", func(b *testing.B) {
		e, d := snapshotio.NewEncoder(), snapshotio.NewDecoder("node", "buy")
		if _, err := d.Decode(encode(b, e, realistic(1))); err != nil {
			b.Fatal(err)
		}
		in := encode(b, e, snap)
		for b.Loop() {
			if _, err := d.Decode(in); err != nil {
				b.Fatal(err)
			}
		}
	})
}
