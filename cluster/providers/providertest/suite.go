// Package providertest holds what every provider promises. A provider's test starts a rig, and the suite launches, breaks
// and destroys machines with it. The workers are programs of this package, which join and leave as `liveload worker` does.
package providertest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

// patience is how long a test waits for what a busy machine may take long for.
const patience = 60 * time.Second

// Open makes a provider as a controller does that begins a run of this id, in a test or in a process of its own. The
// function that it returns ends this run, as the controller does after Destroy.
type Open func(config, run string) (provider providers.Provider, end func() error, err error)

// A Rig is what a provider is tried with.
type Rig struct {
	Config   string // for Open: what the controllers of one test have in common
	Listen   string // address at which machines reach the test; any port will do
	Machines int    // most machines that there are; at least 3

	// Fail makes the launch of one more machine fail, whichever it is. It returns what the error has to say.
	Fail func() string
	// Kill ends a machine as its owner or its kernel would, so that the provider does not know.
	Kill func(m providers.Machine) error
	// Left lists what is on the machines, such as folders and objects. It is empty before the first launch.
	Left func() ([]string, error)
	// Visible is what others can see while machines run: command lines, logs, descriptions.
	Visible func() (string, error)
	// Sent has the requests that a cloud got; nil where there is none. Those with the token have Keeps in their first line.
	Sent  *Sent
	Keeps string
	// Mute is what is told of a worker that ends with exit code 3, where a provider cannot see what it said; "" where it can.
	Mute string
	// Cloud is for RunCloud.
	Cloud Cloud
}

// A try is one test of the suite.
type try struct {
	name string
	do   func(t *testing.T, s *stage)
}

// tests are for all providers that start machines.
var tests = []try{
	{"machines are launched, labelled and destroyed", tryLaunch},
	{"a run launches twice", tryTwice},
	{"destroying is idempotent", tryDestroyAgain},
	{"a machine that is gone can be destroyed", tryDestroyGone},
	{"a worker that does not leave is ended", tryStubborn},
	{"a worker that never joins is ended", tryAbsent},
	{"a failure costs one machine", tryPartialFailure},
	{"a cancelled launch leaves nothing", tryCancelled},
	{"a controller is interrupted at each phase", tryInterrupted},
	{"a worker that ends is told with what it said", tryFailing},
	{"what a killed controller left is found and destroyed", tryLeftovers},
	{"the machines of a run that goes on are no leftovers", tryGoesOn},
}

// Run runs the suite for a provider whose workers notice the end of their controller. Start makes a rig for one test.
func Run(t *testing.T, open Open, start func(t *testing.T) Rig) {
	run(t, open, start, append(slices.Clone(tests), try{"workers leave when their controller is killed", tryCrash}))
}

// RunCloud runs the suite for a provider that rents machines.
func RunCloud(t *testing.T, open Open, start func(t *testing.T) Rig) {
	run(t, open, start, slices.Concat(tests, cloudTests))
}

func run(t *testing.T, open Open, start func(t *testing.T) Rig, tests []try) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newStage(t, open, start(t))
			test.do(t, s)
			s.checkSent()
			s.checkNothingLeft()
		})
	}
}

// bounded fails a test that waits forever.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}
