package telemetry

import (
	"sync"
	"time"
)

// What one session may hand over. An honest page stays far below it; what a page has over it is lost and counted, so that a
// page which floods costs the others nothing.
const (
	longestBatch = 1 << 20 // bytes

	bytesPerSecond   = 1 << 20
	samplesPerSecond = 5000
	burst            = 10 // seconds' worth that may come at once
)

// A budget fills over time, and is full at the beginning. Safe for concurrent use.
type budget struct {
	now func() time.Time

	mu             sync.Mutex
	bytes, samples float64 // that are left
	filled         time.Time
}

func newBudget(now func() time.Time) *budget {
	return &budget{now: now, filled: now(), bytes: burst * bytesPerSecond, samples: burst * samplesPerSecond}
}

// fill adds what the time since the last call gives. b.mu is held.
func (b *budget) fill() {
	at := b.now()
	passed := at.Sub(b.filled).Seconds()
	b.bytes = min(b.bytes+passed*bytesPerSecond, burst*bytesPerSecond)
	b.samples = min(b.samples+passed*samplesPerSecond, burst*samplesPerSecond)
	b.filled = at
}

// takeBytes says whether there is enough left for a message, and takes it.
func (b *budget) takeBytes(n int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill()
	if float64(n) > b.bytes {
		return false
	}
	b.bytes -= float64(n)
	return true
}

// takeSamples takes up to n samples, and returns how many.
func (b *budget) takeSamples(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := min(n, int(b.samples))
	b.samples -= float64(taken)
	return taken
}
