package merge

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
)

// An alignment says where the buckets of each part are in the merged Result. Parts of one run have begun at the same
// instant. Runs that were at the same time are put where they were by the clock, and others as if they had begun together.
type alignment struct {
	runs    int
	byClock bool
	width   int64 // of a bucket, in milliseconds
	length  int   // in buckets
	first   time.Time
	begins  map[string]time.Time // of each run
	elapsed map[string]int64     // of each run, in milliseconds
}

// align finds buckets that all parts fit into.
func align(parts []part) (*alignment, error) {
	a := &alignment{begins: make(map[string]time.Time), elapsed: make(map[string]int64)}
	for _, p := range parts {
		a.width = max(a.width, p.BucketWidthMS)
		a.elapsed[p.RunID] = max(a.elapsed[p.RunID], p.Global.ElapsedMS)
		if begin, known := a.begins[p.RunID]; !known || began(p).Before(begin) {
			a.begins[p.RunID] = began(p)
		}
	}
	for _, p := range parts {
		if _, ok := a.halvings(p); !ok {
			return nil, refuse(fmt.Sprintf("its time series has buckets of %d ms, which do not fit into those of %d ms of the others", p.BucketWidthMS, a.width), p)
		}
	}
	a.runs = runs(parts)
	a.byClock = a.runs > 1 && overlap(parts)
	for _, begin := range a.begins {
		if a.first.IsZero() || begin.Before(a.first) {
			a.first = begin
		}
	}
	for a.length = a.needed(parts); a.length > metrics.MaxBuckets; a.length = a.needed(parts) {
		a.width *= 2
	}
	return a, nil
}

// runs counts the runs, of which a part that was merged before has several.
func runs(parts []part) int {
	ids := make(map[string]bool)
	for _, p := range parts {
		if len(p.Nodes) == 0 {
			ids[p.RunID] = true
		}
		for _, n := range p.Nodes {
			ids[runOf(p, n)] = true
		}
	}
	return len(ids)
}

// began is when the run of a part began.
func began(p part) time.Time {
	return p.GeneratedAt.Add(-time.Duration(p.Global.ElapsedMS) * time.Millisecond)
}

// overlap says whether there was a moment at which all parts ran.
func overlap(parts []part) bool {
	latest, earliest := began(parts[0]), parts[0].GeneratedAt
	for _, p := range parts {
		if began(p).After(latest) {
			latest = began(p)
		}
		if p.GeneratedAt.Before(earliest) {
			earliest = p.GeneratedAt
		}
	}
	return latest.Before(earliest)
}

// halvings is how often the buckets of a part have to be merged with their neighbours.
func (a *alignment) halvings(p part) (n int, ok bool) {
	width := p.BucketWidthMS
	for ; width < a.width && width > 0; width *= 2 {
		n++
	}
	return n, width == a.width
}

// delay is how much later than the first run that of a part began in the merged Result.
func (a *alignment) delay(p part) time.Duration {
	if !a.byClock {
		return 0
	}
	return a.begins[p.RunID].Sub(a.first)
}

// place is where the buckets of a part go.
func (a *alignment) place(p part) place {
	n, _ := a.halvings(p)
	width := time.Duration(a.width) * time.Millisecond
	return place{halvings: n, shift: int(a.delay(p).Round(width) / width), length: a.length}
}

func (a *alignment) needed(parts []part) (length int) {
	for _, p := range parts {
		at := a.place(p)
		own := len(p.Global.TimeSeries.ActiveUsers)
		for range at.halvings {
			own = (own + 1) / 2
		}
		length = max(length, at.shift+own)
	}
	return length
}

// A place says how a column becomes one of the merged Result.
type place struct{ halvings, shift, length int }

// put returns a column at its place. then joins what was measured in neighbouring buckets.
func put[T any](at place, column []T, then func(earlier, later T) T) []T {
	for range at.halvings {
		half := make([]T, (len(column)+1)/2)
		for i := range half {
			if half[i] = column[2*i]; 2*i+1 < len(column) {
				half[i] = then(half[i], column[2*i+1])
			}
		}
		column = half
	}
	placed := make([]T, at.length)
	copy(placed[at.shift:], column)
	return placed
}
