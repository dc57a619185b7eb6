package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster/cost"
	"github.com/liveload/liveload/cluster/elastic"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/plan"
)

const (
	elasticFlag = "elastic"

	// usualLead is how long machines of clouds take to come, as long as nothing is measured.
	usualLead = time.Minute
	// worthwhile is how much of the machine-minutes must be saved that nodes come and go by themselves, in per cent.
	worthwhile = 15
)

// elastic reads whether machines come and go with the load; nil is for those that cost, where it is worth while.
func (r *flagReader) elastic(manual bool) *bool {
	asked := r.yes(elasticFlag)
	if asked != nil && *asked && manual {
		r.refuse(elasticFlag, "needs machines that liveload starts: with --%s static somebody else does", clusterFlag)
	}
	return asked
}

// isElastic decides whether machines come and go with the load of a plan, of which each carries so many users.
func (s clusterSettings) isElastic(p plan.Plan) (bool, error) {
	unknown := ""
	for i := range p.Scenarios {
		switch one := &p.Scenarios[i]; {
		case one.FindLimit != nil:
			unknown = one.Name + " looks for the largest load"
		case one.Kind() == plan.KindControlled:
			unknown = one.Name + " has users by command"
		}
	}
	switch {
	case s.elastic != nil && *s.elastic && unknown != "":
		return false, fmt.Errorf("--%s needs a load that is known before, but %s: leave it out", elasticFlag, unknown)
	case s.elastic != nil:
		return *s.elastic, nil
	case unknown != "" || !s.kind.Rented || peakUsers(p) == 0:
		return false, nil
	}
	u := s.usage(p, max(1, peakUsers(p)/100), 0, usualLead)
	return u.used*100 <= u.always*(100-worthwhile), nil
}

// A machineUsage is how long machines are there, all together.
type machineUsage struct {
	most                 int // at once
	launches             int // of machines
	used, needed, always time.Duration
}

// usage is how long machines are there for a plan when they come and go.
func (s clusterSettings) usage(p plan.Plan, perNode, most int, lead time.Duration) (u machineUsage) {
	for _, batch := range p.Batches() {
		one := elastic.Within(batch, elastic.Options{PerNode: perNode, Lead: lead, Least: time.Minute}, most)
		u.most = max(u.most, len(one.Places))
		for _, place := range one.Places {
			u.launches += len(place.Periods)
		}
		u.used, u.needed = u.used+one.Used(), u.needed+one.Needed(one.Lasts())
	}
	for _, batch := range p.Batches() {
		u.always += time.Duration(u.most) * elastic.New(batch, elastic.Options{PerNode: perNode}).Lasts()
	}
	return u
}

// text says what the machines come to, at a price that may be nil.
func (u machineUsage) text(users int, price *cost.Price) string {
	return fmt.Sprintf("machines come and go with the load: %s at once at most, about %v, with the time to boot; users need %.1f machine-minutes of them, and all machines all the time would take %.1f",
		plan.Plural(u.most, "machine"), cost.Use{Time: u.used, Users: users, Price: price}, u.needed.Minutes(), u.always.Minutes())
}

// perNode is how many users each node of an elastic cluster carries, as far as that was said; 0 when it is found out.
func (s clusterSettings) perNode(p plan.Plan) int {
	switch {
	case s.sizing.perNode > 0:
		return s.sizing.perNode
	case s.sizing.measured:
		return 0
	}
	return max(1, sizing.Nodes(peakUsers(p), s.nodes))
}

// comeAndGo says what inspect tells of an elastic cluster; "" when the machines are there all the time.
func (s clusterSettings) comeAndGo(provider providers.Provider, p plan.Plan) (string, error) {
	price, err := s.price(provider)
	if err != nil {
		return "", err
	}
	yes, err := s.isElastic(p)
	switch {
	case err != nil:
		return "The run will be refused: " + err.Error(), nil
	case !yes:
		return "", nil
	}
	s.count(provider)
	perNode := s.perNode(p)
	if perNode == 0 {
		return "Machines come and go with the load, as many as its users turn out to need", nil
	}
	most, _ := s.most(provider)
	text := s.usage(p, perNode, most, usualLead).text(peakUsers(p), price)
	return strings.ToUpper(text[:1]) + text[1:], nil
}
