package totals

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	dto "github.com/prometheus/client_model/go"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/points"
)

const (
	runLabel      = "run"
	scenarioLabel = "scenario"
	nodeLabel     = "node"
	quantileLabel = "quantile"
)

// labels returns those of a series, sorted by name.
func (b *builder) labels(p *part, set metrics.Labels) []*dto.LabelPair {
	all := []*dto.LabelPair{pair(runLabel, b.run)}
	if p.Scenario != metrics.NodeScope {
		all = append(all, pair(scenarioLabel, p.Scenario))
	}
	if p.Node != "" {
		all = append(all, pair(nodeLabel, p.Node))
	}
	for name, value := range set.All() {
		all = append(all, pair(labelName(p.Scenario, set, name), value))
	}
	slices.SortFunc(all, byName)
	return all
}

func byName(a, b *dto.LabelPair) int { return cmp.Compare(a.GetName(), b.GetName()) }

func pair(name, value string) *dto.LabelPair {
	value = strings.ToValidUTF8(value, "\uFFFD")
	return &dto.LabelPair{Name: &name, Value: &value}
}

// with returns labels with one more.
func with(labels []*dto.LabelPair, one *dto.LabelPair) []*dto.LabelPair {
	at, _ := slices.BinarySearchFunc(labels, one, byName)
	return slices.Insert(slices.Clone(labels), at, one)
}

// quantileLabels are those of the shares.
var quantileLabels = func() (all []*dto.LabelPair) {
	for _, share := range shares {
		all = append(all, pair(quantileLabel, strconv.FormatFloat(share, 'g', -1, 64)))
	}
	return all
}()

// reserved are labels that a script's tags cannot have: ours, and le, which is that of buckets.
var reserved = []string{runLabel, scenarioLabel, quantileLabel, "le"}

// labelName is the name of a label, with tag_ before what already has a meaning.
func labelName(scenario string, set metrics.Labels, name string) string {
	taken := slices.Contains(reserved, name) || name == nodeLabel && scenario != metrics.NodeScope || strings.HasPrefix(name, "__")
	return points.FreeName(set, name, taken)
}
