package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

const (
	// PrepareTimeout is how long nodes may take to get what they need, and to start their browsers.
	PrepareTimeout = 5 * time.Minute
	// drainMargin is for what users do besides their iterations: opening and closing their sessions.
	drainMargin = time.Minute
	// mostNamed is how many nodes an error names.
	mostNamed = 10
)

// errNotReady is why nodes fail that take too long to prepare.
var errNotReady = fmt.Errorf("it took longer than %v", PrepareTimeout)

// unready names the members that did not prepare in time; nil when another error ended the wait.
func unready(ctx context.Context, members []Member, carriers []*carrier) error {
	if !errors.Is(context.Cause(ctx), errNotReady) {
		return nil
	}
	var names []string
	for i, c := range carriers {
		if c == nil {
			names = append(names, members[i].name())
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("prepare node %s: %w", named(names), errNotReady)
}

func named(names []string) string {
	if len(names) <= mostNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNamed], ", "), len(names)-mostNamed)
}

// Ends returns how long after the start of a batch its last iterations begin, 0 when that is not known.
func Ends(batch []plan.Scenario) (last time.Duration) {
	for i := range batch {
		planned := batch[i].Planned()
		if planned == 0 {
			return 0
		}
		last = max(last, planned)
	}
	return last
}

// drainTimeout is how long members may take to end their last iterations.
func drainTimeout(batch []plan.Scenario) time.Duration {
	var longest time.Duration
	for i := range batch {
		longest = max(longest, time.Duration(batch[i].IterationTimeout))
	}
	return longest + drainMargin
}

// boundDrain gives up the members whose users go on for too long after the end of the load. over is closed when all have ended.
func (j *job) boundDrain(ctx context.Context, over <-chan struct{}, out chan<- node.Event) {
	patience := drainTimeout(j.batch)
	giveUp := func() {
		for _, c := range j.unfinished(ctx) {
			j.lose(ctx, c, fmt.Errorf("its users have not ended within %v after the end of the load", patience), out)
		}
	}
	if last := Ends(j.batch); last > 0 {
		select {
		case <-time.After(time.Until(j.start.Add(last + patience))):
			giveUp()
		case <-j.drained:
		case <-over:
		}
	}
	select {
	case <-j.drained:
	case <-over:
	}
	for wait := patience; ; wait = time.Second {
		select {
		case <-time.After(wait):
			giveUp()
		case <-over:
			return
		}
	}
}

// unfinished returns the carriers on which something still runs. Those that have ended their part wait until all are to end,
// and those whose report nobody takes now cannot end.
func (j *job) unfinished(ctx context.Context) []*carrier {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(j.carriers), func(c *carrier) bool {
		waits := !slices.ContainsFunc(c.parts, func(p *held) bool { return !p.ended })
		return c.over || c.lost || c.passing || waits && !j.ending(ctx)
	})
}
