package threshold

import (
	"slices"

	"github.com/liveload/liveload/metrics"
)

// scenarioKey selects a scenario, for any metric. Samples have no such label.
const scenarioKey = "scenario"

// formerNames are former names of labels, which thresholds may still use.
var formerNames = map[string]string{
	"failure class": "class", "failure_class": "class", "failure": "class",
	"status class": "status", "status_class": "status",
	"resource type": "type", "resource_type": "type", "resource": "type",
}

// rename replaces former names of labels.
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

// fits says whether a sample has the selected labels, not counting some of them.
func (s selector) fits(labels metrics.Labels, apart ...string) bool {
	return !slices.ContainsFunc(s.labels, func(l labelPart) bool {
		return l.key != scenarioKey && !slices.Contains(apart, l.key) && labels.Get(l.key) != l.value
	})
}
