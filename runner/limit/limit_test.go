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
	seen := map[int]bool{}
	for ; !s.Done(); steps++ {
		load := s.Load()
		if load < start || load > most || seen[load] {
			t.Fatalf("from %d to %d: load %d is tried, seen %v", start, most, load, seen)
		}
		seen[load] = true
		s.Judge(holds(load))
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
		switch {
		case limit < start:
			if s.Held() != 0 || s.Broke() != start || steps != 1 {
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

func TestTheWay(t *testing.T) {
	var way []int
	find(t, 1, 1000, func(load int) bool { way = append(way, load); return load <= 11 })
	if want := []int{1, 2, 4, 8, 16, 12, 10, 11}; !slices.Equal(way, want) {
		t.Errorf("the way to 11 is %v, want %v", way, want)
	}
	if got, want := Raises(3, 20), []int{3, 6, 12, 20}; !slices.Equal(got, want) {
		t.Errorf("Raises(3, 20) = %v, want %v", got, want)
	}
}
