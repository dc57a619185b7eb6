package fly

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

// A watch tells of machines that end by themselves. It asks for as long as there are machines to watch.
type watch struct {
	provider *Provider
	pause    time.Duration // between two questions: Fly takes one a second

	mu       sync.Mutex
	machines map[string]watched // by their id
	stop     context.CancelFunc // nil while nobody watches
	stopped  chan struct{}
}

// watched is a machine that runs.
type watched struct {
	machine providers.Machine
	ended   func(m providers.Machine, why error)
}

func (w *watch) add(m providers.Machine, spec providers.Spec) {
	if spec.Ended == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_, id, _ := strings.Cut(m.ID, "/")
	w.machines[id] = watched{m, spec.Ended}
	if w.stop == nil {
		ctx, cancel := context.WithCancel(context.Background())
		w.stop, w.stopped = cancel, make(chan struct{})
		go w.run(ctx, m.Run, w.stopped)
	}
}

// forget leaves machines alone that are destroyed. When none is left, the watch has ended when it returns.
func (w *watch) forget(machines []providers.Machine) {
	w.mu.Lock()
	for _, m := range machines {
		_, id, _ := strings.Cut(m.ID, "/")
		delete(w.machines, id)
	}
	stop, stopped := w.stop, w.stopped
	if len(w.machines) > 0 || stop == nil {
		w.mu.Unlock()
		return
	}
	w.stop = nil
	w.mu.Unlock()
	stop()
	<-stopped
}

func (w *watch) run(ctx context.Context, run string, stopped chan<- struct{}) {
	defer close(stopped)
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(w.pause):
		}
		all, err := w.provider.client.list(ctx, w.provider.options.App, run, true)
		if err != nil && ctx.Err() == nil {
			w.provider.home.Log.Warn("Fly does not say how its machines are", "error", w.provider.client.explain("list machines", err))
		}
		for _, m := range all {
			if over(m.State) {
				w.tell(m)
			}
		}
	}
}

// tell says once that a machine has ended.
func (w *watch) tell(m machine) {
	w.mu.Lock()
	one, ok := w.machines[m.ID]
	delete(w.machines, m.ID)
	w.mu.Unlock()
	if ok {
		one.ended(one.machine, errors.New(one.machine.Name+" ended: "+why(m)))
	}
}

// over says whether a machine runs no more, and will not again.
func over(state string) bool {
	return slices.Contains([]string{"stopped", "failed", "launch_failed", "destroying", "destroyed"}, state)
}

// why says in words how a machine ended. Fly keeps what its worker said with the logs of the app.
func why(m machine) string {
	text := fmt.Sprintf("the machine %s in %s is %s", m.ID, m.Region, m.State)
	for _, e := range m.Events {
		if e.Type != "exit" || e.Request.Exit == nil {
			continue
		}
		switch exit := e.Request.Exit; {
		case exit.OutOfMemory:
			text += ": it ran out of memory (--cluster-opt memory=MB gives it more)"
		case exit.Signal > 0:
			text += fmt.Sprintf(": its worker was ended by the signal %d", exit.Signal)
		default:
			text += fmt.Sprintf(": its worker ended with exit code %d", exit.Code)
		}
		return text + fmt.Sprintf(". `fly logs --machine %s` shows what it said", m.ID)
	}
	return text
}
