package sizing

import (
	"fmt"
	"slices"

	"github.com/liveload/liveload/node"
)

// share returns what each of several nodes on one machine has of it.
func share(r node.Resources, among int) node.Resources {
	n := int64(max(1, among))
	r.Cores /= float64(n)
	r.Memory, r.MemoryAvailable = r.Memory/n, r.MemoryAvailable/n
	r.Tasks, r.TasksUsed = r.Tasks/n, r.TasksUsed/n // files are of a process
	return r
}

// Shares returns what each of the nodes has when those on the same machine share it evenly.
func Shares(all []Machine) []Machine {
	on := map[string]int{}
	for _, m := range all {
		on[m.Resources.Machine]++
	}
	shares := slices.Clone(all)
	for i, m := range all {
		if name := m.Resources.Machine; name != "" {
			shares[i].Resources = share(m.Resources, on[name])
		}
	}
	return shares
}

// mostWeight keeps the pattern by which users are dealt short: a node is off by 2 % of the largest one at most.
const mostWeight = 50

// Weights returns the weights of nodes by how many users each carries, at least 1.
func Weights(capacity []int) []int {
	largest := 1
	for _, users := range capacity {
		largest = max(largest, users)
	}
	weights := make([]int, len(capacity))
	for i, users := range capacity {
		weights[i] = users
		if largest > mostWeight {
			weights[i] = int(float64(users) / float64(largest) * mostWeight)
		}
		weights[i] = max(1, weights[i])
	}
	return weights
}

// Nodes returns how many nodes users need of whom each carries so many.
func Nodes(users, perNode int) int { return (users + perNode - 1) / perNode }

// A TooSmallError says that a node does not carry one user.
type TooSmallError struct {
	Node string
	Fit  Fit
}

func (e *TooSmallError) Error() string {
	return fmt.Sprintf("node_too_small: node %s does not carry one of the %s: %s. Use a larger machine, or say with --users-per-node N what it carries",
		e.Node, e.Fit.Of, e.Fit.Why())
}

// A MaxNodesError says that more nodes are needed than there may be.
type MaxNodesError struct {
	Users  int
	Needed int    // nodes
	Most   int    // nodes
	Limit  string // what says so, such as "--max-nodes"
	Fit    int    // users on as many nodes as there may be
	Why    string // how many users a node carries, and what limits them
}

func (e *MaxNodesError) Error() string {
	return fmt.Sprintf("max_nodes_exceeded: %d users need %d nodes, but %s allows %d, which carry %d users: %s. Allow more nodes, use larger machines, or fewer users",
		e.Users, e.Needed, e.Limit, e.Most, e.Fit, e.Why)
}
