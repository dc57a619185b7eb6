// Package machines owns the machines of a run: they are started, replaced when their workers do not join, and ended, and
// what each was used is counted. What starts them is a provider's business.
package machines

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/phases"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/plan"
)

// launchTimeout is how long a provider may take to start machines.
const launchTimeout = 5 * time.Minute

// A Hub is where the workers of machines arrive.
type Hub interface {
	Gather(ctx context.Context, n int, told func(joined []string)) ([]*remote.Node, error)
	// Exclude refuses workers that have not joined yet, from now on, and returns which they are.
	Exclude(names []string) []string
	Gone(name string, why error)
}

// Options say what machines are for.
type Options struct {
	Provider providers.Provider
	Hub      Hub
	// Spec is that of machines that are launched now. Its Ended is the Set's.
	Spec func() providers.Spec
	// Patience is how long workers may take to join, from the launch of their machines.
	Patience time.Duration
	// Replace says that a machine that ends before its worker has joined is replaced too.
	Replace bool
	Phases  *phases.Tracker
	Log     *slog.Logger
}

// A Set is the machines of a run. Safe for concurrent use.
type Set struct {
	Options

	mu      sync.Mutex
	uses    []Use                   // in the order of their launch
	dead    map[string]error        // machines that have ended by themselves, and why
	given   map[string]bool         // machines that were given up, and replaced
	lost    context.CancelCauseFunc // ends the wait for workers
	closing bool                    // machines that end were asked to
}

// A Use is how long a machine was there.
type Use struct {
	providers.Machine
	Until   time.Time // zero while it is there
	removed bool      // by its provider
}

// New returns a Set without machines.
func New(o Options) *Set {
	return &Set{Options: o, dead: map[string]error{}, given: map[string]bool{}, lost: func(error) {}}
}

// Launch starts n machines, after the provider has said that it can. Those that run are in the Set also after an error.
func (s *Set) Launch(ctx context.Context, n int) ([]providers.Machine, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, launchTimeout, fmt.Errorf("it took longer than %v", launchTimeout))
	defer cancel()
	if checker, ok := s.Provider.(providers.Checker); ok {
		if err := checker.Check(ctx, n); err != nil {
			return nil, fmt.Errorf("start %s: %w", plan.Plural(n, "machine"), err)
		}
	}
	spec := s.Spec()
	spec.Ended = s.ended
	launched, err := s.Provider.Launch(ctx, n, spec)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range launched {
		use := Use{Machine: m}
		delete(s.given, m.Name)    // the same host may be used again
		if s.dead[m.Name] != nil { // it has ended before it was known
			use.Until = time.Now()
		}
		s.uses = append(s.uses, use)
	}
	if err != nil {
		return launched, fmt.Errorf("start workers: %w", err)
	}
	return launched, nil
}

// ended takes the end of a machine that nobody asked for.
func (s *Set) ended(m providers.Machine, why error) {
	s.mu.Lock()
	s.over([]string{m.Name})
	if s.closing || s.given[m.Name] {
		s.mu.Unlock()
		return
	}
	s.dead[m.Name] = why
	s.lost(why)
	s.mu.Unlock()
	s.Log.Warn("a worker has ended", "machine", m.Name, "reason", why)
	s.Hub.Gone(m.Name, why)
}

// over ends the use of machines. The caller holds the lock.
func (s *Set) over(names []string) {
	for i := range s.uses {
		if slices.Contains(names, s.uses[i].Name) && s.uses[i].Until.IsZero() {
			s.uses[i].Until = time.Now()
		}
	}
}

// Destroy ends machines of these names, whose workers have left or never came.
func (s *Set) Destroy(ctx context.Context, names ...string) error {
	s.mu.Lock()
	var machines []providers.Machine
	for _, use := range s.uses {
		if slices.Contains(names, use.Name) && !use.removed {
			s.given[use.Name] = true
			machines = append(machines, use.Machine)
		}
	}
	s.mu.Unlock()
	return s.destroy(ctx, machines)
}

// Leaves says that a machine may end from now on, while others go on.
func (s *Set) Leaves(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.given[name] = true
}

// Leaving says that the run is over: machines may end from now on.
func (s *Set) Leaving() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
}

// Close ends all machines that are left. It may be called again after an error.
func (s *Set) Close(ctx context.Context) error {
	s.Leaving()
	var all []providers.Machine
	for _, use := range s.Uses() {
		if !use.removed {
			all = append(all, use.Machine)
		}
	}
	return s.destroy(ctx, all)
}

func (s *Set) destroy(ctx context.Context, machines []providers.Machine) error {
	err := s.Provider.Destroy(ctx, machines)
	if err != nil {
		return fmt.Errorf("end the machines of the cluster, of which some may be left: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	removed := names(machines)
	s.over(removed)
	for i := range s.uses {
		s.uses[i].removed = s.uses[i].removed || slices.Contains(removed, s.uses[i].Name)
	}
	return nil
}

// Uses returns how long each machine was there, in the order of their launch.
func (s *Set) Uses() []Use {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.uses)
}

func names(machines []providers.Machine) (all []string) {
	for _, m := range machines {
		all = append(all, m.Name)
	}
	return all
}
