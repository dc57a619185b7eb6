package elastic

import (
	"slices"
	"sync"
	"time"
)

const (
	// unknownPrepare is what preparing a node is taken for until one has done it.
	unknownPrepare = 5 * time.Second
	// leastMargin is on top of what was measured, as is a share of it.
	leastMargin = 2 * time.Second
	marginShare = 5
)

// A Lead measures how long before it is needed a machine has to be launched. Safe for concurrent use.
type Lead struct {
	mu       sync.Mutex
	boots    []time.Duration
	prepares []time.Duration
}

// Booted notes how long it took from the launch of a machine until its node had joined.
func (l *Lead) Booted(took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.boots = append(l.boots, took)
}

// Prepared notes how long it took a node to prepare.
func (l *Lead) Prepared(took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prepares = append(l.prepares, took)
}

// Time is what is enough for nineteen of twenty nodes, by those that were measured so far, and a margin.
func (l *Lead) Time() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	prepare := unknownPrepare
	if len(l.prepares) > 0 {
		prepare = most(l.prepares)
	}
	measured := most(l.boots) + prepare
	return measured + max(leastMargin, measured/marginShare)
}

// most is the 95th percentile, which of fewer than twenty is the longest.
func most(of []time.Duration) time.Duration {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[min(len(sorted)-1, len(sorted)*95/100)]
}
