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
		points := v.points(column)
		if len(points) < fewestPoints {
			return
		}
		correlation := rankCorrelation(points)
		low, high := thirds(points)
		if !certain(correlation, len(points)) || high < muchSlower*low || high-low < noticed {
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
		if v.r.OpenLoad() {
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

// points are the medians of the buckets in which the load generator was not busy: in others times grow by themselves.
func (v *run) points(column metrics.HistogramSeries) (points []point) {
	for i, n := range column.Count {
		if n >= fewestInBucket && at(v.users, i) > 0 && !v.busy[i] {
			points = append(points, point{x: v.users[i], y: at(column.P50, i), bucket: i})
		}
	}
	return points
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
