// Package shared keeps what the users of all nodes share while a run lasts: throttles, and the numbers of
// sequences. The process of the controller has it; nodes elsewhere ask that one.
package shared

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/liveload/liveload/throttle"
)

// Local keeps everything in this process. The zero value is ready. Safe for concurrent use.
type Local struct {
	mu        sync.Mutex
	throttles map[string]*throttle.Local // by key
	sequences sync.Map                   // *atomic.Int64 by name
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
	made, err := throttle.NewLocal(definitions)
	if err != nil {
		return nil, err
	}
	if l.throttles == nil {
		l.throttles = map[string]*throttle.Local{}
	}
	l.throttles[key] = made
	return made, nil
}

// Next takes the next number of the named sequence, which begins with 0. There is nothing to wait for.
func (l *Local) Next(_ context.Context, sequence string) (int64, error) {
	counter, known := l.sequences.Load(sequence)
	if !known {
		counter, _ = l.sequences.LoadOrStore(sequence, new(atomic.Int64))
	}
	return counter.(*atomic.Int64).Add(1) - 1, nil
}
