package main

import (
	"context"
	"strings"
	"testing"

	"github.com/liveload/liveload/plan"
)

// A run that only finishes its iterations says so, instead of noting changes that change nothing.
func TestARunThatEndsIsNotSteered(t *testing.T) {
	ends := &ending{drain: make(chan struct{}), stop: context.Background()}
	ends.begin(nil)
	run := &steeredRun{ends: ends}
	five := 5
	if _, err := run.Steer(t.Context(), "", plan.Command{Users: &five}); err == nil || !strings.Contains(err.Error(), "begins no more") {
		t.Errorf("error %v", err)
	}
}
