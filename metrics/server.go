package metrics

import (
	"strings"
	"time"
)

// ServerPrefix begins the names of what is read of the tested application.
const ServerPrefix = "server_"

// ServerProbeFailures counts the readings of the tested application that failed.
var ServerProbeFailures = counter("server_probe_failures", "The metrics of the tested application could not be read.", open(TargetLabel))

// TargetLabel is the label that says which application a number was read of.
const TargetLabel = "target"

// OfServer says whether the metric is about the tested application.
func (m *Metric) OfServer() bool { return strings.HasPrefix(m.Name, ServerPrefix) }

// ServerMetric returns a metric of the tested application. Its name says its unit. Samples have the labels that the
// application gives them.
func ServerMetric(name string, kind Kind) Metric {
	m := Metric{Name: name, Kind: kind, Tagged: true, Help: "Read of the tested application once a second."}
	measured := m
	for _, suffix := range []string{"_total", "_sum", "_mean"} {
		measured.Name = strings.TrimSuffix(measured.Name, suffix)
	}
	m.Unit = unitOf(measured)
	return m
}

// A Reading is what the tested application said of itself at one moment. The receiver must not change it.
type Reading struct {
	At      time.Time // on the clock of the RunInfo's Start
	Metrics []*Metric // of the series; those of the catalogue may be left out
	Series  []Series  // without a scenario; counters with what they grew by since the reading before
}

// AddReading takes a reading. It counts in every scenario, in the second in which it was made, or in the last one that
// nodes have reported. Intervals do not wait for it: it comes with the next new second, as late snapshots do.
func (a *Aggregator) AddReading(r *Reading) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tell(Input{Reading: r})
	a.readings = append(a.readings, r)
}

// takeReadings adds the readings of the seconds up to last, or all of them. Those of later seconds then count in last.
func (a *Aggregator) takeReadings(last int, all bool) {
	var later []*Reading
	for _, r := range a.readings {
		number := max(int(r.At.Sub(a.run.Start)/intervalWidth), 0)
		if number > last && !all {
			later = append(later, r)
			continue
		}
		a.collectReading(r, a.second(min(number, last)))
	}
	a.readings = later
}

// collectReading adds a reading to its second.
func (a *Aggregator) collectReading(r *Reading, s *second) {
	for _, m := range r.Metrics {
		_, _ = a.metrics.Register(*m) // the first definition of a name counts
	}
	to := s.of(a.generator)
	for i := range r.Series {
		one := r.Series[i]
		one.Labels = a.generator.place(&one).labels
		to.series.add(&one, s.number)
	}
}
