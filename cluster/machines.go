package cluster

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/cluster/cost"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
)

// late notes that users had to wait for a node, which is named if it is one of the first, and returns the sentence for the log.
func (b *runningBatch) late(node string, by time.Duration) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	note := fmt.Sprintf("node %s joined %v after its users were due: they began late", node, by.Round(100*time.Millisecond))
	if b.lateNodes++; b.lateNodes <= mostNamed {
		b.notes = append(b.notes, note)
	}
	return note
}

// used says what machines the batch was given, nil when that is not counted.
func (c *Controller) used(running *runningBatch) (m *metrics.Machines) {
	if c.Machines != nil {
		m = c.Machines(running.plans)
	}
	if moved := running.machines; moved != nil {
		if m == nil {
			m = &metrics.Machines{Most: moved.Most, UsedMS: moved.Used.Milliseconds()}
		}
		m.NeededMS = moved.Needed.Milliseconds()
	}
	return m
}

// machinesText says in a note what machines were used for.
func machinesText(m *metrics.Machines) string {
	use := cost.Use{Time: time.Duration(m.UsedMS) * time.Millisecond, Users: m.Users}
	if m.Cost != nil {
		use.Price = &cost.Price{PerHour: m.Cost.PerHour, Currency: m.Cost.Currency}
	}
	text := fmt.Sprintf("%s at once at most, %v", plan.Plural(m.Most, "machine"), use)
	if m.NeededMS == 0 {
		return text
	}
	return fmt.Sprintf("machines came and went with the load: %s; users needed %.1f machine-minutes, without the time to boot and to leave",
		text, (time.Duration(m.NeededMS) * time.Millisecond).Minutes())
}
