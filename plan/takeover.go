package plan

import (
	"time"

	"github.com/liveload/liveload/plan/shape"
)

// A Takeover is a part of a running scenario whose node was lost. Another node goes on with it: users begin anew, with
// the ids that they had, and what was due before is left out.
type Takeover struct {
	Part     int            `json:"part"` // numbers the takeovers of a batch, from 1
	Scenario string         `json:"scenario"`
	Segment  *shape.Segment `json:"segment"`
	From     Duration       `json:"from"` // since the start of the batch
	// Ended is how many users of the part had ended by themselves. They do not begin again.
	Ended int `json:"ended,omitempty"`
	// Iterations is how many of the shared iterations are left to the part.
	Iterations int64 `json:"iterations,omitempty"`
}

// TakeOver returns what a node that takes over a part of the scenario runs beside its own part.
func (p *Scenario) TakeOver(part Takeover) Scenario {
	taken := *p
	taken.Segment, taken.Takeover = part.Segment, &part
	return taken
}

// Part numbers a part of the scenario that was taken over, from 1.
func (p *Scenario) Part() int {
	if p.Takeover == nil {
		return 0
	}
	return p.Takeover.Part
}

// Skipped is how much of the scenario's time is left out at its beginning.
func (p *Scenario) Skipped() time.Duration {
	from := p.Joins
	if p.Takeover != nil {
		from = p.Takeover.From
	}
	return max(0, time.Duration(from-p.StartTime))
}

// UsersGone is how many users had ended before this node began: of a part that was taken over, or by the plan.
func (p *Scenario) UsersGone() int {
	switch {
	case p.Takeover != nil:
		return p.Takeover.Ended
	case p.Joins > 0 && p.Kind() == KindConstantUsers:
		return p.OwnUsers(p.UsersAt(time.Duration(p.Joins - p.StartTime - p.Duration)))
	}
	return 0
}

// Begun says that the scenario runs elsewhere when it begins on this node, whose users follow the clock of the others.
func (p *Scenario) Begun() bool { return p.Takeover != nil || p.Joins > p.StartTime }
