package runner

import "runtime/debug"

// MostUsers is how many users the plan has at once, unless somebody steers it. A search may have as many as
// it tries.
func (p *Plan) MostUsers() int {
	most := 0
	for _, batch := range p.Batches() {
		users := 0
		for _, scenario := range batch {
			users += scenario.mostUsers()
		}
		most = max(most, users)
	}
	return most
}

func (p *ScenarioPlan) mostUsers() int {
	if p.FindLimit != nil && !p.Kind().Open() {
		return p.FindLimit.Most
	}
	return p.Users
}

// CollectFor sets how far the heap of this process may grow between collections (debug.SetGCPercent) when
// it has so many users. The heap of few is small beside their browsers, and collecting it takes CPU from
// them; that of thousands must not be twice what they need.
func CollectFor(users int) {
	percent := 200
	switch {
	case users > 4000:
		percent = 40
	case users > 1000:
		percent = 100
	}
	debug.SetGCPercent(percent)
}
