// Package report makes of Results what pages show of them: Data, which the saved report, the live dashboard and
// comparisons read, and the one file that a report is. Everything that can be said in Go is said here, so that
// pages only draw. Package web has the pages themselves.
package report

import (
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/standout"
	"github.com/liveload/liveload/sinks/timesplit"
)

// A Kind is what a page is.
type Kind string

const (
	Report    Kind = "report"    // of a run that has ended
	Dashboard Kind = "dashboard" // of one that goes on
)

// Data is what a page shows. web/src/data.ts declares the same types, which a test compares.
type Data struct {
	Kind      Kind              `json:"kind"`
	RunID     string            `json:"run_id"`
	Start     time.Time         `json:"start"`
	Version   string            `json:"version"`
	Labels    map[string]string `json:"labels"`
	Verdict   Verdict           `json:"verdict"` // on the run
	Scenarios []Scenario        `json:"scenarios"`

	// Parts are what a page fetches by name when it is looked at.
	Parts map[string]any `json:"-"`
}

// A Verdict is what a reader wants to know first.
type Verdict struct {
	State State    `json:"state"`
	Title string   `json:"title"` // "Failed"
	Why   string   `json:"why"`   // one sentence
	More  []string `json:"more"`  // what it rests on, the most important first

	Doubts []string `json:"doubts"` // why the numbers may say less than they seem to
}

// A State is how a run or scenario stands.
type State string

const (
	Passed   State = "passed"   // what was promised was kept
	Finished State = "finished" // nothing was promised, and nothing failed
	Troubled State = "troubled" // it came to an end, but not as it should have
	Failed   State = "failed"
	Running  State = "running"
)

// A Scenario is what a page shows of a scenario. One that could not run has a name, a verdict and an error.
type Scenario struct {
	Name         string             `json:"name"`
	Error        string             `json:"error,omitempty"` // why it could not run
	Dead         string             `json:"dead,omitempty"`  // why nothing in it counts as a success: "no iteration succeeded"
	Verdict      Verdict            `json:"verdict"`
	Load         string             `json:"load"`        // what was asked for, in words; "" when the Result does not say
	ElapsedMS    int64              `json:"elapsed_ms"`  // since the start of the run
	ScenarioMS   int64              `json:"scenario_ms"` // since its own; rates are counts divided by it
	Figures      []Figure           `json:"figures"`
	Felt         []Felt             `json:"felt"`
	FirstFailure *FirstFailure      `json:"first_failure"`
	Trust        Trust              `json:"trust"`
	Findings     []standout.Finding `json:"findings"` // what stands out
	Thresholds   []Threshold        `json:"thresholds"`
	Failures     []Failure          `json:"failures"`
	Metrics      []Metric           `json:"metrics"`
	BucketMS     int64              `json:"bucket_ms"` // width of the columns of the series
	Series       metrics.TimeSeries `json:"series"`
	Marks        []Mark             `json:"marks"`
	Nodes        []Node             `json:"nodes"`
	Options      map[string]any     `json:"options"`
	Limit        *metrics.Limit     `json:"limit,omitempty"`
	Journey      Journey            `json:"journey"`
	Requests     []Request          `json:"requests"` // that failed first
	Checks       []Check            `json:"checks"`   // that failed first
	Splits       []timesplit.Split  `json:"splits"`   // where the time went
}

// A Figure is one of the large numbers at the top.
type Figure struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Detail string `json:"detail"` // "12.3 per second"
	Bad    bool   `json:"bad,omitempty"`
}

// Felt says of one thing that people wait for how long they waited, in microseconds.
type Felt struct {
	What    string  `json:"what"` // "Page opened"
	Meaning string  `json:"meaning"`
	Metric  string  `json:"metric"` // behind it
	Count   int64   `json:"count"`
	P50     float64 `json:"p50"`
	P95     float64 `json:"p95"`
	P99     float64 `json:"p99"`
}

// A FirstFailure is what failed first.
type FirstFailure struct {
	AtMS    int64  `json:"at_ms"` // since the start of the run
	Class   string `json:"class"`
	Message string `json:"message"`
	Place   string `json:"place"` // in the script
}

// Trust says whether the load generator measured the application, or itself.
type Trust struct {
	OK      bool     `json:"ok"`
	Title   string   `json:"title"`
	Reasons []string `json:"reasons"` // why not
	Notes   []string `json:"notes"`
	Facts   []Figure `json:"facts"` // what it measured about itself
}

// A Threshold is what was promised, and what became of it.
type Threshold struct {
	Metric     string `json:"metric"`
	Expression string `json:"expression"`
	Measured   string `json:"measured"`
	OK         bool   `json:"ok"`
}

// A Failure is one cause of failures.
type Failure struct {
	Class   string   `json:"class"`
	Reason  string   `json:"reason"`
	Target  string   `json:"target"`
	Step    string   `json:"step"`
	Count   int64    `json:"count"`
	Samples []Sample `json:"samples"`
}

// A Sample is one failure that was kept.
type Sample struct {
	AtMS     int64     `json:"at_ms"` // since the start of the run
	User     int64     `json:"user"`
	Message  string    `json:"message"`
	Stack    []string  `json:"stack"`
	Evidence *Evidence `json:"evidence,omitempty"`
}

// A Mark is something that happened at a moment and explains what charts show.
type Mark struct {
	AtMS int64    `json:"at_ms"` // since the start of the run
	Kind MarkKind `json:"kind"`
	Text string   `json:"text"`
}

// A MarkKind is what a mark is about.
type MarkKind string

const (
	MarkLoad      MarkKind = "load"
	MarkThreshold MarkKind = "threshold"
	MarkNode      MarkKind = "node"
	MarkFailure   MarkKind = "failure"
)

// A Node is one machine of the run. What it measured is a part of its own, which a page fetches when somebody looks at it.
type Node struct {
	Name       string             `json:"name"`
	Status     metrics.NodeStatus `json:"status"`
	Reason     string             `json:"reason"`
	Saturated  bool               `json:"saturated"`
	Users      int64              `json:"users"` // that ended
	Iterations int64              `json:"iterations"`
	Failures   int64              `json:"failures"`
	CPU        float64            `json:"cpu"`            // p95 of its seconds, in percent; 0 when it is not known, as of the next two
	Memory     float64            `json:"memory"`         // at most, in bytes
	Lag        float64            `json:"lag"`            // p95 of how late its timers fire, in microseconds
	Part       string             `json:"part,omitempty"` // name of its NodePart; "" without numbers
}
