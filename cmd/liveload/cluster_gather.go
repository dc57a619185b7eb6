package main

import (
	"context"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/plan"
)

const joinTimeoutFlag = "join-timeout"

// How long workers may take to join.
const (
	joinTimeout   = 2 * time.Minute
	rentedTimeout = 5 * time.Minute  // of machines that boot and fetch an image
	manualTimeout = 30 * time.Minute // for workers that a person starts
)

// patience is how long workers may take to join.
func (s clusterSettings) patience() time.Duration {
	switch {
	case s.joinTimeout > 0:
		return s.joinTimeout
	case s.kind.Manual:
		return manualTimeout
	case s.kind.Rented:
		return rentedTimeout
	}
	return joinTimeout
}

// gather starts machines until there are n nodes, and waits for their workers. Where people start them, those that have joined
// already are not asked for.
func (f *formation) gather(ctx context.Context, n int) ([]*remote.Node, error) {
	more := n - len(f.nodes)
	if f.w.settings.cluster.kind.Manual {
		more = n - f.hub.Joined()
	}
	nodes, err := f.machines.Gather(ctx, more, n)
	if err != nil {
		return nil, err
	}
	if text := differentBrowsers(machinesOf(nodes)); text != "" {
		f.w.log.Warn(text)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.nodes = nodes
	return nodes, nil
}

// spec says what machines are for that are launched now.
func (f *formation) spec(p plan.Plan) providers.Spec {
	lifetime := f.lifetime(p)
	return providers.Spec{Run: p.RunID, Token: f.broker.Token(), Known: f.w.settings.cluster.key, Args: f.w.workerArgs(lifetime), Lifetime: lifetime}
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
