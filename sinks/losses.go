package sinks

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// lossInterval is the least time between two log lines about the same sink.
const lossInterval = 10 * time.Second

// Losses count what one sink has not taken, and log it while the run goes on: the first loss at once, later
// ones at most every ten seconds. They are safe for concurrent use.
type Losses struct {
	name, unit string
	log        *slog.Logger

	mu   sync.Mutex
	ways []loss
	next time.Time
}

// A loss is what was lost in one way.
type loss struct {
	n     int64
	how   string
	first error // nil when how says it all
}

// NewLosses counts units ("interval") that the sink of that name loses.
func NewLosses(name, unit string, log *slog.Logger) *Losses {
	return &Losses{name: name, unit: unit, log: log}
}

// Add counts n units as lost. How it was, such as "not accepted", comes with the first err, which may be nil.
func (l *Losses) Add(n int64, how string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.IndexFunc(l.ways, func(one loss) bool { return one.how == how }); i >= 0 {
		l.ways[i].n += n
	} else {
		l.ways = append(l.ways, loss{n, how, err})
	}
	if now := time.Now(); !now.Before(l.next) {
		l.next = now.Add(lossInterval)
		l.log.Warn("data of the run is lost: " + strings.ReplaceAll(l.err().Error(), "\n", "; "))
	}
}

// Err returns everything that was lost, nil when nothing was.
func (l *Losses) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err()
}

// Count returns how many units were lost.
func (l *Losses) Count() (n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.ways {
		n += one.n
	}
	return n
}

func (l *Losses) err() error {
	var errs []error
	for _, one := range l.ways {
		were := "s were"
		if one.n == 1 {
			were = " was"
		}
		err := fmt.Errorf("write to %s: %d %s%s %s", l.name, one.n, l.unit, were, one.how)
		if one.first != nil {
			err = fmt.Errorf("%w, the first with: %v", err, one.first) // one sentence, not two errors
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
