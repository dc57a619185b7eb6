package main

import (
	"time"

	"github.com/liveload/liveload/plan"
)

const (
	clusterLifetimeFlag = "cluster-lifetime"

	// spareTime is what a run may take longer than its plan: between its scripts, while nodes wait for each other.
	spareTime = 10 * time.Minute
)

// lifetime reads how long something lasts; 0 when it is not said.
func (r *flagReader) lifetime(flag string) time.Duration {
	if d := r.positive(flag); d != nil {
		return *d
	}
	return 0
}

// lasts is how long machines may be needed for a plan: 0 where they end with their controller, and nobody has said a time.
func (s clusterSettings) lasts(p plan.Plan) time.Duration {
	switch {
	case s.lifetime > 0:
		return s.lifetime
	case !s.kind.Rented:
		return 0
	}
	longest := 2*s.patience() + s.sizing.calibrate + p.Longest() // a machine may be replaced
	return (longest + longest/10 + spareTime).Round(time.Minute)
}

// lifetime is how long machines that are launched now may work: all of them end at the same time.
func (f *formation) lifetime(p plan.Plan) time.Duration {
	lasts := f.w.settings.cluster.lasts(p)
	if lasts == 0 {
		return 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.until.IsZero() {
		f.until = time.Now().Add(lasts)
	}
	return max(time.Until(f.until).Round(time.Second), time.Second)
}
