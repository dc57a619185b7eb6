package elastic

import (
	"math"
	"slices"
	"time"

	"github.com/liveload/liveload/plan"
)

const (
	// mostCells is how finely the time of a batch is divided.
	mostCells = 1000
	leastStep = 10 * time.Millisecond
)

// A grid divides the time of a batch into cells.
type grid struct {
	step  time.Duration
	cells int
}

func gridOf(batch []plan.Scenario) grid {
	lasts := time.Duration(1)
	for i := range batch {
		lasts = max(lasts, end(&batch[i]))
	}
	step := max(leastStep, (lasts+mostCells-1)/mostCells)
	return grid{step: step, cells: int((lasts + step - 1) / step)}
}

// at is when a cell begins.
func (g grid) at(cell int) time.Duration { return time.Duration(cell) * g.step }

// A span has the numbers from from up to to-1.
type span struct{ from, to int }

func (s span) size() int { return max(0, s.to-s.from) }

// A demand is which users of a scenario there are, by their numbers, in each cell: those that are there in a part of it too.
// For a scenario whose users come and go by stages or a rate the last to come are the first to go; otherwise they go in
// the order in which they came.
type demand []span

// end is when a scenario begins its last iterations, after the start of its batch.
func end(s *plan.Scenario) time.Duration {
	return time.Duration(s.StartTime + s.RampUp + s.Duration)
}

func demandOf(s *plan.Scenario, g grid) demand {
	d, edges := make(demand, g.cells), edgesOf(s)
	for c := range d {
		from, to := g.at(c), g.at(c+1)
		d[c].from, d[c].to = over(s, from), max(users(s, from), users(s, to-1))
		for i, _ := slices.BinarySearch(edges, from); i < len(edges) && edges[i] < to; i++ {
			d[c].to = max(d[c].to, users(s, edges[i]-1), users(s, edges[i]))
		}
	}
	return d
}

// edgesOf are the moments between which the number of users only rises or only falls.
func edgesOf(s *plan.Scenario) []time.Duration {
	at := time.Duration(s.StartTime)
	edges := []time.Duration{at}
	for _, stage := range s.Stages {
		at += time.Duration(stage.Duration)
		edges = append(edges, at)
	}
	edges = append(edges, time.Duration(s.StartTime+s.RampUp), end(s))
	slices.Sort(edges)
	return edges
}

// users is how many users have come, or are still there, at a moment after the start of the batch.
func users(s *plan.Scenario, at time.Duration) int {
	elapsed := at - time.Duration(s.StartTime)
	switch {
	case elapsed < 0 || at >= end(s):
		return 0
	case s.Kind().Open() && s.PeakRate() == 0:
		return 0
	case s.Kind().Open():
		return min(s.Users, int(math.Ceil(float64(s.Users)*s.RateAt(elapsed)/s.PeakRate())))
	}
	return s.UsersAt(elapsed)
}

// over is how many of them have gone again.
func over(s *plan.Scenario, at time.Duration) int {
	if s.Kind() != plan.KindConstantUsers {
		return 0
	}
	return users(s, at-time.Duration(s.Duration))
}

// command has a number of users be there from a moment on, until another one.
func (d demand) command(g grid, at, until time.Duration, users int) {
	for c := int(max(0, at) / g.step); c < len(d) && g.at(c) < until; c++ {
		d[c] = span{0, users}
	}
}

// highest is the number after those of all users.
func (d demand) highest() (n int) {
	for _, users := range d {
		n = max(n, users.to)
	}
	return n
}
