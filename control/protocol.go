package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/plan"
)

// The paths of the protocol. A command is a POST with a JSON body.
const (
	pathRun   = "/v1/run"   // GET: a Status
	pathSteer = "/v1/steer" // POST a SteerRequest: a cluster.Steered
	pathStop  = "/v1/stop"  // POST {}: {}
)

const (
	// mostBody is how many bytes a command may have.
	mostBody = 4 << 10
	// mostAnswer is how many bytes a client reads of an answer.
	mostAnswer = 4 << 20
	// mostUsers keeps a slip of the hand from starting users until the memory is full.
	mostUsers = plan.MostExtra
)

// Status is where a run stands.
type Status struct {
	ID        string                   `json:"id"`     // of the run on its machine
	RunID     string                   `json:"run_id"` // as in its Results
	PID       int                      `json:"pid"`
	Scripts   []string                 `json:"scripts"`
	Since     time.Time                `json:"since"`
	Ending    bool                     `json:"ending"`    // no iteration begins any more
	Scenarios []cluster.ScenarioStatus `json:"scenarios"` // that run now; none between two scripts
}

// Users is how many users there are in all scenarios that run now.
func (s Status) Users() (users int64) {
	for _, scenario := range s.Scenarios {
		users += scenario.Users
	}
	return users
}

// A SteerRequest is a command to a scenario.
type SteerRequest struct {
	Scenario string `json:"scenario,omitempty"` // "" when there is only one to mean
	plan.Command
}

// An answerError is what a refused request is answered with.
type answerError struct {
	Error string `json:"error"`
}

// readSteer reads a command from another process.
func readSteer(body io.Reader) (SteerRequest, error) {
	var r SteerRequest
	if err := readStrictly(body, &r); err != nil {
		return SteerRequest{}, err
	}
	switch {
	case r.Users == nil && r.Rate == nil && r.Paused == nil && !r.Stop:
		return SteerRequest{}, errors.New("the command says nothing: it needs users, rate, paused or stop")
	case r.Users != nil && *r.Users > mostUsers:
		return SteerRequest{}, fmt.Errorf("%d users are more than one run can have, which is %d", *r.Users, mostUsers)
	}
	return r, nil
}

// readStrictly reads exactly one JSON value without members that are not known.
func readStrictly(body io.Reader, into any) error {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("read command: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("read command: there is something behind it")
	}
	return nil
}
