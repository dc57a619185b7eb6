package main

import (
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers/table"
	"github.com/liveload/liveload/plan"
)

// TestWhenMachinesComeAndGo: by themselves only those that cost, and only when that saves much.
func TestWhenMachinesComeAndGo(t *testing.T) {
	of := func(o plan.Options) plan.Plan {
		s := plan.Scenario{Name: "shop"}
		o.Apply(&s)
		return plan.Plan{Scenarios: []plan.Scenario{s}}
	}
	stages := func(length time.Duration) plan.Plan {
		stage := func(users int) plan.Stage { return plan.Stage{Duration: plan.Duration(length), Target: &users} }
		return of(plan.Options{Stages: []plan.Stage{stage(500), stage(0)}})
	}
	rented, own := &table.Kind{Rented: true}, &table.Kind{}
	for name, test := range map[string]struct {
		settings clusterSettings
		plan     plan.Plan
		want     bool
	}{
		"up and down":                   {clusterSettings{kind: rented}, stages(20 * time.Minute), true},
		"so short that boots cost more": {clusterSettings{kind: rented}, stages(time.Minute), false},
		"always the same":               {clusterSettings{kind: rented}, of(plan.Options{Users: new(500)}), false},
		"by command":                    {clusterSettings{kind: rented}, of(plan.Options{Users: new(500), Controlled: new(true)}), false},
		"not wanted":                    {clusterSettings{kind: rented, elastic: new(false)}, stages(20 * time.Minute), false},
		"machines that cost nothing":    {clusterSettings{kind: own}, stages(20 * time.Minute), false},
		"wanted all the same":           {clusterSettings{kind: own, elastic: new(true)}, stages(20 * time.Minute), true},
	} {
		if got, err := test.settings.isElastic(test.plan); got != test.want || err != nil {
			t.Errorf("%s: %v, %v; want %v", name, got, err, test.want)
		}
	}
}
