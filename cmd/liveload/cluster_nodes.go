package main

import (
	"fmt"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/local"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/plan"
)

// count asks the provider for as many nodes as it has machines, when nobody has said how many.
func (s *clusterSettings) count(provider providers.Provider) {
	if s.nodes > 0 {
		return
	}
	s.nodes = 1
	if counted, ok := provider.(providers.Counted); ok {
		s.nodes = counted.Machines()
	}
}

// begin returns with how many nodes a plan begins.
func (s *clusterSettings) begin(provider providers.Provider, p plan.Plan) (nodes int, err error) {
	if err := s.checkWeights(provider); err != nil {
		return 0, err
	}
	most, limit := s.most(provider)
	return s.sizing.begin(peakUsers(p), s.nodes, most, limit)
}

// most is how many nodes there may be, and what says so.
func (s *clusterSettings) most(provider providers.Provider) (most int, limit string) {
	counted, isCounted := provider.(providers.Counted)
	switch {
	case !s.sizing.grow:
		return s.nodes, "--" + nodesFlag
	case isCounted && counted.Machines() < s.sizing.most:
		return counted.Machines(), "--cluster " + s.kind.Name + ", which has no more machines,"
	}
	return s.sizing.most, "--" + maxNodesFlag
}

// check refuses a load that these nodes, and those that may still be started, do not carry.
func (s *clusterSettings) check(provider providers.Provider, machines []sizing.Machine, carried sizing.Sizing, users int) error {
	most, limit := s.most(provider)
	if s.sizing.grow && s.kind.Name == local.Name {
		most, limit = len(machines), "--cluster local, whose nodes share this machine,"
	}
	return carried.Check(machines, users, most, limit)
}

// weights are those of nodes, by what the provider's options say; nil when they say nothing.
func weights(provider providers.Provider, nodes []*remote.Node) (all []int) {
	weighted, ok := provider.(providers.Weighted)
	if !ok || weighted.Weights() == nil {
		return nil
	}
	for _, n := range nodes {
		all = append(all, max(1, weighted.Weights()[n.Names()[0]]))
	}
	return all
}

// checkWeights refuses to divide the load in two ways.
func (s *clusterSettings) checkWeights(provider providers.Provider) error {
	weighted, ok := provider.(providers.Weighted)
	if !ok || weighted.Weights() == nil {
		return nil
	}
	if s.elastic != nil && *s.elastic {
		return &usageError{problem: fmt.Sprintf("the weights of hosts say how users are divided, but with --%s all nodes carry the same number of them: leave one of the two out", elasticFlag)}
	}
	if s.sizing.perNode == 0 && !s.sizing.measured {
		return nil
	}
	return &usageError{problem: fmt.Sprintf("the weights of hosts say how users are divided, and --%s or --%s %s what each node carries: leave one of them out", usersPerNodeFlag, nodesFlag, auto)}
}
