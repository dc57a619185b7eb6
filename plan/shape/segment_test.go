package shape

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestSegments(t *testing.T) {
	tests := []struct {
		weights []int
		want    string
	}{
		{[]int{1}, `[{"of":1,"mine":[0]}]`},
		{[]int{7, 7}, `[{"of":2,"mine":[0]},{"of":2,"mine":[1]}]`},
		{[]int{1, 1, 1}, `[{"of":3,"mine":[0]},{"of":3,"mine":[1]},{"of":3,"mine":[2]}]`},
		{[]int{2, 1}, `[{"of":3,"mine":[0,1]},{"of":3,"mine":[2]}]`},
		{[]int{1, 4}, `[{"of":5,"mine":[3]},{"of":5,"mine":[0,1,2,4]}]`},
		{[]int{6, 4, 2}, `[{"of":6,"mine":[0,2,4]},{"of":6,"mine":[1,3]},{"of":6,"mine":[5]}]`},
	}
	for _, test := range tests {
		if got, err := json.Marshal(Segments(test.weights)); err != nil || string(got) != test.want {
			t.Errorf("Segments(%v) = %s, %v; want %s", test.weights, got, err, test.want)
		}
	}
}

func randomWeights(r *rand.Rand) []int {
	weights := make([]int, 1+r.IntN(8))
	for i := range weights {
		weights[i] = 1 + r.IntN(12)
	}
	return weights
}

// TestEveryNumberHasOneNode: whatever the weights, each number belongs to exactly one node, and each node
// has its share of the first numbers, rounded down or up.
func TestEveryNumberHasOneNode(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		weights, sum := randomWeights(r), 0
		for _, w := range weights {
			sum += w
		}
		segments := Segments(weights)
		for n := range int64(3*sum + 5) {
			owners := 0
			for i, s := range segments {
				has := s.Count(n)
				if low, exact := int64(weights[i])*n/int64(sum), int64(weights[i])*n; has < low || has*int64(sum)-exact >= int64(sum) {
					t.Fatalf("%v: node %d has %d of the first %d numbers, want %d/%d of them", weights, i, has, n, weights[i], sum)
				}
				if s.Count(n+1) == has {
					continue
				}
				owners++
				if number, ok := s.Nth(has); number != n || !ok {
					t.Fatalf("%v: node %d has number %d, but its thing %d is %d", weights, i, n, has, number)
				}
			}
			if owners != 1 {
				t.Fatalf("%v: number %d belongs to %d nodes", weights, n, owners)
			}
		}
	}
}

// TestPartsOfLostNodesHaveOneNode: after any losses, each of which divides what a node had among the others, the
// parts of those that are left have each number once, also of things that are dealt round slots.
func TestPartsOfLostNodesHaveOneNode(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for range 200 {
		nodes := map[int][]*Segment{}
		for i, s := range Segments(append(randomWeights(r), 1, 1)) {
			nodes[i] = []*Segment{s}
		}
		for losses := r.IntN(5); losses > 0 && len(nodes) > 1; losses-- {
			left := slices.Sorted(maps.Keys(nodes))
			lost := left[r.IntN(len(left))]
			parts := nodes[lost]
			delete(nodes, lost)
			left = slices.DeleteFunc(left, func(i int) bool { return i == lost })
			for _, part := range parts {
				weights := make([]int, len(left))
				for i := range weights {
					weights[i] = 1 + r.IntN(4)
				}
				for i, divided := range part.Divide(weights) {
					nodes[left[i]] = append(nodes[left[i]], divided)
				}
			}
		}
		rounds := randomRounds(r)
		for _, dealt := range []bool{false, true} {
			owners := make([]int, 200)
			for _, parts := range nodes {
				for _, s := range parts {
					if dealt {
						s = s.Dealt(rounds...)
					}
					for n := int64(0); n < s.Count(int64(len(owners))); n++ {
						number, ok := s.Nth(n)
						if !ok || number >= int64(len(owners)) || s.Count(number) != n {
							t.Fatalf("thing %d is %d, %v, but %d are before it", n, number, ok, s.Count(number))
						}
						owners[number]++
					}
				}
			}
			if i := slices.IndexFunc(owners, func(n int) bool { return n != 1 }); i >= 0 {
				t.Fatalf("dealt %v: number %d belongs to %d parts", dealt, i, owners[i])
			}
		}
	}
}

// randomRounds deal things to other numbers of slots from time to time.
func randomRounds(r *rand.Rand) (rounds []Round) {
	rounds = []Round{{Slots: 1 + r.Int64N(40)}}
	for r.IntN(3) > 0 {
		last := rounds[len(rounds)-1]
		rounds = append(rounds, last.Next(last.From+r.Int64N(60), 1+r.Int64N(40)))
	}
	return rounds
}

// slotOf is the slot to which a thing is dealt.
func slotOf(n int64, rounds []Round) (slot int64) {
	for _, round := range rounds {
		if round.From <= n {
			slot = (round.First + n - round.From) % round.Slots
		}
	}
	return slot
}

// TestThingsGoWhereTheirSlotsAre also has fewer slots than nodes, and other numbers of them from time to time.
func TestThingsGoWhereTheirSlotsAre(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		weights, rounds := randomWeights(r), randomRounds(r)
		last := rounds[len(rounds)-1]
		for i, s := range Segments(weights) {
			dealt, has := s.Dealt(rounds...), int64(0)
			for n := range last.From + 3*last.Slots + 5 {
				slot := slotOf(n, rounds)
				mine := s.Count(slot+1) > s.Count(slot)
				if dealt.Count(n) != has {
					t.Fatalf("%v, %v: node %d has %d of the first %d things, want %d", weights, rounds, i, dealt.Count(n), n, has)
				}
				if !mine {
					continue
				}
				if number, ok := dealt.Nth(has); number != n || !ok {
					t.Fatalf("%v, %v: thing %d of node %d is %d, %v; want %d", weights, rounds, has, i, number, ok, n)
				}
				has++
			}
			goesOn := s.Count(last.Slots) > 0
			if _, ok := dealt.Nth(has); ok != goesOn {
				t.Fatalf("%v, %v: node %d has slots in the last round: %v, but Nth says %v", weights, rounds, i, goesOn, ok)
			}
		}
	}
}

// TestRoundsGoOnWithTheNextSlot, so that also short ones use all slots alike.
func TestRoundsGoOnWithTheNextSlot(t *testing.T) {
	used, last := map[int64]int{}, Round{Slots: 10}
	rounds := []Round{last}
	for from := int64(3); from < 300; from += 3 {
		last = last.Next(from, 10+from%2)
		rounds = append(rounds, last)
	}
	for n := range int64(300) {
		used[slotOf(n, rounds)]++
	}
	for slot := range int64(10) {
		if used[slot] < 27 || used[slot] > 30 {
			t.Errorf("slot %d is used %d times of 300, want 27 to 30 as all: %v", slot, used[slot], used)
		}
	}
}

// TestANodeWithoutNumbers has nothing, as one has in whose time others have everything.
func TestANodeWithoutNumbers(t *testing.T) {
	none := &Segment{Of: 5}
	if _, ok := none.Nth(0); ok || none.Count(17) != 0 || none.Dealt(Round{Slots: 3}).Count(9) != 0 {
		t.Error("a segment without numbers has some")
	}
}

func TestNoSegmentIsEverything(t *testing.T) {
	var all *Segment
	number, ok := all.Dealt(Round{Slots: 3}).Nth(7)
	users, arrivals := RampingUsers{Stages: []UserStage{{0, 3}}}, ConstantRate{Rate{3, time.Second}, time.Second}
	if all.Count(7) != 7 || number != 7 || !ok || !reflect.DeepEqual(all.Users(users), Users(users)) || all.Arrivals(arrivals) != Arrivals(arrivals) {
		t.Error("a nil segment has not everything")
	}
}

// TestNodesHaveUsersTogether: at every moment the users of all nodes are those of the plan, and a node
// knows when its own number changes.
func TestNodesHaveUsersTogether(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 100 {
		all := RampingUsers{}
		for range 1 + r.IntN(4) {
			all.Stages = append(all.Stages, UserStage{time.Duration(r.IntN(10)) * time.Second, r.IntN(30)})
		}
		var nodes []Users
		for _, s := range Segments(randomWeights(r)) {
			nodes = append(nodes, s.Users(all))
		}
		const total = 40 * time.Second // at most
		for at := time.Duration(0); at <= total; at += 100 * time.Millisecond {
			sum := 0
			for _, node := range nodes {
				now := node.At(at)
				sum += now
				next, ok := node.Next(at)
				for later := at; later <= total && (!ok || later < next); later += 100 * time.Millisecond {
					if node.At(later) != now {
						t.Fatalf("%+v: a node has %d users at %v and %d at %v, but Next says %v, %v", all, now, at, node.At(later), later, next, ok)
					}
				}
				if ok && (next <= at || node.At(next) == now) {
					t.Fatalf("%+v: nothing changes at %v, which Next(%v) says", all, next, at)
				}
			}
			if sum != all.At(at) {
				t.Fatalf("%+v: the nodes have %d users at %v, want %d", all, sum, at, all.At(at))
			}
		}
	}
}

// TestNodesBeginIterationsTogether: what is due on all nodes is what is due on one, at the same times.
func TestNodesBeginIterationsTogether(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	due := func(a Arrivals) (all []time.Duration) {
		for n := int64(0); ; n++ {
			at, ok := a.Due(n)
			if !ok {
				return all
			}
			all = append(all, at)
		}
	}
	for range 100 {
		var all Arrivals = ConstantRate{Rate{1 + r.Int64N(50), time.Second}, time.Duration(r.IntN(20)) * time.Second}
		if r.IntN(2) == 0 {
			all = NewRampingRate(Rate{r.Int64N(20), time.Second}, []RateStage{{5 * time.Second, Rate{r.Int64N(50), time.Second}}, {5 * time.Second, Rate{r.Int64N(50), time.Second}}})
		}
		weights, rounds := randomWeights(r), randomRounds(r)
		var together []time.Duration
		for _, s := range Segments(weights) {
			together = append(together, due(s.Dealt(rounds...).Arrivals(all))...)
		}
		slices.Sort(together)
		if !slices.Equal(together, due(all)) {
			t.Fatalf("%+v for nodes %v with %v: %d iterations, want %d at the same times", all, weights, rounds, len(together), len(due(all)))
		}
	}
}

// BenchmarkSegments is a fleet of many machines of different sizes.
func BenchmarkSegments(b *testing.B) {
	for _, nodes := range []int{2, 50, 500} {
		weights := make([]int, nodes)
		for i := range weights {
			weights[i] = 1 + i%64
		}
		b.Run(fmt.Sprint(nodes), func(b *testing.B) {
			for b.Loop() {
				Segments(weights)
			}
		})
	}
}
