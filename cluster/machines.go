package cluster

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
)

// late notes that users had to wait for a node, and returns the sentence for the log.
func (b *runningBatch) late(node string, by time.Duration) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	note := fmt.Sprintf("node %s joined %v after its users were due: they began late", node, by.Round(100*time.Millisecond))
	b.notes = append(b.notes, note)
	return note
}

// tellMachines says in a Result what machines were used for that came and went with the load.
func (b *runningBatch) tellMachines(result *metrics.Result) {
	m := b.machines
	if m == nil {
		return
	}
	result.Machines = &metrics.Machines{Most: m.Most, UsedMS: m.Used.Milliseconds(), NeededMS: m.Needed.Milliseconds()}
	result.Health.Notes = append(result.Health.Notes, fmt.Sprintf("machines came and went with the load: %s at once at most, %.1f machine-minutes with the time to boot and to leave, of which the users needed %.1f",
		plan.Plural(m.Most, "machine"), m.Used.Minutes(), m.Needed.Minutes()))
}
