package wire

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/liveload/liveload/cluster/workerlog"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// Headers of messages.
const (
	HeaderSeq   = "Liveload-Seq"   // of an event: 1, 2, 3, ... for each instance; the answer has the same
	HeaderMore  = "Liveload-More"  // of an event: the next message continues it
	HeaderJob   = "Liveload-Job"   // of a snapshot: the Job whose it is; its payload is the snapshot, not an Event
	HeaderError = "Liveload-Error" // of an answer: why there is none
	// HeaderFailed is of the answer to a part of a file: why the controller, which wants it, cannot keep it.
	HeaderFailed = "Liveload-Failed"
	// HeaderUncounted is of the answer to a snapshot that counts no more, since the controller has given up the node.
	HeaderUncounted = "Liveload-Uncounted"
)

// A Hello asks to join a run.
type Hello struct {
	Protocol int    `json:"protocol"`
	Version  string `json:"version"` // of liveload
	Name     string `json:"name"`    // that the worker would like to have, such as its host's
	Proof    string `json:"proof"`   // that it has the run's token
	// Resources are what its machine has.
	Resources node.Resources `json:"resources"`
}

// A Welcome answers a Hello.
type Welcome struct {
	Refused  string          `json:"refused,omitempty"` // why the worker cannot join; the rest is then empty
	Name     string          `json:"name,omitempty"`    // of the node, unique in the cluster
	RunID    string          `json:"run_id,omitempty"`
	Settings json.RawMessage `json:"settings,omitempty"`
	// Logs says which log records the controller wants.
	Logs workerlog.Levels `json:"logs"`
	// Grace is how long a worker that hears nothing of the controller waits for it.
	Grace time.Duration `json:"grace,omitempty"`
}

// Kinds of orders.
const (
	Clock = "clock" // answered with the worker's time
	// Prepare and Close take their time: the answer says that they have begun, an Event that they are done.
	PrepareJob = "prepare"
	RunJob     = "run"
	SteerJob   = "steer"
	TakeOver   = "takeover"
	DrainJob   = "drain"
	StopJob    = "stop"
	CloseJob   = "close"
	Leave      = "leave" // the worker ends
)

// An Order is what the controller tells a worker. It is repeated until it is answered; the worker obeys each ID once.
type Order struct {
	ID   uint64          `json:"id"`
	Kind string          `json:"kind"`
	Job  int             `json:"job,omitempty"`  // which the controller numbers: 1, 2, 3, ...
	Body json.RawMessage `json:"body,omitempty"` // a Prepare, Start, Steer or []plan.Takeover
}

// An Answer says that an Order was obeyed, or why not.
type Answer struct {
	Error *Error     `json:"error,omitempty"`
	Clock *time.Time `json:"clock,omitempty"` // of Clock
}

// A Prepare says what a job runs. All scenarios have one program.
type Prepare struct {
	Scenarios Ref   `json:"scenarios"` // JSON of []plan.Scenario, without program and segments; the data of setup is the first one's
	Program   Ref   `json:"program"`   // JSON of a plan.Program
	Parts     Parts `json:"parts"`
	Nodes     int   `json:"nodes"` // of the run
}

// Parts are what a node has of the scenarios, in their order.
type Parts []Part

// A Part is what a node has of a scenario.
type Part struct {
	Segment *shape.Segment `json:"segment,omitempty"`
	Joins   plan.Duration  `json:"joins,omitempty"`
}

// PartsOf takes the parts out of scenarios, which are then the same for all nodes.
func PartsOf(batch []plan.Scenario) (parts Parts) {
	for i := range batch {
		parts = append(parts, Part{batch[i].Segment, batch[i].Joins})
		batch[i].Segment, batch[i].Joins = nil, 0
	}
	return parts
}

// Give puts them back.
func (p Parts) Give(batch []plan.Scenario) error {
	if len(p) != len(batch) {
		return fmt.Errorf("there are %d parts of %d scenarios", len(p), len(batch))
	}
	for i := range batch {
		batch[i].Segment, batch[i].Joins = p[i].Segment, p[i].Joins
	}
	return nil
}

// A Start starts a job that is prepared.
type Start struct {
	At time.Time `json:"at"` // on the worker's clock
}

// A Steer changes a scenario of a job that runs.
type Steer struct {
	Scenario string       `json:"scenario"`
	Command  plan.Command `json:"command"`
}

// An Event is what happened on a worker, but for snapshots: one of the fields other than Job and Part.
type Event struct {
	Job      int      `json:"job"`
	Prepared *Outcome `json:"prepared,omitempty"` // whether the job can run
	Ended    string   `json:"ended,omitempty"`    // the scenario that has ended
	Part     int      `json:"part,omitempty"`     // which takeover of it, 0 for the job's own part
	// Returned is what the function of a phase has returned.
	Returned json.RawMessage `json:"returned,omitempty"`
	Done     *Outcome        `json:"done,omitempty"`   // the job has run, and nothing follows
	Closed   *Outcome        `json:"closed,omitempty"` // the job has left nothing behind
}

// An Outcome is how something went.
type Outcome struct {
	Error *Error `json:"error,omitempty"` // nil when it went well
}

// A Ref names a content by what it is.
type Ref struct {
	SHA256 string `json:"sha256"` // in hexadecimal
	Size   int64  `json:"size"`
}

// A ContentRequest asks for the chunk of a content that begins at an offset. An empty answer is the end.
type ContentRequest struct {
	SHA256 string `json:"sha256"`
	Offset int64  `json:"offset"`
}
