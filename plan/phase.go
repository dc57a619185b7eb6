package plan

import "time"

// A Phase is a function of a script that is called once in a run, and not by users.
type Phase string

const (
	// Setup is called before the first users of the script begin. They get what it returns.
	Setup Phase = "setup"
	// Teardown is called when the last users of the script have ended.
	Teardown Phase = "teardown"
)

// leastPhase is what a phase may take when iterations may take less.
const leastPhase = time.Minute

// PhaseTimeout is how long setup or teardown may take: as long as the longest iteration of these scenarios, and a minute at least.
func PhaseTimeout(batch []Scenario) time.Duration {
	longest := leastPhase
	for i := range batch {
		longest = max(longest, time.Duration(batch[i].IterationTimeout))
	}
	return longest
}

// Once returns what a node runs for a phase of a scenario's script.
func (p *Scenario) Once(phase Phase) Scenario {
	once := *p
	once.Phase, once.Exec, once.Name = phase, string(phase), string(phase)
	once.Users, once.FirstUser, once.FirstExtra, once.PreStartedUsers, once.Rate, once.Stages, once.FindLimit = 1, 0, 0, 0, nil, nil, nil
	once.Iterations, once.IterationsPerUser, once.Controlled, once.StartTime, once.RampUp, once.Thresholds = 1, 0, false, 0, 0, nil
	return once
}

// phases returns how long the functions take at most that scripts have called once.
func (p *Plan) phases() (total time.Duration) {
	seen := map[string]bool{}
	for i := range p.Scenarios {
		s := &p.Scenarios[i]
		if seen[s.Script] {
			continue
		}
		seen[s.Script] = true
		for _, has := range []bool{s.Setup, s.Teardown} {
			if has {
				total += PhaseTimeout(p.ofScript(s.Script))
			}
		}
	}
	return total
}

// ofScript returns the scenarios of a script.
func (p *Plan) ofScript(path string) (found []Scenario) {
	for _, s := range p.Scenarios {
		if s.Script == path {
			found = append(found, s)
		}
	}
	return found
}
