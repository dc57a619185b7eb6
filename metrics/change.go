package metrics

import "time"

// A Change says what somebody, or the loss of a node, changed about a scenario while it ran.
type Change struct {
	OffsetMS int64      `json:"offset_ms"` // since the start of the scenario's batch
	What     ChangeKind `json:"what"`
	From     string     `json:"from,omitempty"` // what it was: a number of users or a rate
	To       string     `json:"to,omitempty"`
}

// A ChangeKind is what was changed.
type ChangeKind string

const (
	ChangedUsers ChangeKind = "users"
	ChangedRate  ChangeKind = "rate"
	Paused       ChangeKind = "paused"
	Resumed      ChangeKind = "resumed"
	Stopped      ChangeKind = "stopped"
	// Moved is no command: users of the lost node From began again, on the nodes of To.
	Moved ChangeKind = "moved"
)

// Offset is when it was, since the start of the scenario's batch.
func (c Change) Offset() time.Duration { return time.Duration(c.OffsetMS) * time.Millisecond }

// String says the change in a few words: "users 10 -> 25", "paused".
func (c Change) String() string {
	switch {
	case c.What == Moved:
		return "users of lost node " + c.From + " moved: " + c.To
	case c.From == "" && c.To == "":
		return string(c.What)
	}
	return string(c.What) + " " + c.From + " -> " + c.To
}

// Of says the change of a scenario: "users of browse: 10 -> 25", "browse: paused".
func (c Change) Of(scenario string) string {
	if c.What == Moved || c.From == "" && c.To == "" {
		return scenario + ": " + c.String()
	}
	return string(c.What) + " of " + scenario + ": " + c.From + " -> " + c.To
}
