package metrics

import "time"

// LiveStatus is the state of a run while it runs, for displays.
type LiveStatus struct {
	Elapsed   time.Duration // since the start of the run, up to the newest snapshot
	Nodes     int           // that report
	Lost      []string      // nodes that were lost
	Scenarios []LiveScenario
	Generator LiveGenerator
	Health    Health
}

// LiveScenario is the state of one scenario.
type LiveScenario struct {
	Name            string
	PlannedUsers    int
	PlannedDuration time.Duration // 0 when it ends by itself
	Started         int64
	Active          int64
	Succeeded       int64
	Failed          int64
	Iterations      int64
	Rate            float64          // iterations per second over the last ten seconds
	Failures        map[string]int64 // iteration failures by class
	Histograms      map[string]LiveHistogram
	Counters        map[string]int64
	Gauges          map[string]GaugeValue // the largest of all labels
	FirstFailures   map[string]string     // the first message of each class
	Thresholds      []ThresholdOutcome    // as they stand; one without a value is neither met nor failed yet
	Limit           *Limit                // of a search for it; nil otherwise
}

// LiveHistogram summarises a distribution: since the start, and over the last ten seconds.
type LiveHistogram struct {
	Total  LiveQuantiles
	Recent LiveQuantiles
}

// LiveQuantiles are the usual percentiles, in the metric's unit; 0 when Count is 0.
type LiveQuantiles struct {
	Count              int64
	P50, P95, P99, Max float64
}

// LiveGenerator is the load generator's own state: the worst of its nodes over the last ten seconds.
type LiveGenerator struct {
	CPUPercent float64
	RSSBytes   float64 // of all nodes together
	Lag        time.Duration
}
