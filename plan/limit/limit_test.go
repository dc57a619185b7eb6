package limit

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// find runs a search to its end and returns how many loads it has tried.
func find(t *testing.T, start, most int, holds func(load int) bool) (s *Search, steps int) {
	t.Helper()
	s = New(start, most)
	tried, broke := map[int]int{}, map[int]bool{}
	for ; !s.Done(); steps++ {
		load := s.Load()
		if load < start || load > most || load <= s.Held() || s.Again() != (tried[load] == 1 && broke[load]) || tried[load] > 1 {
			t.Fatalf("from %d to %d, %d held: load %d is tried, again %v, before %v", start, most, s.Held(), load, s.Again(), tried)
		}
		tried[load]++
		held := holds(load)
		broke[load] = !held
		s.Judge(held)
	}
	if steps > MostSteps(start, most) {
		t.Fatalf("from %d to %d: %d steps, but MostSteps is %d", start, most, steps, MostSteps(start, most))
	}
	return s, steps
}

func random() *rand.Rand { return rand.New(rand.NewPCG(5, 6)) }

// TestFindsTheLimit: a system that bears loads up to a limit is found out, exactly when the limit is
// small and within 5 % otherwise.
func TestFindsTheLimit(t *testing.T) {
	dice := random()
	for range 20_000 {
		most := 1 + dice.IntN(1<<(1+dice.IntN(20)))
		start := 1 + dice.IntN(most)
		limit := dice.IntN(most + most/4 + 2)
		s, steps := find(t, start, most, func(load int) bool { return load <= limit })
		if usual := UsualSteps(start, most); steps > usual {
			t.Fatalf("from %d to %d with limit %d: %d steps, but UsualSteps is %d", start, most, limit, steps, usual)
		}
		switch {
		case limit < start:
			if s.Held() != 0 || s.Broke() != start || steps != 2 {
				t.Fatalf("limit %d below the start %d: held %d, broke %d after %d steps", limit, start, s.Held(), s.Broke(), steps)
			}
		case limit >= most:
			if s.Held() != most || s.Broke() != 0 {
				t.Fatalf("limit %d above the most %d: held %d, broke %d", limit, most, s.Held(), s.Broke())
			}
		default:
			off := limit - s.Held()
			if off < 0 || off > 0 && off*20 > s.Held() || limit < 40 && off != 0 || s.Broke() <= limit {
				t.Fatalf("from %d to %d with limit %d: held %d, broke %d", start, most, limit, s.Held(), s.Broke())
			}
		}
	}
}

// TestNoiseEnds: a system that breaks by chance has no limit to be found, but the search ends, and what it
// says was measured.
func TestNoiseEnds(t *testing.T) {
	dice := random()
	for range 20_000 {
		most := 1 + dice.IntN(1<<(1+dice.IntN(20)))
		verdicts, share := map[int]bool{0: true}, dice.Float64()
		s, _ := find(t, 1+dice.IntN(most), most, func(load int) bool {
			verdicts[load] = dice.Float64() < share
			return verdicts[load]
		})
		if !verdicts[s.Held()] || s.Broke() > 0 && (verdicts[s.Broke()] || s.Broke() <= s.Held()) {
			t.Fatalf("held %d, broke %d of %v", s.Held(), s.Broke(), verdicts)
		}
	}
}

// TestAccidentsCostATry: loads that the system bears break once in a while, and are found to hold when they are tried
// again.
func TestAccidentsCostATry(t *testing.T) {
	dice := random()
	for range 20_000 {
		most := 2 + dice.IntN(1<<(1+dice.IntN(20)))
		start := 1 + dice.IntN(most)
		limit := start + dice.IntN(most+most/4+2-start)
		accidents := map[int]bool{}
		s, _ := find(t, start, most, func(load int) bool {
			// One try is for the load that breaks always.
			if load <= limit && len(accidents) < mostAgain-1 && !accidents[load] && dice.IntN(3) == 0 {
				accidents[load] = true
				return false
			}
			return load <= limit
		})
		if off := min(limit, most) - s.Held(); off < 0 || off > 0 && off*20 > s.Held() {
			t.Fatalf("from %d to %d with limit %d and accidents at %v: held %d, broke %d", start, most, limit, accidents, s.Held(), s.Broke())
		}
	}
}

func TestTheWay(t *testing.T) {
	for _, c := range []struct {
		name        string
		start, most int
		limit       int
		accidents   []int // the tries that break by accident, counted from 0
		want        []int
	}{
		{"usual", 1, 1000, 11, nil, []int{1, 2, 4, 8, 16, 12, 10, 11, 12}},
		{"the first breaks", 5, 1000, 4, nil, []int{5, 5}},
		{"the first breaks by accident", 5, 1000, 11, []int{0}, []int{5, 5, 10, 20, 15, 12, 11, 12}},
		{"early", 1, 1000, 11, []int{2}, []int{1, 2, 4, 3, 4, 8, 16, 12, 10, 11, 12}},
		{"between", 1, 1000, 11, []int{6}, []int{1, 2, 4, 8, 16, 12, 10, 9, 10, 11, 12}},
		{"the last one", 1, 11, 11, []int{4}, []int{1, 2, 4, 8, 11, 9, 10, 11}},
		{"more than are forgiven", 1, 1000, 11, []int{0, 2, 4}, []int{1, 1, 2, 2, 4, 3, 4, 8, 16, 12, 10, 11}},
		{"twice in a row", 1, 1000, 11, []int{2, 4}, []int{1, 2, 4, 3, 4}},
	} {
		var way []int
		find(t, c.start, c.most, func(load int) bool {
			way = append(way, load)
			return load <= c.limit && !slices.Contains(c.accidents, len(way)-1)
		})
		if !slices.Equal(way, c.want) {
			t.Errorf("%s: the way to %d is %v, want %v", c.name, c.limit, way, c.want)
		}
	}
	if got, want := Raises(3, 20), []int{3, 6, 12, 20}; !slices.Equal(got, want) {
		t.Errorf("Raises(3, 20) = %v, want %v", got, want)
	}
}
