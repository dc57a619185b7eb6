package standout

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// leastCorrelation is the weakest rank correlation that counts.
	leastCorrelation = 0.7
	// fewestPoints are needed to see a trend: half a minute of buckets of 5 s.
	fewestPoints = 6
	// fewestInBucket are needed for the median of a bucket.
	fewestInBucket = 5
	// muchSlower is how much longer something takes that has become slow, and noticed the time that people notice.
	muchSlower = 2.0
	noticed    = 100_000.0 // microseconds
	// ownDelay is how many times the load generator's own delay (p95) a change must be while it is busy: in tests with a processor that is
	// far too busy, medians of events grew by half of that delay at most.
	ownDelay = 3.0
)

const growsName, driftsName = "latency-that-grows-with-users", "latency-that-grows-with-time"

var growsRule = rule{
	name: growsName, find: grows, timed: true,
	advice: "Look for what all users share: one process, a lock, a table that is scanned, a pool of database connections.",
}

// waited are what users wait for, with the labels of which it is worth looking at.
var waited = []struct {
	metric *metrics.Metric
	labels []string // nil for all
}{
	{metrics.LiveViewEventDuration, nil},
	{metrics.LiveViewConnectionDuration, nil},
	{metrics.HTTPRequestDuration, []string{"document", "fetch", "xhr", "script-http", "page-request"}},
}

// grows finds what takes longer the more users there are.
func grows(v *run) (found []Finding) {
	if !v.vary() {
		return nil
	}
	v.eachWaited(func(m *metrics.Metric, label string, column metrics.HistogramSeries) {
		points, calm := v.points(column)
		if len(points) < fewestPoints {
			return
		}
		correlation := rankCorrelation(points)
		low, high := thirds(points)
		if !certain(correlation, len(points)) || high < muchSlower*low || high-low < noticed || !calm && high-low < ownDelay*v.delay() {
			return
		}
		b := bendOf(points)
		if b.perX <= 0 { // a few outliers are larger than what grows
			return
		}
		f := Finding{
			Metric: m.Name, Label: label, size: high / low,
			Sentence: fmt.Sprintf("%s%s takes longer the more users there are: %s with few users, %s with many (median). %s, each further user adds about %s.",
				subject(m, label), onPages(m, v.histogram(m), label, countOf), readable.Microseconds(low), readable.Microseconds(high), b.onset(), readable.Microseconds(b.perX)),
			How: fmt.Sprintf("Rank correlation of its median with the number of users in %d buckets of %s: %.2f (1 is always slower with more users). The load at which it begins is the bend of the line that fits these medians best.",
				len(points), readable.Length(v.width), correlation),
			Numbers: []Measured{{"median with few users", low, m.Unit}, {"median with many users", high, m.Unit}, {"users when it begins", b.from, ""}, {"for each further user", b.perX, m.Unit}, {"rank correlation", correlation, ""}},
		}
		for _, p := range points {
			if f.AtMS == nil && p.x > b.from {
				f.AtMS = v.beginsMS(p.bucket)
			}
		}
		f.Doubt = v.doubtful(calm)
		if f.Doubt == "" && v.r.OpenLoad() {
			f.Doubt = "Iterations came at a rate of their own, so that slower answers need more users as well: the time may be the cause of the users."
		}
		found = append(found, f)
	})
	return found
}

func (b bend) onset() string {
	if b.always {
		return "From the first users on"
	}
	return "From about " + number(b.from) + " users on"
}

// eachWaited goes through what users wait for, over time.
func (v *run) eachWaited(do func(*metrics.Metric, string, metrics.HistogramSeries)) {
	for _, w := range waited {
		over := v.r.Global.TimeSeries.Histograms[w.metric.Name]
		labels := w.labels
		if labels == nil {
			labels = labelsOf(over.By)
		}
		for _, label := range labels {
			if column, ok := over.By[label]; ok {
				do(w.metric, label, column)
			}
		}
	}
}

// points are the medians of the buckets in which the load generator was not busy; of all, when these are too few.
func (v *run) points(column metrics.HistogramSeries) (points []point, calm bool) {
	var all []point
	for i, n := range column.Count {
		if n < fewestInBucket || at(v.users, i) <= 0 {
			continue
		}
		p := point{x: v.users[i], y: at(column.P50, i), bucket: i}
		all = append(all, p)
		if !v.busy[i] {
			points = append(points, p)
		}
	}
	if len(points) >= fewestPoints {
		return points, true
	}
	return all, len(all) == len(points)
}

// delay is how late the load generator was, mostly.
func (v *run) delay() float64 {
	return median(v.r.Global.TimeSeries.Histograms[metrics.GeneratorLag.Name].Aggregate.P95)
}

func (v *run) doubtful(calm bool) string {
	if calm {
		return ""
	}
	return "The load generator was busy for most of the time, so that a part of these times is its own."
}

// subject names what was waited for.
func subject(m *metrics.Metric, label string) string {
	switch m {
	case metrics.LiveViewEventDuration:
		return "The event " + quoted(label)
	case metrics.LiveViewConnectionDuration:
		return "Connecting the LiveView" // its label is the page
	}
	return "A request of type " + label
}
