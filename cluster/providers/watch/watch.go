// Package watch tells of machines of a cloud that end by themselves. One goroutine asks for all machines of a provider, for
// as long as there are any.
package watch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

// longestAsk bounds one question, so that a cloud that never answers does not go unnoticed.
const longestAsk = time.Minute

// An End is a machine that runs no more.
type End struct {
	ID  string // of the Machine
	Why func(ctx context.Context, token string) error
}

// A Watch asks which machines have ended. The zero value with Begin and Pause watches nothing yet.
type Watch struct {
	// Begin returns what asks for the machines of a run that have ended, again and again. It may wait until something changes.
	Begin func(run string) (ask func(ctx context.Context) ([]End, error))
	// Failed is told when there is no answer, once until there is one again. The watch goes on.
	Failed func(err error)
	Pause  time.Duration // between two questions

	mu      sync.Mutex
	watched map[string]watched // by the id of their machine
	stop    context.CancelFunc // nil while nobody watches
	stopped chan struct{}
}

// watched is a machine that runs.
type watched struct {
	machine providers.Machine
	spec    providers.Spec
}

// Add watches a machine of the run until it ends or is forgotten. All machines of a Watch are of one run.
func (w *Watch) Add(m providers.Machine, spec providers.Spec) {
	if spec.Ended == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watched == nil {
		w.watched = map[string]watched{}
	}
	w.watched[m.ID] = watched{m, spec}
	if w.stop == nil {
		ctx, cancel := context.WithCancel(context.Background())
		w.stop, w.stopped = cancel, make(chan struct{})
		go w.run(ctx, w.Begin(m.Run), w.stopped)
	}
}

// Forget leaves machines alone: nobody is told that they end. When none is left, the watch has ended when it returns.
func (w *Watch) Forget(machines []providers.Machine) {
	w.mu.Lock()
	for _, m := range machines {
		delete(w.watched, m.ID)
	}
	stop, stopped := w.stop, w.stopped
	if len(w.watched) > 0 || stop == nil {
		w.mu.Unlock()
		return
	}
	w.stop = nil
	w.mu.Unlock()
	stop()
	<-stopped
}

func (w *Watch) run(ctx context.Context, ask func(ctx context.Context) ([]End, error), stopped chan<- struct{}) {
	defer close(stopped)
	for failing := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(w.Pause):
		}
		asking, cancel := context.WithTimeout(ctx, longestAsk)
		ended, err := ask(asking)
		cancel()
		if err != nil && !failing && ctx.Err() == nil {
			w.Failed(err)
		}
		failing = err != nil
		for _, end := range ended {
			w.tell(ctx, end)
		}
	}
}

// tell says once that a machine has ended, unless it is destroyed meanwhile.
func (w *Watch) tell(ctx context.Context, end End) {
	w.mu.Lock()
	one, ok := w.watched[end.ID]
	w.mu.Unlock()
	if !ok {
		return
	}
	why := end.Why(ctx, one.spec.Token)
	w.mu.Lock()
	_, ok = w.watched[end.ID]
	delete(w.watched, end.ID)
	w.mu.Unlock()
	if ok {
		one.spec.Ended(one.machine, fmt.Errorf("%s ended: %w", one.machine.Name, why))
	}
}
