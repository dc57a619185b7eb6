package node

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/metrics"
)

const (
	healthInterval = time.Second
	lagInterval    = 50 * time.Millisecond // half of the lag that saturates; each sample wakes the process
)

// A MachineProbe reads what the machine does. It is used by one goroutine.
type MachineProbe interface {
	// Begin begins to count.
	Begin() error
	// Sample returns what was used since Begin, or since the last call.
	Sample() (Usage, error)
}

// Usage is what a machine, and this process with all its descendants, use of it.
type Usage struct {
	CPUPercent   float64            // how busy our processors are, 0 to 100
	CPUTime      time.Duration      // of our processes, together
	Limits       map[string]float64 // shares of metrics.GeneratorLimit that are taken, 0 to 100
	MemoryTaken  float64            // share of the memory that we may use, by anybody, 0 to 100; 0 where that is not known
	RSSBytes     int64              // resident memory of our processes
	PrivateBytes int64              // what of it no other process shares; 0 where that is not known
}

// A HealthWatch records once a second how the load generator itself is doing, since latencies measured on a saturated
// machine are about that machine.
type HealthWatch struct {
	Scope *metrics.Scope // of the node: metrics.NodeScope
	Node  string
	Probe MachineProbe
	Log   *slog.Logger
}

// Run records until ctx is over, and calls each after the samples of each second.
func (h *HealthWatch) Run(ctx context.Context, each func(now time.Time)) {
	var lag atomic.Int64
	var meter sync.WaitGroup
	defer meter.Wait()
	meter.Go(func() { measureLag(ctx, &lag) })

	told := false
	check := func(err error) {
		if err != nil && !told {
			told = true
			h.Log.Warn("cannot watch the CPU and memory of this machine", "error", err)
		}
	}
	check(h.Probe.Begin())
	ticker := time.NewTicker(healthInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			check(h.sample(time.Duration(lag.Swap(0))))
			each(now)
		}
	}
}

func (h *HealthWatch) sample(lag time.Duration) error {
	h.Scope.Observe(metrics.GeneratorLag, metrics.GeneratorLag.With(h.Node), float64(lag.Microseconds()))
	usage, err := h.Probe.Sample()
	if err != nil {
		return err
	}
	h.Scope.Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With(h.Node), usage.CPUPercent)
	h.Scope.Add(metrics.GeneratorCPUTime, metrics.GeneratorCPUTime.With(h.Node), usage.CPUTime.Microseconds())
	if usage.MemoryTaken > 0 {
		h.Scope.Observe(metrics.GeneratorMemory, metrics.GeneratorMemory.With(h.Node), usage.MemoryTaken)
	}
	for limit, share := range usage.Limits {
		h.Scope.Observe(metrics.GeneratorLimit, metrics.GeneratorLimit.With(limit, h.Node), share)
	}
	h.Scope.Observe(metrics.GeneratorRSSBytes, metrics.GeneratorRSSBytes.With(h.Node), float64(usage.RSSBytes))
	if usage.PrivateBytes > 0 {
		h.Scope.Observe(metrics.GeneratorPrivateBytes, metrics.GeneratorPrivateBytes.With(h.Node), float64(usage.PrivateBytes))
	}
	return nil
}

// measureLag keeps in worst how late timers fire at worst, in nanoseconds.
func measureLag(ctx context.Context, worst *atomic.Int64) {
	for {
		due := time.Now().Add(lagInterval)
		select {
		case <-time.After(lagInterval):
		case <-ctx.Done():
			return
		}
		worst.Store(max(worst.Load(), int64(time.Since(due))))
	}
}
