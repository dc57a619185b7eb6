package cluster

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/snapshotio"
)

// BenchmarkAggregate is what the controller does with a second of all nodes: it reads their snapshots and merges them.
func BenchmarkAggregate(b *testing.B) {
	for _, nodes := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("%d nodes", nodes), func(b *testing.B) {
			before := heap()
			run, seconds := newRun(nodes), 0
			cpu := time.Duration(0)
			for b.Loop() {
				b.StopTimer()
				messages := run.second()
				seconds++
				start := cpuTime()
				b.StartTimer()
				run.take(b, messages)
				cpu += cpuTime() - start
			}
			b.StopTimer()
			b.ReportMetric(float64(cpu.Milliseconds())/float64(seconds), "cpu-ms/second")
			b.ReportMetric(float64(cpu.Microseconds())/float64(seconds*nodes), "cpu-us/snapshot")
			run.forget()
			b.ReportMetric(float64(heap()-before)/1e6, "heap-MB")
			start := cpuTime()
			run.aggregator.Finish()
			run.aggregator.Results(began.Add(time.Duration(seconds) * time.Second))
			b.ReportMetric(float64((cpuTime() - start).Milliseconds()), "result-cpu-ms")
		})
	}
}

// A run is a controller without its network, and the encoders of its nodes.
type run struct {
	bank       []*metrics.Snapshot
	encoders   []*snapshotio.Encoder
	decoders   []*snapshotio.Decoder
	aggregator *metrics.Aggregator
	seconds    int
}

func newRun(nodes int) *run {
	info := metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "buy", Users: 100 * nodes, Duration: time.Hour}}}
	r := &run{bank: bank(50)}
	for n := range nodes {
		info.Nodes = append(info.Nodes, fmt.Sprint("node-", n))
		r.encoders = append(r.encoders, snapshotio.NewEncoder())
		r.decoders = append(r.decoders, snapshotio.NewDecoder(info.Nodes[n], "buy"))
	}
	r.aggregator = metrics.NewAggregator(info)
	return r
}

// second returns what all nodes send after one more second.
func (r *run) second() [][]byte {
	r.seconds++
	messages := make([][]byte, len(r.encoders))
	for n, e := range r.encoders {
		snap := *r.bank[(n+7*r.seconds)%len(r.bank)]
		snap.Seq = int64(r.seconds)
		snap.Start, snap.To = began, began.Add(time.Duration(r.seconds)*time.Second)
		snap.From = snap.To.Add(-time.Second)
		b, err := e.Encode(&snap)
		if err != nil {
			panic(err)
		}
		messages[n] = b
	}
	return messages
}

func (r *run) take(b *testing.B, messages [][]byte) {
	for n, message := range messages {
		snap, err := r.decoders[n].Decode(message)
		if err != nil {
			b.Fatal(err)
		}
		r.aggregator.Add(snap)
	}
}

// forget drops what is not the controller's.
func (r *run) forget() { r.bank, r.encoders = nil, nil }

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// cpuTime is what the process has used, with the collection of its garbage.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
