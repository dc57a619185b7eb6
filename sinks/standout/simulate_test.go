package standout

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/liveload/liveload/metrics"
)

const runs = 200

// wander is the factor of each bucket on what all events take: it wanders, drifts, and jumps for some buckets now and then.
func (w *world) wander() []float64 {
	level, drift, burst := 0.0, w.random.NormFloat64()*0.1, 0
	factors := make([]float64, w.buckets)
	for i := range factors {
		level = 0.7*level + w.random.NormFloat64()*0.1
		if burst == 0 && w.random.Float64() < 0.03 {
			burst = 1 + w.random.IntN(4)
		}
		jump := 0.0
		if burst > 0 {
			burst--
			jump = 0.7
		}
		factors[i] = math.Exp(level + drift*float64(i)/float64(len(factors)) + jump)
	}
	return factors
}

// simulated is a run whose events wander, with failures now and then, and one event that costs so much more for each user
// beyond 30.
func simulated(seed uint64, users []int64, perUser float64) *world {
	w := newWorld(users...)
	w.random = rand.New(rand.NewPCG(seed, 1))
	factors := w.wander()
	for _, event := range []struct {
		name            string
		median, perUser float64
	}{{"add", 20_000, 0}, {"search", 60_000, perUser}, {"save", 120_000, 0}, {"export", 300_000, 0}} {
		w.times(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With(event.name, "/shop"), 6+w.random.IntN(20), func(i int) float64 {
			return (event.median + event.perUser*max(0, float64(users[i])-30)) * factors[i]
		})
	}
	w.count(metrics.Iterations, metrics.Iterations.With("ok"), func(i int) int64 { return users[i] })
	w.count(metrics.IterationFailures, metrics.IterationFailures.With("timeout"), func(i int) (n int64) {
		for range users[i] {
			if w.random.Float64() < 0.01 {
				n++
			}
		}
		return n
	})
	return w
}

// TestNothingIsMadeUp: of 400 simulated runs in which nothing is wrong, nothing is said of 99 %.
func TestNothingIsMadeUp(t *testing.T) {
	wolves := 0
	for seed := range uint64(runs) {
		for _, users := range [][]int64{ramp(30, 60), constant(30, 20)} {
			w := simulated(seed, users, 0)
			if found := Of(&w.Result); len(found) > 0 {
				wolves++
				t.Logf("%s %s", found[0].Sentence, found[0].How)
			}
		}
	}
	if wolves > 2*runs/100 {
		t.Errorf("%d of %d runs", wolves, 2*runs)
	}
}

// TestGrowthIsFound: in at least 95 % of runs the event that grows beyond 30 users, and no other, with a load that is close.
func TestGrowthIsFound(t *testing.T) {
	found, close := 0, 0
	for seed := range uint64(runs) {
		w := simulated(seed, ramp(30, 60), 20_000)
		all := Of(&w.Result)
		if len(all) != 1 || all[0].Label != "search" || all[0].Rule != growsName {
			continue
		}
		found++
		if from := all[0].Numbers[2].Value; 20 <= from && from <= 40 {
			close++
		}
	}
	if found < runs*95/100 || close < found*85/100 {
		t.Errorf("found in %d of %d runs, and between 20 and 40 users in %d", found, runs, close)
	}
	t.Logf("found in %d of %d, close in %d", found, runs, close)
}
