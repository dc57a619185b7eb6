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
	// Begin starts the time that ramps count from. Only the first call counts; Ask begins too.
	Begin()
	// Ask takes a place in the queue of the named throttle, whose callers pass in the order in which they came.
	// pass is called once, maybe before Ask returns, with the permit or with why there will be none. It must not
	// block, and neither ask nor release. withdraw gives the place up; false says that pass was called.
	Ask(name string, pass func(Permit, error)) (withdraw func() bool)
}

// A Permit lets one user pass once.
type Permit struct {
	// Waited is how long the throttle kept the user: 0 for a permit that was available at once.
	Waited time.Duration
	// Release gives the slot of a Parallelism back. It may be called more than once. Nil for the other
	// kinds.
	Release func()
}

// Acquire waits until the named throttle of a set lets the caller pass. It obeys ctx, and then returns its cause.
func Acquire(ctx context.Context, set Set, name string) (Permit, error) {
	if ctx.Err() != nil {
		return Permit{}, context.Cause(ctx)
	}
	var permit Permit
	var err error
	passed := make(chan struct{})
	withdraw := set.Ask(name, func(p Permit, e error) {
		permit, err = p, e
		close(passed)
	})
	select {
	case <-passed:
	case <-ctx.Done():
		if withdraw() {
			return Permit{}, context.Cause(ctx)
		}
		<-passed // at the same moment: the caller has a permit after all
	}
	return permit, err
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

// Follow keeps the pace since the last permits of another Local, which is not used any more. It is called before the first
// permit. Ramps begin anew.
func (l *Local) Follow(before *Local) {
	for name, q := range l.queues {
		own, paced := q.rule.(*pacer)
		other := before.queues[name]
		if !paced || other == nil {
			continue
		}
		other.mu.Lock()
		if last, ok := other.rule.(*pacer); ok {
			own.until = last.until // of the load before that one
			if last.due > 0 {
				own.until = before.clock.start.Add(last.due)
			}
		}
		other.mu.Unlock()
	}
}

// Begin implements Set.
func (l *Local) Begin() { l.clock.begin() }

// Definitions implements Set.
func (l *Local) Definitions() []Definition { return l.definitions }

// Ask implements Set.
func (l *Local) Ask(name string, pass func(Permit, error)) (withdraw func() bool) {
	q := l.queues[name]
	if q == nil {
		pass(Permit{}, fmt.Errorf("there is no throttle %q", name))
		return func() bool { return false }
	}
	l.clock.begin()
	var release func()
	if _, ok := q.rule.(*slots); ok {
		release = sync.OnceFunc(q.release)
	}
	return q.ask(func(waited time.Duration) { pass(Permit{Waited: waited, Release: release}, nil) })
}
