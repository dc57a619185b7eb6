package metrics

import "time"

const (
	// MaxBuckets is how many buckets a time series has at most: an hour of DefaultBucketWidth.
	MaxBuckets = 720
	// seriesCoarse makes the relative error of a percentile in a time series 2 %.
	seriesCoarse = 1
)

// A grid says where the buckets are, for all time series of a run. Their width doubles when the run outgrows them.
type grid struct {
	width  time.Duration
	length int // buckets up to the newest one
}

// bucket returns the bucket of an offset since the start.
func (g *grid) bucket(at time.Duration) int {
	at = max(at, 0)
	for at/g.width >= MaxBuckets {
		g.width *= 2
		g.length = (g.length + 1) / 2
	}
	bucket := int(at / g.width)
	g.length = max(g.length, bucket+1)
	return bucket
}

// timeSeries holds one part's numbers by bucket.
type timeSeries struct {
	grid       *grid
	width      time.Duration // of the buckets below: the grid's when they were last used
	touched    int           // the first bucket that has changed since whoever reads only changes has set it
	active     []int64       // users started minus ended
	reports    []int64       // snapshots
	histograms map[string]*breakdown[Sketch]
	counters   map[string]*breakdown[int64]
	gauges     map[string]*breakdown[*GaugeValue]
}

func newTimeSeries(g *grid) *timeSeries {
	return &timeSeries{
		grid:       g,
		width:      g.width,
		histograms: make(map[string]*breakdown[Sketch]),
		counters:   make(map[string]*breakdown[int64]),
		gauges:     make(map[string]*breakdown[*GaugeValue]),
	}
}

// add adds what was measured in a second of the run, with what the metric is broken down by; it may come late.
func (t *timeSeries) add(second int, by string, in *Series) {
	bucket, from := t.bucket(second), 0
	switch {
	case in.Sketch != "":
		from = breakdownOf(t.histograms, in.Metric, coarseSum).add(bucket, by, in.Sketch, in.samples())
	case in.Gauge != nil:
		from = breakdownOf(t.gauges, in.Metric, (*GaugeValue).Then).add(bucket, by, in.Gauge, in.samples())
	default:
		from = breakdownOf(t.counters, in.Metric, plus).add(bucket, by, in.Count, in.samples())
	}
	t.touched = min(t.touched, from)
}

// addActive adds users that started, or takes away those that ended.
func (t *timeSeries) addActive(second int, delta int64) {
	bucket := t.bucket(second)
	t.active = addAt(t.active, bucket, delta, plus)
	t.touched = min(t.touched, bucket)
}

// reported counts a snapshot.
func (t *timeSeries) reported(second int) {
	bucket := t.bucket(second)
	t.reports = addAt(t.reports, bucket, 1, plus)
}

func (t *timeSeries) bucket(second int) int {
	bucket := t.grid.bucket(time.Duration(second) * intervalWidth)
	t.widen()
	return bucket
}

// widen merges neighbours until the buckets are as wide as the grid's.
func (t *timeSeries) widen() {
	for ; t.width < t.grid.width; t.width *= 2 {
		t.touched = 0
		t.active, t.reports = halved(t.active, plus), halved(t.reports, plus)
		halveAll(t.histograms)
		halveAll(t.counters)
		halveAll(t.gauges)
	}
}

func coarseSum(a, b Sketch) Sketch { return sumOf(seriesCoarse, a, b) }

// Plus joins two gauges of the same time: the larger last value stands for both.
func (g GaugeValue) Plus(o GaugeValue) GaugeValue {
	return GaugeValue{Last: max(g.Last, o.Last), Min: min(g.Min, o.Min), Max: max(g.Max, o.Max)}
}

// Join is Plus for gauges that can be nil.
func (g *GaugeValue) Join(o *GaugeValue) *GaugeValue {
	switch {
	case g == nil:
		return o
	case o == nil:
		return g
	}
	both := g.Plus(*o)
	return &both
}

// Then joins two states of a gauge, of which o is the later; either can be nil.
func (g *GaugeValue) Then(o *GaugeValue) *GaugeValue {
	both := g.Join(o)
	if g != nil && o != nil {
		both.Last = o.Last
	}
	return both
}

// shownByNode says whether a metric has a time series for each node: what shows whether a node
// is unlike the others.
func shownByNode(metric string) bool {
	switch metric {
	case Iterations.Name, IterationFailures.Name, IterationDuration.Name, ActionDuration.Name, LiveViewEventDuration.Name, HTTPRequestDuration.Name,
		GeneratorCPUPercent.Name, GeneratorRSSBytes.Name, GeneratorLag.Name:
		return true
	}
	return false
}
