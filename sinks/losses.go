package sinks

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// lossInterval is the least time between two log lines about the same sink.
const lossInterval = 10 * time.Second

// losses counts what one sink has not taken, and logs it while the run goes on: the first loss at once, later
// ones at most every ten seconds. It is safe for concurrent use.
type losses struct {
	name string
	log  *slog.Logger

	mu             sync.Mutex
	refused, drops int64
	first          error // of a Write
	next           time.Time
}

func (l *losses) failed(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused++
	if l.first == nil {
		l.first = err
	}
	l.logLoss()
}

func (l *losses) dropped() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drops++
	l.logLoss()
}

func (l *losses) logLoss() {
	if now := time.Now(); !now.Before(l.next) {
		l.next = now.Add(lossInterval)
		l.log.Warn("data of the run is lost: " + strings.ReplaceAll(l.err().Error(), "\n", "; "))
	}
}

// total returns everything that was lost, nil when nothing was.
func (l *losses) total() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err()
}

func (l *losses) err() error {
	var errs []error
	if l.refused > 0 {
		errs = append(errs, fmt.Errorf("write to %s: %s not accepted, the first with: %w", l.name, seconds(l.refused), l.first))
	}
	if l.drops > 0 {
		errs = append(errs, fmt.Errorf("write to %s: %s dropped since it is too slow", l.name, seconds(l.drops)))
	}
	return errors.Join(errs...)
}

func seconds(n int64) string {
	if n == 1 {
		return "1 interval was"
	}
	return fmt.Sprintf("%d intervals were", n)
}
