package shared

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/liveload/liveload/throttle"
)

const (
	// maxWaiting is how many permits and numbers a worker may wait for or hold at once.
	maxWaiting = 50_000
	// maxUnacknowledged is how many messages a worker may have for a controller that cannot be reached: requests, and news that
	// they are not wanted any more, since users give up.
	maxUnacknowledged = 4 * maxWaiting
	// maxName bounds the names of throttles and sequences, in bytes.
	maxName = 4096
	// A worker sends at most a frame each millisecond. One with more than this unread floods the controller.
	mostPending      = 8192
	mostPendingBytes = 32 << 20
)

// An operation is what a worker asks of the controller.
type operation string

const (
	opDefine operation = "define" // throttles of Key
	opBegin  operation = "begin"  // the time of their ramps
	opPermit operation = "permit" // of the throttle Name
	opLeave  operation = "leave"  // the permit of the request ID is not wanted any more, or is given back
	opNext   operation = "next"   // number of the sequence Name
)

// A request is of a worker. All but opBegin and opLeave are answered once.
type request struct {
	ID          uint64                `json:"id,omitempty"` // grows from request to request; opLeave names another one
	Op          operation             `json:"op"`
	Key         string                `json:"key,omitempty"` // of throttles
	Name        string                `json:"name,omitempty"`
	Definitions []throttle.Definition `json:"definitions,omitempty"`
}

// An answer is the controller's to a request.
type answer struct {
	ID     uint64 `json:"id"`
	Error  string `json:"error,omitempty"`
	Waited int64  `json:"waited,omitempty"` // nanoseconds
	Slot   bool   `json:"slot,omitempty"`   // the permit is given back with opLeave
	Number int64  `json:"number,omitempty"`
	At     int64  `json:"at"` // nanoseconds since the Server began
}

func (a answer) err() error {
	if a.Error == "" {
		return nil
	}
	return errors.New(a.Error)
}

// check says what a request must not be.
func (r *request) check() error {
	if len(r.Key) > maxName || len(r.Name) > maxName {
		return fmt.Errorf("the name of a throttle or of data is longer than %d bytes", maxName)
	}
	switch r.Op {
	case opDefine, opBegin, opPermit, opLeave, opNext:
		return nil
	}
	return fmt.Errorf("there is no operation %.40q", string(r.Op))
}

// encode returns a message for a link.
func encode(message any) (json.RawMessage, error) {
	data, err := json.Marshal(message)
	if err == nil && len(data) > maxFrame {
		err = fmt.Errorf("%d bytes are too many for one message, %d are allowed", len(data), maxFrame)
	}
	return data, err
}
