package elastic

import (
	"cmp"
	"slices"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// A group is some users of a scenario, with neighbouring numbers, who are there in the same cells.
type group struct {
	scenario int
	users    span
	cells    []span
	length   int // of all cells
}

// groups returns those of a demand.
func groups(scenario int, d demand) (all []group) {
	edges := []int{}
	for _, users := range d {
		edges = append(edges, users.from, users.to)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	for i := range len(edges) - 1 {
		one := group{scenario: scenario, users: span{edges[i], edges[i+1]}}
		for c, users := range d {
			if users.from <= one.users.from && one.users.to <= users.to {
				one.cells, one.length = extend(one.cells, c), one.length+1
			}
		}
		if one.length > 0 {
			all = append(all, one)
		}
	}
	return all
}

// extend adds a number to ascending spans.
func extend(spans []span, number int) []span {
	if last := len(spans) - 1; last >= 0 && spans[last].to == number {
		spans[last].to++
		return spans
	}
	return append(spans, span{number, number + 1})
}

// An assignment says which users each place has.
type assignment struct {
	perNode int
	cells   int
	places  []Place
	busy    [][]int // users at a place in a cell
}

// assign assigns all users to places, so that none ever has more than perNode at once. Those that are there for long come
// first, each to the first place that has room, so that places empty one after the other. The first place also has those who
// only come when somebody commands it.
func assign(batch []plan.Scenario, demands []demand, cells, perNode int) []Place {
	var all []group
	for i, d := range demands {
		all = append(all, groups(i, d)...)
	}
	slices.SortStableFunc(all, func(a, b group) int {
		return cmp.Or(cmp.Compare(b.length, a.length), cmp.Compare(a.cells[0].from, b.cells[0].from))
	})
	t := assignment{perNode: perNode, cells: cells}
	t.open(len(demands))
	for i, d := range demands {
		t.put(0, group{scenario: i, users: span{d.highest(), assigned(&batch[i])}})
	}
	for _, one := range all {
		for k := 0; one.users.size() > 0; k++ {
			if k == len(t.places) {
				t.open(len(demands))
			}
			n := min(one.users.size(), t.room(k, one.cells))
			t.put(k, group{scenario: one.scenario, users: span{one.users.from, one.users.from + n}, cells: one.cells})
			one.users.from += n
		}
	}
	for k := range t.places {
		for i := range t.places[k].parts {
			t.places[k].parts[i] = merged(t.places[k].parts[i])
		}
	}
	return t.places
}

// assigned is how many numbers of users are assigned: one at least, so that every command finds somebody.
func assigned(s *plan.Scenario) int { return max(1, s.Users) }

func (t *assignment) open(scenarios int) {
	t.places = append(t.places, Place{parts: make([][]span, scenarios)})
	t.busy = append(t.busy, make([]int, t.cells))
}

// room is for how many users there is room at a place in all of some cells.
func (t *assignment) room(place int, cells []span) int {
	room := t.perNode
	for _, s := range cells {
		for c := s.from; c < s.to && room > 0; c++ {
			room = min(room, t.perNode-t.busy[place][c])
		}
	}
	return room
}

func (t *assignment) put(place int, some group) {
	if some.users.size() == 0 {
		return
	}
	parts := t.places[place].parts
	parts[some.scenario] = append(parts[some.scenario], some.users)
	for _, s := range some.cells {
		for c := s.from; c < s.to; c++ {
			t.busy[place][c] += some.users.size()
		}
	}
}

// merged sorts spans and joins those that touch.
func merged(spans []span) (all []span) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for _, s := range spans {
		if last := len(all) - 1; last >= 0 && all[last].to == s.from {
			all[last].to = s.to
			continue
		}
		all = append(all, s)
	}
	return all
}

// needed are the cells in which a user of the place is there.
func (p *Place) needed(demands []demand, cells int) (needed []span) {
	for c := range cells {
		for i, d := range demands {
			if slices.ContainsFunc(p.parts[i], func(s span) bool { return max(s.from, d[c].from) < min(s.to, d[c].to) }) {
				needed = extend(needed, c)
				break
			}
		}
	}
	return needed
}

// segment is the place's part of a scenario of which so many users were assigned. The pattern goes on for those beyond, who only
// come by command.
func (p *Place) segment(scenario, users int) *shape.Segment {
	s := &shape.Segment{Of: int64(users)}
	for _, part := range p.parts[scenario] {
		for n := part.from; n < part.to; n++ {
			s.Mine = append(s.Mine, int64(n))
		}
	}
	return s
}
