package report

import (
	"cmp"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// A Check is one of a script, with its tags.
type Check struct {
	Name  string `json:"name"`
	Total int64  `json:"total"`  // times that it was evaluated
	Fails *int64 `json:"failed"` // nil when the part of a node does not say
}

// checks returns those that failed most often first.
func checks(of *metrics.ScenarioResult) []Check {
	all := []Check{}
	by := of.Counters[metrics.Checks.Name]
	if by.Series == nil {
		for name, n := range by.By {
			all = append(all, Check{Name: name, Total: n})
		}
	}
	index := make(map[string]int)
	for _, one := range by.Series {
		name := metrics.Checks.Text(one.Labels.With(metrics.OutcomeLabel, ""))
		i, known := index[name]
		if !known {
			i = len(all)
			index[name], all = i, append(all, Check{Name: name, Fails: new(int64)})
		}
		all[i].Total += one.Value
		if one.Labels.Get(metrics.OutcomeLabel) == metrics.OutcomeFail {
			*all[i].Fails += one.Value
		}
	}
	slices.SortFunc(all, func(a, b Check) int {
		return cmp.Or(cmp.Compare(b.fails(), a.fails()), cmp.Compare(b.Total, a.Total), cmp.Compare(a.Name, b.Name))
	})
	return all
}

func (c *Check) fails() int64 {
	if c.Fails == nil {
		return 0
	}
	return *c.Fails
}
