package main

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/runner"
)

// followLoad says which options nobody has given, since they follow from others: the users of a rate, and of stages the
// most users and how long they last, unless a shorter duration cuts them off.
func followLoad(from map[string]string, plan *runner.ScenarioPlan, decided runner.Options) {
	source := "from stages"
	if plan.Kind() == runner.KindConstantRate {
		source = "from rate"
	}
	if plan.Kind().Open() && plan.FindLimit == nil {
		if decided.MaxUsers == nil {
			from["maxUsers"] = source
		}
		if decided.PreStartedUsers == nil {
			from["preStartedUsers"] = source
		}
	}
	if len(plan.Stages) == 0 {
		return
	}
	if plan.Kind() == runner.KindRampingUsers {
		from["users"] = source
	}
	if decided.Duration == nil || *decided.Duration > time.Duration(plan.Duration) {
		from["duration"] = source
	}
}

// spareUsers warns about users who share so few iterations that some get none.
func spareUsers(plan *runner.ScenarioPlan) []string {
	if plan.Problem != nil || plan.Kind() != runner.KindSharedIterations || plan.Users <= plan.Iterations {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s, so that at least %d of them get none: iterations are shared by all users; say iterationsPerUser (--iterations-per-user) for so many of each",
		plan.Name, plan.LoadText(), plan.Users-plan.Iterations)}
}
