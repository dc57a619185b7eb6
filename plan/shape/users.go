package shape

import (
	"sort"
	"time"
)

// Users say how many users of the closed model there are to be at a moment.
type Users interface {
	// At returns the number of users at elapsed after the start.
	At(elapsed time.Duration) int
	// Next returns the first moment after elapsed at which At gives another number; ok is false when
	// it never does.
	Next(elapsed time.Duration) (at time.Duration, ok bool)
}

// Reaches returns the first moment at which there are so many users, or the bound when that comes first. Until then
// their number must not fall.
func Reaches(u Users, users int, bound time.Duration) time.Duration {
	return time.Duration(sort.Search(int(bound), func(elapsed int) bool { return u.At(time.Duration(elapsed)) >= users }))
}

// A UserStage leads from the number of users before it to Target, evenly over Duration. A Duration of
// 0 jumps.
type UserStage struct {
	Duration time.Duration
	Target   int
}

// RampingUsers go through stages one after the other, beginning with 0 users. While the number rises,
// the first of the new users starts at once; while it falls, the last one ends
// at the end of the stage. After the last stage its target stays.
type RampingUsers struct{ Stages []UserStage }

// At implements Users.
func (r RampingUsers) At(elapsed time.Duration) int {
	elapsed = max(0, elapsed) // a clock that is set back can say less
	from := 0
	for _, s := range r.Stages {
		if elapsed < s.Duration {
			return s.at(from, elapsed)
		}
		elapsed -= s.Duration
		from = s.Target
	}
	return from
}

// Next implements Users.
func (r RampingUsers) Next(elapsed time.Duration) (time.Duration, bool) {
	elapsed = max(0, elapsed)
	now := r.At(elapsed)
	from, began := 0, time.Duration(0)
	for _, s := range r.Stages {
		if inside := elapsed - began; inside < s.Duration {
			if at := s.next(from, max(0, inside)); at < s.Duration {
				return began + at, true
			}
			elapsed = began + s.Duration
		}
		began += s.Duration
		from = s.Target
		if began >= elapsed && r.At(began) != now {
			return began, true
		}
	}
	return 0, false
}

// at is the number of users at a moment inside the stage.
func (s UserStage) at(from int, inside time.Duration) int {
	length, passed := uint64(s.Duration), uint64(inside)
	switch {
	case s.Target > from:
		return min(s.Target, from+1+int(mulDiv(uint64(s.Target-from), passed, length)))
	case s.Target < from:
		return from - int(mulDiv(uint64(from-s.Target), passed, length))
	}
	return from
}

// next is the first moment after inside at which at gives another number; that may be the stage's end.
func (s UserStage) next(from int, inside time.Duration) time.Duration {
	now, length := s.at(from, inside), uint64(s.Duration)
	switch {
	case s.Target > from && now < s.Target:
		return time.Duration(mulDivUp(length, uint64(now-from), uint64(s.Target-from)))
	case s.Target < from:
		return time.Duration(mulDivUp(length, uint64(from-now+1), uint64(from-s.Target)))
	}
	return s.Duration
}
