package throttle

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A Permit lets one user pass once.
type Permit struct {
	// Waited is 0 for a permit that was there at once.
	Waited time.Duration
	// Release gives the place of a Parallelism back. It may be called more than once. Nil for the other
	// kinds.
	Release func()
}

// Local keeps the throttles of one process. It is safe for concurrent use and needs no closing.
type Local struct {
	definitions []Definition
	queues      map[string]*queue
	clock       clock
}

// NewLocal makes the throttles. The error is that of a definition, or of a name that two have.
func NewLocal(definitions []Definition) (*Local, error) {
	l := &Local{definitions: slices.Clone(definitions), queues: make(map[string]*queue, len(definitions))}
	for _, d := range definitions {
		if err := d.Validate(); err != nil {
			return nil, err
		}
		if l.queues[d.Name] != nil {
			return nil, fmt.Errorf("throttle %q is defined twice: give each a name of its own", d.Name)
		}
		if d.Kind == Parallelism {
			l.queues[d.Name] = &queue{rule: &slots{free: d.Limit}}
		} else {
			l.queues[d.Name] = &queue{rule: &pacer{pace: paceOf(d), clock: &l.clock}}
		}
	}
	return l, nil
}

// Begin starts the time that ramps count from. Only the first call counts; Acquire begins too.
func (l *Local) Begin() { l.clock.begin() }

// Definitions are the throttles that there are. They are not to be changed.
func (l *Local) Definitions() []Definition { return l.definitions }

// Acquire waits until the named throttle lets the caller pass: callers pass in the order in which they
// came. It obeys ctx, and then returns its cause.
func (l *Local) Acquire(ctx context.Context, name string) (Permit, error) {
	q := l.queues[name]
	if q == nil {
		return Permit{}, fmt.Errorf("there is no throttle %q", name)
	}
	l.clock.begin()
	waited, err := q.acquire(ctx)
	if err != nil {
		return Permit{}, err
	}
	permit := Permit{Waited: waited}
	if _, ok := q.rule.(*slots); ok {
		permit.Release = sync.OnceFunc(q.release)
	}
	return permit, nil
}
