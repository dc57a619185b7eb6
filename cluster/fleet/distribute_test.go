package fleet

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/liveload/liveload/plan/shape"
)

func TestDistribute(t *testing.T) {
	for _, test := range []struct {
		users  int
		places []place
		want   string
	}{
		{5, []place{{weight: 1, users: 5}, {weight: 1, users: 5}}, "[3 2] 0"},
		{5, []place{{weight: 1, users: 7}, {weight: 1, users: 5}}, "[2 3] 0"},
		{6, []place{{weight: 2, users: 10}, {weight: 1, users: 5}}, "[4 2] 0"},
		{6, []place{{weight: 1, users: 5, room: 7}, {weight: 1, users: 5}}, "[2 4] 0"},
		{6, []place{{weight: 1, users: 5, room: 7}, {weight: 1, users: 5, room: 6}}, "[2 1] 3"},
		{2, []place{{weight: 1, users: 8, room: 7}}, "[0] 2"},
		{2, nil, "[] 2"},
		{0, []place{{weight: 1}}, "[0] 0"},
	} {
		parts, left := distribute(test.users, test.places)
		if got := fmt.Sprint(parts, left); got != test.want {
			t.Errorf("distribute(%d, %+v) = %s, want %s", test.users, test.places, got, test.want)
		}
	}
}

// TestWhatIsDividedHasOnePlace: however a segment is divided, its numbers have one place each, and its users those that
// distribute says; with enough room for all, nothing is left out.
func TestWhatIsDividedHasOnePlace(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		of := shape.Segments([]int{1 + r.IntN(5), 1 + r.IntN(5)})[0]
		users, room := r.IntN(20), 0
		places := make([]place, 1+r.IntN(5))
		for i := range places {
			places[i] = place{weight: 1 + r.IntN(3), users: r.IntN(10)}
			if r.IntN(2) == 0 {
				places[i].room = 1 + r.IntN(15)
			}
		}
		segments, parts := divide(of, users, places)
		_, left := distribute(users, places)
		for i, p := range places {
			if p.room > 0 {
				room = max(room, 1)
			}
			if segments[i] == nil && parts[i] > 0 {
				t.Fatalf("place %d has %d users and no segment", i, parts[i])
			}
		}
		first, _ := of.Nth(int64(users)) // the number after those of the users
		var owners []int64
		for i, s := range segments {
			if s == nil {
				continue
			}
			if n := int(s.Count(first)); n != parts[i] {
				t.Fatalf("%d users among %+v: place %d has %d, want %d", users, places, i, n, parts[i])
			}
			for n := range s.Count(500) {
				number, _ := s.Nth(n)
				owners = append(owners, number)
			}
		}
		slices.Sort(owners)
		if len(slices.Compact(slices.Clone(owners))) != len(owners) {
			t.Fatalf("%d users among %+v: a number has two places", users, places)
		}
		if left == 0 && room == 0 && int64(len(owners)) != of.Count(500) {
			t.Fatalf("%d users among %+v: %d of %d numbers have a place", users, places, len(owners), of.Count(500))
		}
	}
}
