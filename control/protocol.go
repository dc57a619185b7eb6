package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
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
	// maxBody is the largest command, in bytes.
	maxBody = 4 << 10
	// maxAnswer is how many bytes of an answer a client reads.
	maxAnswer = 4 << 20
)

// Status says how far a run is.
type Status struct {
	ID        string                   `json:"id"`     // of the run on its machine
	RunID     string                   `json:"run_id"` // as in its Results
	PID       int                      `json:"pid"`
	Scripts   []string                 `json:"scripts"`
	Since     time.Time                `json:"since"`
	Ending    bool                     `json:"ending"`    // no more iterations begin
	Scenarios []cluster.ScenarioStatus `json:"scenarios"` // running now; empty between two scripts
}

// Users is the number of users in all running scenarios.
func (s Status) Users() (users int64) {
	for _, scenario := range s.Scenarios {
		users += scenario.Users
	}
	return users
}

// A SteerRequest is a command to a scenario.
type SteerRequest struct {
	Scenario string `json:"scenario,omitempty"` // "" for the only one that can be meant
	plan.Command
}

// An answerError is the answer to a refused request.
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
	case r.Users != nil && *r.Users > plan.MostExtra: // a typing mistake would start users until the memory is full
		return SteerRequest{}, fmt.Errorf("%d users are more than one run can have, which is %d", *r.Users, plan.MostExtra)
	}
	return r, nil
}

// kinds are what the members of a command can be.
var kinds = map[reflect.Kind]string{reflect.Int: "a whole number", reflect.Bool: "true or false", reflect.String: "a text"}

// readStrictly reads exactly one JSON value and refuses unknown members.
func readStrictly(body io.Reader, into any) error {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if kind := kinds[wrong.Type.Kind()]; kind != "" && wrong.Field != "" {
			return fmt.Errorf("read command: %s must be %s", wrong.Field[strings.LastIndex(wrong.Field, ".")+1:], kind)
		}
	}
	if err != nil {
		return fmt.Errorf("read command: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("read command: there is something behind it")
	}
	return nil
}
