package shape

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"
)

func TestConstantUsers(t *testing.T) {
	cases := []struct {
		stage   UserStage
		elapsed time.Duration
		users   int
		next    time.Duration
		more    bool
	}{
		{UserStage{0, 3}, 0, 3, 0, false},
		{UserStage{8 * time.Second, 4}, 0, 1, 2 * time.Second, true},
		{UserStage{8 * time.Second, 4}, 2*time.Second - 1, 1, 2 * time.Second, true},
		{UserStage{8 * time.Second, 4}, 2 * time.Second, 2, 4 * time.Second, true},
		{UserStage{8 * time.Second, 4}, 5 * time.Second, 3, 6 * time.Second, true}, // late: catch up at once
		{UserStage{8 * time.Second, 4}, 6 * time.Second, 4, 0, false},
		{UserStage{8 * time.Second, 4}, time.Hour, 4, 0, false},
		{UserStage{10, 3}, 3, 1, 4, true}, // rounded up: never before its time
		{UserStage{time.Hour, math.MaxInt}, 30 * time.Minute, math.MaxInt/2 + 1, 30*time.Minute + 1, true},
		{UserStage{0, 0}, 0, 0, 0, false},
	}
	for _, c := range cases {
		shape := RampingUsers{Stages: []UserStage{c.stage}}
		next, more := shape.Next(c.elapsed)
		if got := shape.At(c.elapsed); got != c.users || next != c.next || more != c.more {
			t.Errorf("%+v after %v: %d users, then %v, %v; want %d, %v, %v", c.stage, c.elapsed, got, next, more, c.users, c.next, c.more)
		}
	}
}

func TestRampingUsers(t *testing.T) {
	upHoldDown := RampingUsers{Stages: []UserStage{{10 * time.Second, 5}, {10 * time.Second, 5}, {10 * time.Second, 0}}}
	jump := RampingUsers{Stages: []UserStage{{0, 7}, {time.Second, 7}, {0, 2}, {time.Second, 3}}}
	cases := []struct {
		shape   RampingUsers
		elapsed time.Duration
		users   int
		next    time.Duration
		more    bool
	}{
		{upHoldDown, 0, 1, 2 * time.Second, true},
		{upHoldDown, 2 * time.Second, 2, 4 * time.Second, true},
		{upHoldDown, 8 * time.Second, 5, 22 * time.Second, true},
		{upHoldDown, 15 * time.Second, 5, 22 * time.Second, true},
		{upHoldDown, 20 * time.Second, 5, 22 * time.Second, true},
		{upHoldDown, 22 * time.Second, 4, 24 * time.Second, true},
		{upHoldDown, 29 * time.Second, 1, 30 * time.Second, true},
		{upHoldDown, 30 * time.Second, 0, 0, false},
		{jump, 0, 7, time.Second, true},
		{jump, time.Second, 3, 0, false}, // 2, and the first of the next one at once
		{RampingUsers{}, 0, 0, 0, false},
	}
	for _, c := range cases {
		next, more := c.shape.Next(c.elapsed)
		if got := c.shape.At(c.elapsed); got != c.users || next != c.next || more != c.more {
			t.Errorf("%+v after %v: %d users, then %v, %v; want %d, %v, %v", c.shape, c.elapsed, got, next, more, c.users, c.next, c.more)
		}
	}
}

// exactUsers is the formula of docs/load-model.md in exact arithmetic.
func exactUsers(stages []UserStage, elapsed time.Duration) int {
	from := 0
	for _, s := range stages {
		if elapsed < s.Duration {
			moved := new(big.Int).Mul(big.NewInt(int64(s.Target-from)), big.NewInt(int64(elapsed)))
			whole := int(new(big.Int).Quo(moved, big.NewInt(int64(s.Duration))).Int64())
			if s.Target > from {
				return min(from+whole+1, s.Target)
			}
			return from + whole
		}
		elapsed -= s.Duration
		from = s.Target
	}
	return from
}

// TestRampingUsersFollowTheFormula walks from change to change over random stages: each is one user
// more or fewer (but for jumps), at the first moment at which the formula says so.
func TestRampingUsersFollowTheFormula(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		shape := RampingUsers{}
		for range 1 + random.IntN(6) {
			length := time.Duration(random.Int64N(int64(time.Minute)))
			if random.IntN(4) == 0 {
				length = 0
			}
			shape.Stages = append(shape.Stages, UserStage{length, random.IntN(40)})
		}
		elapsed, steps := time.Duration(0), 0
		for {
			if got, want := shape.At(elapsed), exactUsers(shape.Stages, elapsed); got != want {
				t.Fatalf("%+v after %v: %d users, want %d", shape, elapsed, got, want)
			}
			next, more := shape.Next(elapsed)
			if !more {
				break
			}
			if steps++; next <= elapsed || steps > 1000 {
				t.Fatalf("%+v after %v: next change at %v", shape, elapsed, next)
			}
			if before, now := exactUsers(shape.Stages, next-1), exactUsers(shape.Stages, elapsed); before != now {
				t.Fatalf("%+v: %d users at %v, but %d just before the change at %v", shape, now, elapsed, before, next)
			}
			elapsed = next
		}
		if last := shape.Stages[len(shape.Stages)-1].Target; shape.At(elapsed) != last || shape.At(time.Hour) != last {
			t.Fatalf("%+v ends with %d users", shape, shape.At(time.Hour))
		}
	}
}

// TestUsersBeforeTheStart: a clock that is set back asks for a moment before the start, which is then the start.
func TestUsersBeforeTheStart(t *testing.T) {
	for _, stages := range [][]UserStage{{{0, 5}}, {{0, 5}, {time.Minute, 1}}, {{time.Minute, 5}}} {
		r := RampingUsers{Stages: stages}
		at, more := r.Next(0)
		if early, moreEarly := r.Next(-time.Second); r.At(-time.Second) != r.At(0) || early != at || moreEarly != more {
			t.Errorf("%v: %d users before the start, then %v %t; want %d, then %v %t", stages, r.At(-time.Second), early, moreEarly, r.At(0), at, more)
		}
	}
}
