package cluster

import (
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// A window is what is measured from one moment of a run on, as if the run had begun there.
type window struct {
	*metrics.Aggregator
	from   time.Duration // of the run
	starts map[string]time.Time
	watch  *threshold.Watch
}

func newWindow(from time.Duration, scenario string, thresholds []*threshold.Threshold) *window {
	w := &window{
		Aggregator: metrics.NewAggregator(metrics.RunInfo{Scenarios: []metrics.ScenarioInfo{{Name: scenario}}}),
		from:       from, starts: make(map[string]time.Time),
	}
	w.watch = threshold.NewWatch(w.Aggregator, scenario, thresholds)
	return w
}

// add takes a snapshot that was made after the window began.
func (w *window) add(snapshot *metrics.Snapshot) {
	start, known := w.starts[snapshot.Node]
	if !known {
		start = snapshot.From
		w.starts[snapshot.Node] = start
	}
	moved := *snapshot // others read it too
	moved.Start = start
	w.Add(&moved)
	w.watch.Look()
}
