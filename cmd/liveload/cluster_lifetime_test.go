package main

import (
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers/table"
	"github.com/liveload/liveload/plan"
)

// TestLifetimeOfMachines: those that are rented last as long as the longest plan may take, and longer.
func TestLifetimeOfMachines(t *testing.T) {
	const minute = plan.Duration(time.Minute)
	p := plan.Plan{Scenarios: []plan.Scenario{
		{Name: "a", Duration: 30 * minute, RampUp: 5 * minute, IterationTimeout: 2 * minute},
		{Name: "b", Batch: 1, Duration: 10 * minute}, {Name: "c", Batch: 1, StartTime: 20 * minute, Duration: 10 * minute},
	}}
	if got, want := p.Longest(), 67*time.Minute+2*plan.SessionCloseTimeout; got != want {
		t.Errorf("Longest = %v, want %v", got, want)
	}
	for _, test := range []struct {
		settings clusterSettings
		want     time.Duration
	}{
		{clusterSettings{kind: &table.Kind{}}, 0},
		{clusterSettings{kind: &table.Kind{Rented: true}}, 95 * time.Minute},
		{clusterSettings{kind: &table.Kind{}, lifetime: time.Hour}, time.Hour},
		{clusterSettings{kind: &table.Kind{Rented: true}, lifetime: time.Hour}, time.Hour},
	} {
		if got := test.settings.lasts(p); got != test.want {
			t.Errorf("lasts of %+v = %v, want %v", test.settings, got, test.want)
		}
	}
}
