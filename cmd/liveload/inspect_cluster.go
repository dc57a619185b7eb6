package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/home"
	"github.com/liveload/liveload/cluster/providers/local"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// capacity says what a plan needs, and what this machine or the cluster carries.
func (w *wiring) capacity(p plan.Plan, here node.Resources) (string, error) {
	s := w.settings.cluster
	if s.kind == nil {
		return capacityOf(p, here), nil
	}
	env, err := w.outside.environment(w.settings.browserPath, w.settings.headed)
	if err != nil {
		return "", err
	}
	ours, err := home.Open(env.Cache, w.log)
	if err != nil {
		return "", err
	}
	provider, err := s.kind.Open(ours, s.options)
	if err != nil {
		return "", err
	}
	if err := s.checkWeights(provider); err != nil {
		return "", err
	}
	text, nodes := s.capacity(provider, p, here)
	if nodes == 0 {
		_, err := s.price(provider)
		return text, err
	}
	moving, err := s.comeAndGo(provider, p)
	if err != nil || moving != "" {
		return text + "\n" + moving, err
	}
	costs, err := s.costText(provider, p, nodes)
	if costs != "" {
		text += ". The run takes " + costs
	}
	return text, err
}

// capacity says how many nodes a plan takes, by the arithmetic of the run. Machines of which the provider says nothing are
// taken for such as this one. nodes is 0 when the run will be refused, or takes none.
func (s clusterSettings) capacity(provider providers.Provider, p plan.Plan, here node.Resources) (text string, nodes int) {
	users := peakUsers(p)
	if users == 0 {
		return "", 0
	}
	s.count(provider)
	text = plan.Plural(users, "user") + " at once at most"
	nodes, err := s.begin(provider, p)
	switch {
	case err != nil:
		return fmt.Sprintf("%s. The run will be refused: %v", text, err), 0
	case s.sizing.perNode > 0:
		return fmt.Sprintf("%s, on %s: --%s says that a node carries %d", text, plan.Plural(nodes, "node"), usersPerNodeFlag, s.sizing.perNode), nodes
	}
	if s.kind.Name == local.Name {
		return capacityOf(p, here) + ". Nodes of --cluster local share this machine", nodes
	}
	machine, like := s.machine(provider, here)
	machines := slices.Repeat([]sizing.Machine{machine}, nodes)
	carried := sizing.Size(machines, sizing.Light().For(sizing.NeedOf(sizing.Heaviest(p, machine.Resources))))
	if s.sizing.measured {
		err = s.check(provider, machines, carried, users)
	}
	if err != nil && s.sizing.calibrate == 0 {
		return fmt.Sprintf("%s. The run will be refused: %v", text, err), 0
	}
	text += fmt.Sprintf("; a node %s carries about %d if their pages are light: %s. %s", like, carried.Users[0], carried.Fits[0].Why(), s.taken(users, carried.Users[0]))
	switch {
	case err != nil:
		text += ". The run will be refused unless its users cost less, which is tried on the first node"
	case s.sizing.measured && s.sizing.calibrate > 0:
		text += ". What its users really cost is tried on the first node before the run"
	}
	if each := carried.Users[0]; s.sizing.grow && each > 0 {
		nodes = max(nodes, sizing.Nodes(users, each))
	}
	return text, nodes
}

// taken says how many nodes users take of whom each carries so many, and how many nodes there are when that is fixed.
func (s clusterSettings) taken(users, each int) string {
	there := ""
	if !s.sizing.grow {
		there = fmt.Sprintf("; there are %d", s.nodes)
	}
	if each == 0 {
		return "That is none" + there
	}
	return fmt.Sprintf("It takes %s%s", plan.Plural(sizing.Nodes(users, each), "such node"), there)
}

// machine is what a node is taken for, and what it is like in words.
func (s clusterSettings) machine(provider providers.Provider, here node.Resources) (sizing.Machine, string) {
	m := sizing.Machine{Name: "a node", Resources: here}
	m.Resources.Machine = "" // each has one of its own
	sized, ok := provider.(providers.Sized)
	if !ok || sized.Size().Cores == 0 && sized.Size().Memory == 0 {
		return m, "like this machine"
	}
	size := sized.Size()
	m.Resources = node.Resources{Cores: size.Cores, Memory: size.Memory, MemoryAvailable: size.Memory}
	return m, "of kind " + cmp.Or(size.Kind, s.kind.Name)
}
