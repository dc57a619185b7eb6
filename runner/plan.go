package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// A Plan is what one node runs: plain data that travels to workers as JSON. Its scenarios run one
// after the other.
type Plan struct {
	RunID     string         `json:"run_id"` // UUID
	Scenarios []ScenarioPlan `json:"scenarios"`
}

// A ScenarioPlan is one scenario with every option decided.
type ScenarioPlan struct {
	Name             string    `json:"name"`
	Script           string    `json:"script"`  // the script's path, as the person gave it
	Program          js.Source `json:"program"` // the bundled script, for nodes without the file
	Users            int       `json:"users"`
	FirstUser        int       `json:"first_user"` // id of this node's first user, counted from 1 across the cluster
	Duration         Duration  `json:"duration"`
	IterationTimeout Duration  `json:"iteration_timeout"`
	RampUp           Duration  `json:"ramp_up"`
	OnFailure        OnFailure `json:"on_failure"`

	// Problem is why the scenario cannot run at all: its script is broken. It is then only recorded.
	Problem error `json:"-"`

	Config    map[string]string  `json:"config,omitempty"`     // --config pairs, the argument of the script's config function
	Context   map[string]any     `json:"context,omitempty"`    // Playwright's browser context options
	Block     []string           `json:"block,omitempty"`      // URL patterns whose requests are aborted
	URLGroups []metrics.URLGroup `json:"url_groups,omitempty"` // labels of pages and URLs, first match wins

	Thresholds []threshold.Spec `json:"thresholds,omitempty"` // of this scenario, and of others that they name
}

// OnFailure says what becomes of a user whose iteration failed or timed out.
type OnFailure string

const (
	// Stop ends the user as failed.
	Stop OnFailure = "stop"
	// Continue runs the next iteration with the same session, or a fresh one when it is gone.
	Continue OnFailure = "continue"
	// Restart runs the next iteration with a fresh session.
	Restart OnFailure = "restart"
)

// Defaults of a scenario that says nothing else.
const (
	DefaultUsers            = 1
	DefaultDuration         = 10 * time.Minute
	DefaultIterationTimeout = 2 * time.Minute
)

// Validate reports everything that is wrong with the scenario, each with the value and the fix.
func (p *ScenarioPlan) Validate() error {
	var problems []error
	refuse := func(option, format string, args ...any) {
		problems = append(problems, &OptionError{Option: option, Problem: fmt.Sprintf(format, args...)})
	}
	if p.Users < 1 {
		refuse("users", "is %d, but a run needs at least 1 user", p.Users)
	}
	if p.Duration <= 0 {
		refuse("duration", "is %v, but must be longer than 0, for example 5m", p.Duration)
	}
	if p.IterationTimeout <= 0 {
		refuse("iterationTimeout", "is %v, but must be longer than 0, for example 2m", p.IterationTimeout)
	}
	if p.RampUp < 0 {
		refuse("rampUp", "is %v, but must be 0 or longer", p.RampUp)
	}
	switch p.OnFailure {
	case Stop, Continue, Restart:
	default:
		refuse("onFailure", "is %q, but must be 'stop', 'continue' or 'restart'", string(p.OnFailure))
	}
	if _, err := metrics.NewPageLabeler(p.URLGroups); err != nil {
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// Described returns the options as they go into the Result: by the names that scripts use.
func (p *ScenarioPlan) Described() map[string]any {
	described := map[string]any{
		"users": p.Users, "duration": p.Duration.String(), "iterationTimeout": p.IterationTimeout.String(),
		"rampUp": p.RampUp.String(), "onFailure": string(p.OnFailure),
	}
	if len(p.Config) > 0 {
		described["config"] = p.Config
	}
	if len(p.Block) > 0 {
		described["block"] = p.Block
	}
	if len(p.Thresholds) > 0 {
		described["thresholds"] = describedThresholds(p.Thresholds)
	}
	if len(p.Context) > 0 {
		// A copy through JSON: what a script exports may hold values that the Result cannot.
		if text, err := json.Marshal(p.Context); err == nil {
			described["context"] = json.RawMessage(text)
		}
	}
	return described
}
