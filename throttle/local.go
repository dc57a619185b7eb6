package throttle

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A Set is the throttles of one script. Local keeps them in this process; a node of a cluster asks the
// process that does. Safe for concurrent use.
type Set interface {
	// Definitions returns the throttles of the set. The caller must not change them.
	Definitions() []Definition
	// Begin starts the time that ramps count from. Only the first call counts; Acquire begins too.
	Begin()
	// Acquire waits until the named throttle lets the caller pass: callers pass in the order in which they
	// came. It obeys ctx, and then returns its cause.
	Acquire(ctx context.Context, name string) (Permit, error)
}

// A Permit lets one user pass once.
type Permit struct {
	// Waited is 0 for a permit that was available at once.
	Waited time.Duration
	// Release gives the slot of a Parallelism back. It may be called more than once. Nil for the other
	// kinds.
	Release func()
}

// Local is a Set whose queues are in this process. It needs no closing.
type Local struct {
	definitions []Definition
	queues      map[string]*queue
	clock       clock
}

// NewLocal makes the throttles. It refuses a definition that is not valid, and two of the same name.
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

// Begin implements Set.
func (l *Local) Begin() { l.clock.begin() }

// Definitions implements Set.
func (l *Local) Definitions() []Definition { return l.definitions }

// Acquire implements Set.
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
