package plan

import "github.com/liveload/liveload/plan/shape"

// OwnUsers returns this node's part of a number of users, planned or commanded.
func (p *Scenario) OwnUsers(all int) int { return int(p.Segment.Count(int64(all))) }

// OwnIterations returns this node's part of the shared iterations, which are dealt among its users' slots.
func (p *Scenario) OwnIterations() int64 { return p.dealt().Count(int64(p.Iterations)) }

// OwnArrivals returns this node's part of the arrivals, which are dealt among its users' slots.
func (p *Scenario) OwnArrivals(all shape.Arrivals) shape.Arrivals { return p.dealt().Arrivals(all) }

func (p *Scenario) dealt() *shape.Segment { return p.Segment.Dealt(p.Users) }
