// Package elastic plans which machines a load needs at which time. It is arithmetic on the plan of a run: there is no clock
// and no I/O here. Machines are started and ended by others.
package elastic

import (
	"time"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// Options say what machines are like.
type Options struct {
	PerNode int // users that a node carries, at least 1
	// Lead is how long before it is needed a machine has to be launched: the time that it takes to boot, and a margin.
	Lead time.Duration
	// Least is how long a machine is at least away, or it is not worth while to end it and launch another one.
	Least time.Duration
}

// A Plan says which machines a batch needs over time. The users are assigned to places, each of which has a machine while one of
// its users is there. Times are since the start of the batch.
type Plan struct {
	Places []Place

	batch   []plan.Scenario
	options Options
	grid    grid
	demands []demand        // by scenario
	rounds  [][]shape.Round // by scenario; nil of closed ones
}

// A Place has the same part of the load all along, and a machine when that needs one.
type Place struct {
	// Periods are the times in which it has a machine, in order.
	Periods []Period

	parts [][]span // numbers of users, by scenario
}

// A Period is a time in which a place has a machine.
type Period struct{ From, Until time.Duration }

// New plans the machines for a batch: as few at every moment as its users need, as far as users stay where they are. The
// first place has a machine all the time, so that there always is one.
func New(batch []plan.Scenario, o Options) *Plan {
	p := &Plan{batch: batch, options: o, grid: gridOf(batch)}
	for i := range batch {
		p.demands = append(p.demands, demandOf(&batch[i], p.grid))
		p.rounds = append(p.rounds, roundsOf(&batch[i], p.demands[i], p.grid))
	}
	p.Places = assign(batch, p.demands, p.grid.cells, o.PerNode)
	p.follow()
	return p
}

// follow decides again when each place has a machine.
func (p *Plan) follow() {
	for i := range p.Places {
		place := &p.Places[i]
		place.Periods = nil
		for _, s := range place.needed(p.demands, p.grid.cells) {
			place.add(Period{p.grid.at(s.from), p.grid.at(s.to)}, p.options)
		}
	}
	p.Places[0].Periods = []Period{{0, p.Lasts()}}
}

// add adds a period, or prolongs the last one when the time between is too short.
func (p *Place) add(s Period, o Options) {
	if last := len(p.Periods) - 1; last >= 0 && s.From-p.Periods[last].Until < o.Lead+o.Least {
		p.Periods[last].Until = s.Until
		return
	}
	p.Periods = append(p.Periods, s)
}

// Lasts is how long the batch lasts at most, as planned.
func (p *Plan) Lasts() time.Duration { return p.grid.at(p.grid.cells) }

// Command follows a number of users that was commanded at a moment, until the planned end of the scenario. Of an open
// scenario it is the number of slots among which arrivals are divided.
func (p *Plan) Command(scenario string, at time.Duration, users int) {
	for i := range p.batch {
		if s := &p.batch[i]; s.Name == scenario {
			p.demands[i].command(p.grid, max(at, time.Duration(s.StartTime)), end(s), min(users, s.Users))
		}
	}
	p.follow()
}

// Stop follows the end of a scenario that comes before the planned one.
func (p *Plan) Stop(scenario string, at time.Duration) { p.Command(scenario, at, 0) }

// Used is how long all machines are there together, from their launch on.
func (p *Plan) Used() (total time.Duration) {
	for _, place := range p.Places {
		for _, s := range place.Periods {
			total += s.Until - s.From + p.options.Lead
		}
	}
	return total
}

// Needed is how long all machines would be there together until a moment, if each was there exactly while its users need it.
func (p *Plan) Needed(until time.Duration) (total time.Duration) {
	for c := range min(p.grid.cells, int(until/p.grid.step)) {
		users := 0
		for _, d := range p.demands {
			users += d[c].size()
		}
		total += time.Duration((users+p.options.PerNode-1)/p.options.PerNode) * p.grid.step
	}
	return total
}

// Scenarios returns the batch for the node at a place, which joins for the period that begins at from.
func (p *Plan) Scenarios(place int, from time.Duration) []plan.Scenario {
	own := make([]plan.Scenario, len(p.batch))
	for i, s := range p.batch {
		own[i] = s
		own[i].Segment = p.Places[place].segment(i, assigned(&s))
		own[i].Rounds, own[i].Joins = p.rounds[i], plan.Duration(from)
	}
	return own
}

// Has says whether a place has users of a scenario.
func (p *Plan) Has(place int, scenario string) bool {
	for i := range p.batch {
		if p.batch[i].Name == scenario {
			return len(p.Places[place].parts[i]) > 0
		}
	}
	return false
}

// Slots is how many of the first slots of a scenario are at places that there says to have a machine.
func (p *Plan) Slots(scenario string, there func(place int) bool) int {
	for i := range p.batch {
		if p.batch[i].Name != scenario {
			continue
		}
		first := p.batch[i].Users
		for k := range p.Places {
			for _, s := range p.Places[k].parts[i] {
				if !there(k) {
					first = min(first, s.from)
				}
			}
		}
		return first
	}
	return 0
}

// roundsOf says among how many slots the arrivals of an open scenario are divided: among those whose places have a machine.
func roundsOf(s *plan.Scenario, d demand, g grid) (rounds []shape.Round) {
	if !s.Kind().Open() {
		return nil
	}
	arrivals, last := s.Arrivals(), shape.Round{}
	for c, users := range d {
		slots := int64(max(1, users.to))
		if slots == last.Slots {
			continue
		}
		from := last.From
		if after := g.at(c) - time.Duration(s.StartTime); after > 0 {
			from = shape.From(arrivals, from, after)
		}
		if len(rounds) == 0 {
			last = shape.Round{Slots: slots}
		} else {
			last = last.Next(from, slots)
		}
		rounds = append(rounds, last)
	}
	return rounds
}

// Within plans as New does, for most machines at most, unless that is 0. Where users cannot be assigned so well that they are
// enough, each carries some more.
func Within(batch []plan.Scenario, o Options, most int) *Plan {
	for {
		p := New(batch, o)
		if most == 0 || len(p.Places) <= most {
			return p
		}
		o.PerNode += max(1, o.PerNode/20)
	}
}
