package plan

import (
	"github.com/liveload/liveload/plan/shape"
)

// A Command changes a scenario while it runs: plain data, which may come from another process. What
// is nil stays as it is.
type Command struct {
	// Users replaces what is left of the plan by a number of users, until the scenario's end.
	Users *int `json:"users,omitempty"`
	// Rate does the same in the open model.
	Rate *shape.Rate `json:"rate,omitempty"`
	// Paused holds new iterations back, or lets them begin again. The plan's time goes on meanwhile: what
	// would have been due in a pause of the open model is left out.
	Paused *bool `json:"paused,omitempty"`
	// Stop ends the scenario politely: running iterations finish.
	Stop bool `json:"stop,omitempty"`
}
