package main

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/plan"
)

// followLoad notes which options follow from others: the users of a rate, and of stages the most users and how long they
// last, unless a shorter duration cuts them off.
func followLoad(from map[string]string, scenario *plan.Scenario, decided plan.Options) {
	source := "from stages"
	if scenario.Kind() == plan.KindConstantRate {
		source = "from rate"
	}
	if scenario.Kind().Open() && scenario.FindLimit == nil {
		if decided.MaxUsers == nil {
			from["maxUsers"] = source
		}
		if decided.PreStartedUsers == nil {
			from["preStartedUsers"] = source
		}
	}
	if len(scenario.Stages) == 0 {
		return
	}
	if scenario.Kind() == plan.KindRampingUsers {
		from["users"] = source
	}
	if decided.Duration == nil || *decided.Duration > time.Duration(scenario.Duration) {
		from["duration"] = source
	}
}

// spareUsers warns about users who share so few iterations that some get none.
func spareUsers(scenario *plan.Scenario) []string {
	if scenario.Problem != nil || scenario.Kind() != plan.KindSharedIterations || scenario.Users <= scenario.Iterations {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s, so that at least %d of them get none: iterations are shared by all users; say iterationsPerUser (--iterations-per-user) for so many of each",
		scenario.Name, scenario.LoadText(), scenario.Users-scenario.Iterations)}
}
