package nomad

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/nomad/api"
)

// noRoom says in words why Nomad found no node for a machine.
func (o Options) noRoom(metric *api.AllocationMetric) string {
	if metric == nil {
		return "Nomad found no node, and does not say why"
	}
	if metric.NodesEvaluated == 0 && len(metric.QuotaExhausted) == 0 {
		return "no node may run it: none is ready in " + o.place() + " (see `nomad node status`)"
	}
	var causes []string
	if n := metric.NodesFiltered; n > 0 {
		causes = append(causes, filtered(n, metric, o.Driver)...)
	}
	if metric.NodesExhausted > 0 {
		causes = append(causes, o.exhausted(metric)...)
	}
	for _, quota := range metric.QuotaExhausted {
		causes = append(causes, fmt.Sprintf("the quota of the namespace %s is used up (%s)", o.Namespace, quota))
	}
	if len(causes) == 0 {
		return fmt.Sprintf("none of %d nodes takes it, and Nomad does not say why", metric.NodesEvaluated)
	}
	return fmt.Sprintf("of %s in %s: %s", nodes(metric.NodesEvaluated), o.place(), strings.Join(causes, "; "))
}

// place says where nodes were looked for.
func (o Options) place() string {
	place := "all datacenters"
	if len(o.Datacenters) > 0 {
		place = "the datacenters " + strings.Join(o.Datacenters, ", ")
	}
	if o.NodePool != "" {
		place += " and the node pool " + o.NodePool
	}
	return place
}

// filtered says which nodes must not run it.
func filtered(n int, metric *api.AllocationMetric, driver string) (causes []string) {
	for _, constraint := range slices.Sorted(maps.Keys(metric.ConstraintFiltered)) {
		count := nodes(metric.ConstraintFiltered[constraint])
		if constraint == "missing drivers" {
			causes = append(causes, fmt.Sprintf("%s without the driver %s (enable its plugin there, or choose --cluster-opt driver=...)", count, driver))
			continue
		}
		causes = append(causes, fmt.Sprintf("%s without %q", count, constraint))
	}
	for _, class := range slices.Sorted(maps.Keys(metric.ClassFiltered)) {
		if len(metric.ConstraintFiltered) == 0 {
			causes = append(causes, fmt.Sprintf("%s of the class %s", nodes(metric.ClassFiltered[class]), class))
		}
	}
	if len(causes) == 0 {
		causes = append(causes, nodes(n)+" that must not run it")
	}
	return causes
}

// exhausted says which nodes have too little left.
func (o Options) exhausted(metric *api.AllocationMetric) (causes []string) {
	asked := map[string]string{
		"memory": fmt.Sprintf("%d MB of memory", o.MemoryMB), "cpu": fmt.Sprintf("%d MHz", o.CPU), "cores": fmt.Sprintf("%d cores", o.Cores),
	}
	for _, dimension := range slices.Sorted(maps.Keys(metric.DimensionExhausted)) {
		what := asked[dimension]
		if what == "" {
			what = "enough " + dimension
		}
		causes = append(causes, fmt.Sprintf("%s without %s left", nodes(metric.DimensionExhausted[dimension]), what))
	}
	if len(causes) == 0 {
		causes = append(causes, nodes(metric.NodesExhausted)+" that are full")
	}
	return causes
}

func nodes(n int) string {
	if n == 1 {
		return "1 node"
	}
	return fmt.Sprintf("%d nodes", n)
}
