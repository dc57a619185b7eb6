package plan

import "github.com/liveload/liveload/plan/shape"

// OwnUsers returns how many of a number of users, planned or commanded, this node has.
func (p *Scenario) OwnUsers(all int) int { return int(p.Segment.Count(int64(all))) }

// OwnIterations returns how many of the shared iterations this node has: they go where the users are.
func (p *Scenario) OwnIterations() int64 { return p.dealt().Count(int64(p.Iterations)) }

// OwnArrivals returns those of the arrivals that this node has: they go where the users are.
func (p *Scenario) OwnArrivals(all shape.Arrivals) shape.Arrivals { return p.dealt().Arrivals(all) }

func (p *Scenario) dealt() *shape.Segment { return p.Segment.Dealt(p.Users) }
