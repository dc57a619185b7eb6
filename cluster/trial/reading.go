package trial

import (
	"time"

	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/metrics"
)

// A reading is what one load cost.
type reading struct {
	users       int
	settled     span    // without the beginning, when browsers are cold, and the end
	whole       span    // until the last iteration ended
	private     float64 // memory, at its most
	busy        float64 // per cent of the processors, in the quietest second
	watched     bool    // busy is known
	failed      int64
	interrupted bool // iterations that did not end in time
}

// A span is what users did in some time.
type span struct {
	time       time.Duration
	cpu        time.Duration
	iterations int64
}

// add takes a second of a load that begins its last iterations after a while.
func (r *reading) add(s *metrics.Snapshot, lasts time.Duration) {
	from, to := s.From.Sub(s.Start), s.To.Sub(s.Start)
	second := span{time: to - from}
	for _, one := range s.Series {
		switch one.Metric {
		case metrics.Iterations.Name:
			second.iterations += one.Count
		case metrics.IterationFailures.Name:
			r.failed += one.Count
		case metrics.GeneratorCPUTime.Name:
			second.cpu += time.Duration(one.Count) * time.Microsecond
		case metrics.GeneratorPrivateBytes.Name:
			r.private = max(r.private, one.Sketch.Quantile(1))
		case metrics.GeneratorCPUPercent.Name:
			if busy := one.Sketch.Quantile(0); !r.watched || busy < r.busy {
				r.busy, r.watched = busy, true
			}
		}
	}
	r.whole.add(second)
	const late = 500 * time.Millisecond // timers are, a little
	if from >= settle-late && to <= lasts+late {
		r.settled.add(second)
	}
}

func (s *span) add(o span) {
	s.time += o.time
	s.cpu += o.cpu
	s.iterations += o.iterations
}

// typical is the span in which users did what they always do: all of it when iterations are so long that not everybody has
// ended one in the settled part.
func (r *reading) typical() span {
	if r.settled.iterations < int64(r.users) {
		return r.whole
	}
	return r.settled
}

// userCPU is how many processors a user keeps busy; 0 is not known.
func (r *reading) userCPU() float64 {
	s := r.typical()
	if s.time <= 0 || r.users == 0 {
		return 0
	}
	return s.cpu.Seconds() / s.time.Seconds() / float64(r.users)
}

// iterationCPU is the CPU time of an iteration. One that takes longer than the trial costs at least what was seen of it.
func (r *reading) iterationCPU() time.Duration {
	s := r.typical()
	return s.cpu / time.Duration(max(1, s.iterations, int64(r.users)))
}

// ownShare is how much of the processors the load took, 0 to 100.
func (r *reading) ownShare(cores float64) float64 {
	return 100 * r.userCPU() * float64(r.users) / cores
}

// result is what one or two loads say, the smaller first.
func result(readings []reading, cores float64) (t Trial) {
	small, large := readings[0], readings[len(readings)-1]
	t.Users, t.Busy, t.Own = large.users, small.busy, small.ownShare(cores)
	for _, r := range readings {
		t.Iterations += r.whole.iterations
		t.Failed += r.failed
		if r.interrupted {
			t.Interrupted += r.users
		}
	}
	f := sizing.Light()
	f.Of = "users of this run"
	if cpu := large.userCPU(); cpu > 0 {
		f.CPU, f.IterationCPU = cpu, large.iterationCPU()
	}
	if large.private > 0 {
		f.Session = session(f, small, large)
		f.Browser = max(f.Browser, int64(large.private)-f.Own-int64(large.users)*f.Session)
	}
	t.Footprint = f
	return t
}

// leastSession keeps a few users from seeming to take next to nothing.
const leastSession = 10 << 20

// session is what one more user takes. A single load does not show that: its users take no less than those on light pages.
func session(light sizing.Footprint, small, large reading) int64 {
	if more := large.users - small.users; more > 0 {
		return max(leastSession, int64((large.private-small.private)/float64(more)))
	}
	return max(light.Session, (int64(large.private)-light.Own-light.Browser)/int64(large.users))
}
