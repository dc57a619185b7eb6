package trial

import (
	"time"

	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/metrics"
)

// leastSession keeps a trial of few users from finding that one takes next to nothing.
const leastSession = 10 << 20

// A reading is what one load cost.
type reading struct {
	users       int
	measured    time.Duration // without the beginning and the end
	cpu         time.Duration // in that time
	done        int64         // iterations in that time
	private     float64       // memory, the most of that time
	busy        float64       // per cent of the processors, the least of that time
	iterations  int64         // in all
	failed      int64
	interrupted bool
}

// add takes a second of a load that begins its last iterations after a while.
func (r *reading) add(s *metrics.Snapshot, lasts time.Duration) {
	from, to := s.From.Sub(s.Start), s.To.Sub(s.Start)
	counts := from >= settle-100*time.Millisecond && to <= lasts+500*time.Millisecond // timers are late
	if counts {
		r.measured += to - from
	}
	for _, one := range s.Series {
		switch one.Metric {
		case metrics.Iterations.Name:
			r.iterations += one.Count
			if counts {
				r.done += one.Count
			}
		case metrics.IterationFailures.Name:
			r.failed += one.Count
		}
		if counts {
			r.addOwn(one)
		}
	}
}

// addOwn takes what the node measured of itself.
func (r *reading) addOwn(one metrics.Series) {
	switch one.Metric {
	case metrics.GeneratorCPUTime.Name:
		r.cpu += time.Duration(one.Count) * time.Microsecond
	case metrics.GeneratorPrivateBytes.Name:
		r.private = max(r.private, one.Sketch.Quantile(1))
	case metrics.GeneratorCPUPercent.Name:
		if busy := one.Sketch.Quantile(0); r.busy == 0 || busy < r.busy {
			r.busy = busy
		}
	}
}

// userCPU is how many processors a user keeps busy; 0 is not known.
func (r *reading) userCPU() float64 {
	if r.measured <= 0 || r.users == 0 {
		return 0
	}
	return r.cpu.Seconds() / r.measured.Seconds() / float64(r.users)
}

// iterationCPU is the CPU time of an iteration. One that takes longer than the trial costs at least what was seen of it.
func (r *reading) iterationCPU() time.Duration {
	if r.done == 0 {
		return r.cpu / time.Duration(max(1, r.users))
	}
	return r.cpu / time.Duration(r.done)
}

// result is what one or two loads say, the smaller first.
func result(readings []reading) (t Trial) {
	small, large := readings[0], readings[len(readings)-1]
	t.Users, t.Saturated = large.users, small.busy > saturated
	for _, r := range readings {
		t.Iterations += r.iterations
		t.Failed += r.failed
		t.Interrupted = t.Interrupted || r.interrupted
	}
	f := sizing.Light()
	f.Of = "users of this run"
	if cpu := large.userCPU(); cpu > 0 {
		f.CPU, f.IterationCPU = cpu, large.iterationCPU()
	}
	if large.private > 0 {
		session := (large.private - float64(f.Own+f.Browser)) / float64(large.users)
		if more := large.users - small.users; more > 0 {
			session = (large.private - small.private) / float64(more)
		}
		f.Session = max(leastSession, int64(session))
		f.Browser = max(f.Browser, int64(large.private)-f.Own-int64(large.users)*f.Session)
	}
	t.Footprint = f
	return t
}
