package threshold

import (
	"slices"

	"github.com/liveload/liveload/metrics"
)

// scenarioKey selects a scenario, of any metric. It is no label of a sample.
const scenarioKey = "scenario"

// formerNames are what labels were called before; thresholds that say so still mean them. It is a constant.
var formerNames = map[string]string{
	"failure class": "class", "failure_class": "class", "failure": "class",
	"status class": "status", "status_class": "status",
	"resource type": "type", "resource_type": "type", "resource": "type",
}

// rename gives labels that a metric declares under another name now the name of the declaration.
func (s *selector) rename(m *metrics.Metric) {
	for i, l := range s.labels {
		if now, ok := formerNames[l.key]; ok && !declares(m, l.key) && declares(m, now) {
			s.labels[i].key = now
		}
	}
}

func declares(m *metrics.Metric, label string) bool {
	_, ok := m.Label(label)
	return ok
}

// fits says whether a sample has what is selected, apart from some labels.
func (s selector) fits(labels metrics.Labels, apart ...string) bool {
	return !slices.ContainsFunc(s.labels, func(l labelPart) bool {
		return l.key != scenarioKey && !slices.Contains(apart, l.key) && labels.Get(l.key) != l.value
	})
}
