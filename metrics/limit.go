package metrics

import "slices"

// A Limit is what a search for the largest load that holds has found, or has found so far. Package cluster
// searches.
type Limit struct {
	Of        string      `json:"of"`        // LimitOfUsers or LimitOfRate
	Held      *float64    `json:"held"`      // the largest load that held: users, or iterations per second; nil when none did
	Broke     *float64    `json:"broke"`     // the smallest load that did not; nil when every one held
	By        LimitCause  `json:"by"`        // what broke that; "" when nothing did
	Complete  bool        `json:"complete"`  // whether the search came to its end
	Statement string      `json:"statement"` // all of this in words
	Steps     []LimitStep `json:"steps"`     // the loads that were tried, in this order
}

// What a search varies.
const (
	LimitOfUsers = "users"
	LimitOfRate  = "rate"
)

// A LimitCause is what a load broke on.
type LimitCause string

const (
	LimitApplication LimitCause = "application" // a threshold was not met
	LimitGenerator   LimitCause = "generator"   // the machines that make the load were saturated: what they measured is not to be believed
	LimitLoad        LimitCause = "load"        // there were fewer users or iterations than there had to be
)

// A LimitStep is one load that was tried.
type LimitStep struct {
	Load       float64            `json:"load"`            // users, or iterations per second
	Text       string             `json:"text"`            // "140 users", "90/m"
	Again      bool               `json:"again,omitempty"` // it had broken once before, and was tried again
	Held       bool               `json:"held"`
	By         LimitCause         `json:"by,omitempty"`      // what it broke on
	Reasons    []string           `json:"reasons,omitempty"` // what of that, in words
	Thresholds []ThresholdOutcome `json:"thresholds"`        // as measured between FromMS and ToMS
	FromMS     int64              `json:"from_ms"`           // since the start of the run
	ToMS       int64              `json:"to_ms"`
}

// HeldStep is what was measured of the largest load that held, nil when none did.
func (l *Limit) HeldStep() *LimitStep { return l.step(l.Held, true) }

// BrokenStep is what was measured of the smallest load that did not hold, nil when every one held.
func (l *Limit) BrokenStep() *LimitStep { return l.step(l.Broke, false) }

func (l *Limit) step(load *float64, held bool) *LimitStep {
	for i := range slices.Backward(l.Steps) { // a load that was tried again counts as it was then
		if s := &l.Steps[i]; load != nil && s.Load == *load && s.Held == held {
			return s
		}
	}
	return nil
}
