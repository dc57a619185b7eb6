// Package shared keeps what the users of all nodes share while a run lasts: throttles, and the numbers of
// sequences. The process of the controller has it (Local); nodes elsewhere (Remote) ask that one (Server).
package shared

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/liveload/liveload/throttle"
)

// maxThrottles and maxSequences bound what scripts, and nodes that go wrong, can make a run remember.
const (
	maxThrottles = 10_000
	maxSequences = 10_000 // of rows, and as many of evidence
)

// evidence begins the names of sequences that number failures for package evidence. Scripts can give failures any number of
// classes, which must not keep anybody from the next row.
const evidence = "evidence of "

// Local keeps everything in this process. The zero value is ready. Safe for concurrent use.
type Local struct {
	mu        sync.Mutex
	throttles map[string]*throttle.Local // by key
	before    map[string]*throttle.Local // those of the load before, by key
	defined   int                        // throttles, of all keys
	rows      int                        // sequences
	classes   int                        // of failures: sequences too
	sequences sync.Map                   // *atomic.Int64 by name; they come under mu
}

// Throttles returns the throttles that were defined first under the key, and refuses other definitions.
func (l *Local) Throttles(_ context.Context, key string, definitions []throttle.Definition) (throttle.Set, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.throttles[key]; known != nil {
		if !reflect.DeepEqual(known.Definitions(), definitions) {
			return nil, errors.New("throttles(config) has returned other throttles on another node: return the same everywhere, nothing that is random or depends on the machine")
		}
		return known, nil
	}
	defined := l.defined + max(len(definitions), 1)
	if defined > maxThrottles {
		return nil, fmt.Errorf("the scripts of a run have more than %d throttles: define fewer", maxThrottles)
	}
	made, err := throttle.NewLocal(definitions)
	if err != nil {
		return nil, err
	}
	if before := l.before[key]; before != nil {
		made.Follow(before)
	}
	if l.throttles == nil {
		l.throttles = map[string]*throttle.Local{}
	}
	l.throttles[key], l.defined = made, defined
	return made, nil
}

// Anew returns what the users of another load share that comes after this one, on the same application. Throttles keep their
// pace, and sequences of which each number is given once go on; once says which those are. All else begins anew.
func (l *Local) Anew(once func(sequence string) bool) *Local {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := &Local{before: maps.Clone(l.before)}
	if next.before == nil {
		next.before = map[string]*throttle.Local{}
	}
	maps.Copy(next.before, l.throttles)
	for name, taken := range l.taken(once) {
		counter := new(atomic.Int64)
		counter.Store(taken)
		next.sequences.Store(name, counter)
		next.rows++
	}
	return next
}

// Taken returns how many numbers were taken of the sequences of which each number is given once.
func (l *Local) Taken(once func(sequence string) bool) (all int64) {
	for _, taken := range l.taken(once) {
		all += taken
	}
	return all
}

func (l *Local) taken(of func(sequence string) bool) map[string]int64 {
	taken := map[string]int64{}
	l.sequences.Range(func(name, counter any) bool {
		if of(name.(string)) {
			taken[name.(string)] = counter.(*atomic.Int64).Load()
		}
		return true
	})
	return taken
}

// Next takes the next number of the named sequence, which begins with 0. There is nothing to wait for.
func (l *Local) Next(_ context.Context, sequence string) (int64, error) {
	counter, known := l.sequences.Load(sequence)
	if !known {
		var err error
		if counter, err = l.begin(sequence); err != nil {
			return 0, err
		}
	}
	return counter.(*atomic.Int64).Add(1) - 1, nil
}

// begin makes a sequence, unless somebody else just has.
func (l *Local) begin(sequence string) (counter any, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if counter, known := l.sequences.Load(sequence); known {
		return counter, nil
	}
	named := &l.rows
	if strings.HasPrefix(sequence, evidence) {
		named = &l.classes
	}
	if *named == maxSequences {
		return nil, fmt.Errorf("a run has at most %d numbered sequences of rows, and of classes of failures", maxSequences)
	}
	*named++
	counter = new(atomic.Int64)
	l.sequences.Store(sequence, counter)
	return counter, nil
}
