package metrics

import (
	"strings"
	"time"
)

// DefaultBucketWidth is the width of a bucket of the time series in a Result.
const DefaultBucketWidth = 5 * time.Second

// RunInfo says what runs. It is the same for every node and sink of the run.
type RunInfo struct {
	RunID       string            `json:"run_id"` // a UUID
	Start       time.Time         `json:"start"`
	Version     string            `json:"liveload_version"`
	BucketWidth time.Duration     `json:"bucket_width"` // nanoseconds; 0 is DefaultBucketWidth
	Scenarios   []ScenarioInfo    `json:"scenarios"`
	Nodes       []string          `json:"nodes,omitempty"`   // that take part, as far as they are known: intervals wait for them
	ByNode      bool              `json:"by_node,omitempty"` // intervals have each node's part too
	Labels      map[string]string `json:"labels,omitempty"`  // git, host, ...
	Part        bool              `json:"part,omitempty"`    // the Results are to be merged with those of other nodes
}

// ScenarioInfo says what is planned for one scenario.
type ScenarioInfo struct {
	Name     string        `json:"name"`
	Users    int           `json:"users"`
	Duration time.Duration `json:"duration"` // nanoseconds since the start of the run; 0 when it ends by itself

	StartTime time.Duration `json:"start_time,omitempty"` // nanoseconds since the start of the run

	Load    string            `json:"load,omitempty"`    // what is planned, in words: "10 users", "20/s by up to 50 users"
	Options any               `json:"options,omitempty"` // what the user asked for, as JSON
	Tags    map[string]string `json:"tags,omitempty"`    // labels of this scenario's Result
}

// ResultFormat is the format of Results that this version writes. Only Results of the same format can be merged.
const ResultFormat = 1

// A Result is what is kept of one scenario after the run. Its JSON is described in docs/result.md.
type Result struct {
	Name            string             `json:"name"`
	Error           string             `json:"-"` // why the scenario could not run; the JSON is then {name, error}
	RunID           string             `json:"run_id"`
	GeneratedAt     time.Time          `json:"generated_at"`
	LiveloadVersion string             `json:"liveload_version"`
	Format          int                `json:"format"` // ResultFormat; 0 in files from before there were numbers
	BucketWidthMS   int64              `json:"bucket_width_ms"`
	QuantilePoints  []float64          `json:"quantile_points"` // 0.00, 0.01, ... 1.00
	Load            string             `json:"load,omitempty"`  // what was planned, in words
	Options         any                `json:"options"`
	Labels          map[string]string  `json:"labels"`
	Global          ScenarioResult     `json:"global"`
	Nodes           []NodeResult       `json:"nodes"`
	Thresholds      []ThresholdOutcome `json:"thresholds"`
	FailureLimit    *FailureLimit      `json:"failure_limit,omitempty"` // nil when any share is fine
	Health          Health             `json:"health"`
	Interrupted     bool               `json:"interrupted,omitempty"` // people stopped the run before its end
	CutShort        *CutShort          `json:"cut_short,omitempty"`   // liveload itself died; nil when it did not
	PartOf          int                `json:"part_of,omitempty"`     // how many nodes the run had, when this has the numbers of some of them only
	Changes         []Change           `json:"changes,omitempty"`     // from outside, while it ran
	Limit           *Limit             `json:"limit,omitempty"`       // of a search for it
	Machines        *Machines          `json:"machines,omitempty"`    // that were rented, or whose price is known
	Metrics         []*Metric          `json:"metrics,omitempty"`     // that scripts have defined
	// Unacknowledged is, in the part that a worker has kept, what its controller may lack: pieces of the same numbers, in
	// order. Nil is in all other Results.
	Unacknowledged []Piece `json:"unacknowledged,omitzero"`
}

// A CutShort says that liveload died while the scenario ran. The Result was made of what it had kept until then.
type CutShort struct {
	AfterMS float64 `json:"after_ms"` // up to when there are numbers, since the start of the run
}

// After is up to when there are numbers, since the start of the run.
func (c *CutShort) After() time.Duration {
	return time.Duration(c.AfterMS * float64(time.Millisecond)).Round(100 * time.Millisecond)
}

// A FailureLimit says which share of failures, from 0 to 1, is too many.
type FailureLimit struct {
	Share float64 `json:"share"`
	Users bool    `json:"users,omitempty"` // nobody replaces users that fail: their share counts, beside that of iterations
}

// A Piece is what a node measured from a moment on, until the next piece begins.
type Piece struct {
	FromMS float64        `json:"from_ms"` // since the start of the run, as ReportedMS of a node
	Result ScenarioResult `json:"result"`
}

// Milliseconds returns an offset as Results have it, to the microsecond.
func Milliseconds(offset time.Duration) float64 { return float64(offset.Round(time.Microsecond)) / 1e6 }

// OpenLoad says whether iterations came at a rate of their own. How many users they needed is then a result, and no load.
func (r *Result) OpenLoad() bool {
	options, _ := r.Options.(map[string]any)
	load, _ := options["load"].(string)
	return strings.Contains(load, "arrival rate")
}

// Metric returns the declaration of a metric in the Result.
func (r *Result) Metric(name string) *Metric {
	for _, m := range append(Catalogue(), r.Metrics...) {
		if m.Name == name {
			return m
		}
	}
	return &Metric{Name: name}
}

// SetCounter sets what a counter with one label has counted, by the values of that. What counted nothing is not in a Result.
func (r *Result) SetCounter(m *Metric, by map[string]int64) {
	total := int64(0)
	for _, n := range by {
		total = plus(total, n)
	}
	if r.Global.Counters == nil {
		r.Global.Counters = make(map[string]CounterBy)
	}
	if total > 0 {
		r.Global.Counters[m.Name] = CounterBy{Aggregate: total, By: by}
	}
}

// Machines are those that a provider has started for all scenarios that ran side by side.
type Machines struct {
	Most     int    `json:"most"`                // at once
	Kind     string `json:"kind,omitempty"`      // as the provider calls their size; "" when it does not say
	Users    int    `json:"users,omitempty"`     // that were planned, at once at most
	UsedMS   int64  `json:"used_ms"`             // from the launch of each until it was not needed any more, of all together
	NeededMS int64  `json:"needed_ms,omitempty"` // of those that came and went with the load: the same without the time to boot and to leave
	Cost     *Cost  `json:"cost,omitempty"`      // when somebody has said a price
}

// A Cost is what machines cost.
type Cost struct {
	PerHour          float64 `json:"per_hour"` // of a machine
	Currency         string  `json:"currency,omitempty"`
	Total            float64 `json:"total"`
	PerThousandUsers float64 `json:"per_1000_users,omitempty"` // Users
}

// NodeStatus says how a node ended.
type NodeStatus string

const (
	NodeOK    NodeStatus = "ok"
	NodeLost  NodeStatus = "lost"  // it stopped reporting; its numbers up to then count
	NodeError NodeStatus = "error" // it could not run; it has no numbers
)

// A NodeResult is the part of one node.
type NodeResult struct {
	Node   string     `json:"node"`
	RunID  string     `json:"run_id,omitempty"` // in a Result that was merged from several runs
	Status NodeStatus `json:"status"`
	Reason string     `json:"reason,omitempty"` // why it is not ok
	// ReportedMS is up to when its reports go, since the start of the run, to the microsecond. The Result has nothing of
	// what it did later.
	ReportedMS float64 `json:"reported_ms,omitempty"`
	LostMS     float64 `json:"lost_ms,omitempty"` // when it was found to be lost, since the start of the run
	// ClockOffsetMS is how far its clock was ahead of the controller's, which counts. Nil is not measured.
	ClockOffsetMS *float64        `json:"clock_offset_ms,omitempty"`
	Result        *ScenarioResult `json:"result"`
}

// A ScenarioResult holds the numbers of a scenario, on one node or on all.
type ScenarioResult struct {
	Users      UserTotals `json:"users"`
	DurationMS int64      `json:"duration_ms"` // of all buckets of the time series
	ElapsedMS  int64      `json:"elapsed_ms"`  // from the start of the run to its end
	// ScenarioMS is from the start time of the scenario until it has ended. Rates are counts divided by it. It is 0 in
	// the part of a node.
	ScenarioMS     int64                      `json:"scenario_ms,omitempty"`
	Histograms     map[string]HistogramBy     `json:"histograms"`
	Counters       map[string]CounterBy       `json:"counters"`
	Gauges         map[string]GaugeBy         `json:"gauges,omitempty"`
	TimeSeries     TimeSeries                 `json:"time_series"`
	FailureSamples map[string][]FailureSample `json:"failure_samples"`
}

// UserTotals counts users that ended.
type UserTotals struct {
	Total     int64 `json:"total"`
	Succeeded int64 `json:"succeeded"`
	Failed    int64 `json:"failed"`
}

// A By holds what was measured of a metric, in all and for each value of its first label. Where samples have more
// than one label, Series of the global part has each set of them.
type By[T any] struct {
	Aggregate T                  `json:"aggregate"`
	By        map[string]T       `json:"by"`
	Series    []LabelledValue[T] `json:"series,omitempty"`
}

// A LabelledValue is what was measured with one set of labels.
type LabelledValue[T any] struct {
	Labels Labels `json:"labels"`
	Value  T      `json:"value"`
}

// What was measured of a metric over the whole run.
type (
	HistogramBy = By[HistogramValues]
	CounterBy   = By[int64]
	GaugeBy     = By[GaugeValue]
)

// A ThresholdOutcome says whether one expectation was met. Its texts are what package threshold reads.
type ThresholdOutcome struct {
	Metric     string   `json:"metric"`     // with labels: checks{name:cart}
	Expression string   `json:"expression"` // rate>0.99
	Unit       string   `json:"unit"`       // of the value; "" for how many and how often
	OK         bool     `json:"ok"`
	Value      *float64 `json:"value"` // what was measured, in the metric's unit; nil when nothing was
	// NotJudged is why nobody can say: the Result is a part of a run, or was merged of what does not know enough.
	NotJudged string `json:"not_judged,omitempty"`
	// FailedMS is when it stopped being met, since the start of the run, if it had been met before.
	FailedMS int64 `json:"failed_ms,omitempty"`
}

// Health says whether the load generator could keep up. When it is saturated its latencies measure the
// generator, not the application.
type Health struct {
	Saturated      bool     `json:"saturated"`
	SaturatedNodes []string `json:"saturated_nodes,omitempty"` // which of them are, sorted
	Reasons        []string `json:"reasons"`                   // why, each with the name of its node
	Notes          []string `json:"notes,omitempty"`           // what else to know: lost nodes, dropped samples, labels in "other"
}
