package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster/phases"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/plan"
)

const (
	launchTimeout = 5 * time.Minute
	joinTimeout   = 2 * time.Minute
	manualTimeout = 30 * time.Minute // for workers that a person starts
)

// gather starts machines until there are n nodes, and waits for their workers.
func (f *formation) gather(ctx context.Context, p plan.Plan, n int) ([]*remote.Node, error) {
	waiting, lost := context.WithCancelCause(ctx)
	defer lost(nil)
	f.mu.Lock()
	f.lost = lost
	there := len(f.nodes)
	f.mu.Unlock()
	f.phases.Expect(n)
	if err := f.launch(ctx, p, n-there); err != nil {
		return nil, err
	}
	timeout := joinTimeout
	if f.w.settings.cluster.kind.Manual {
		timeout = manualTimeout
	}
	waiting, cancel := context.WithTimeoutCause(waiting, timeout, fmt.Errorf("waited %v", timeout))
	defer cancel()
	nodes, err := f.arrivals(waiting, n)
	if text := differentBrowsers(machinesOf(nodes)); text != "" {
		f.w.log.Warn(text)
	}
	return nodes, err
}

// launch has the provider start n machines.
func (f *formation) launch(ctx context.Context, p plan.Plan, n int) error {
	ctx, cancel := context.WithTimeoutCause(ctx, launchTimeout, fmt.Errorf("it took longer than %v", launchTimeout))
	defer cancel()
	f.phases.Await(phases.Launch)
	if checker, ok := f.provider.(providers.Checker); ok {
		if err := checker.Check(ctx, n); err != nil {
			return err
		}
	}
	lifetime := f.lifetime(p)
	machines, err := f.provider.Launch(ctx, n, providers.Spec{
		Run: p.RunID, Token: f.broker.Token(), Known: f.w.settings.cluster.key, Args: f.w.workerArgs(lifetime), Lifetime: lifetime, Ended: f.ended,
	})
	f.mu.Lock()
	f.machines = append(f.machines, machines...)
	f.mu.Unlock()
	if err != nil {
		return fmt.Errorf("start workers: %w", err)
	}
	return nil
}

// workerArgs are flags for workers. What they log comes over the wire; what they print explains why one has ended, so that
// it is warnings and errors only.
func (w *wiring) workerArgs(lifetime time.Duration) []string {
	args := []string{"--log-level", "warn"}
	if lifetime > 0 {
		args = append(args, "--"+lifetimeFlag, lifetime.String())
	}
	if w.settings.browserPath != "" {
		args = append(args, "--browser-path", w.settings.browserPath)
	}
	return args
}

// ended takes the end of a machine that nobody asked for.
func (f *formation) ended(m providers.Machine, why error) {
	f.mu.Lock()
	asked := f.closing
	f.lost(why)
	f.mu.Unlock()
	if asked {
		return
	}
	f.w.log.Warn("a worker has ended", "machine", m.Name, "reason", why)
	f.hub.Gone(m.Name, why)
}

// awaitJoins begins to wait for workers: those of the machines, whose names are theirs.
func (f *formation) awaitJoins() (joined func(names []string)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []string
	for _, m := range f.machines {
		names = append(names, m.Name)
	}
	f.phases.Await(phases.Join, names...)
	known := map[string]bool{}
	return func(names []string) {
		for _, name := range names {
			if !known[name] {
				known[name] = true
				f.phases.Done(phases.Join, name)
			}
		}
	}
}

// arrivals waits for n workers. Its error names those that are missing, where it knows them.
func (f *formation) arrivals(ctx context.Context, n int) ([]*remote.Node, error) {
	told, there := f.awaitJoins(), []string(nil)
	nodes, err := f.hub.Gather(ctx, n, func(names []string) {
		there = names
		told(names)
	})
	if err == nil {
		f.mu.Lock()
		f.nodes = nodes
		f.mu.Unlock()
		return nodes, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var missing []string
	for _, m := range f.machines {
		if !slices.Contains(there, m.Name) {
			missing = append(missing, m.Name)
		}
	}
	if len(missing) > 0 {
		err = fmt.Errorf("%s did not join: %w", strings.Join(missing, ", "), err)
	}
	return nil, err
}

// clocks are the offsets of the nodes.
func (f *formation) clocks() map[string]time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	offsets := map[string]time.Duration{}
	for _, n := range f.nodes {
		offsets[n.Names()[0]] = n.Offset()
	}
	return offsets
}
