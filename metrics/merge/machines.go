package merge

import "github.com/liveload/liveload/metrics"

// machines adds what runs used beside each other. Prices in different currencies cannot be added, and are left out.
func machines(parts []part) *metrics.Machines {
	var all *metrics.Machines
	for _, p := range parts {
		switch m := p.Machines; {
		case m == nil:
		case all == nil:
			sum := *m
			all = &sum
		default:
			all.Most, all.Users = all.Most+m.Most, all.Users+m.Users
			all.UsedMS, all.NeededMS = all.UsedMS+m.UsedMS, all.NeededMS+m.NeededMS
			all.Cost = added(all.Cost, m.Cost, all.Users)
			if all.Kind != m.Kind {
				all.Kind = ""
			}
		}
	}
	return all
}

// added is what machines cost together; nil when that is not known.
func added(a, b *metrics.Cost, users int) *metrics.Cost {
	if a == nil || b == nil || a.Currency != b.Currency {
		return nil
	}
	sum := metrics.Cost{Currency: a.Currency, Total: a.Total + b.Total}
	if a.PerHour == b.PerHour {
		sum.PerHour = a.PerHour
	}
	if users > 0 {
		sum.PerThousandUsers = sum.Total * 1000 / float64(users)
	}
	return &sum
}
