package nomad

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/cluster/providers"
)

// A watch tells of machines that end by themselves. It asks for as long as there are machines to watch.
type watch struct {
	provider *Provider
	pause    time.Duration // between two questions

	mu       sync.Mutex
	machines map[string]watched // by the id of their job
	stop     context.CancelFunc // nil while nobody watches
	stopped  chan struct{}
}

// watched is a machine that runs.
type watched struct {
	machine providers.Machine
	spec    providers.Spec
}

func (w *watch) add(m providers.Machine, spec providers.Spec) {
	if spec.Ended == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.machines[jobID(m.Run, m.Name)] = watched{m, spec}
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
		delete(w.machines, jobID(m.Run, m.Name))
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

// run asks for the allocations of a run, whenever one of the namespace changes.
func (w *watch) run(ctx context.Context, run string, stopped chan<- struct{}) {
	defer close(stopped)
	options := w.provider.client.query(ctx)
	options.Filter = fmt.Sprintf("JobID matches %q", "^"+jobPrefix+run+"-")
	for ctx.Err() == nil {
		allocations, meta, err := w.provider.client.api.Allocations().List(options)
		if err != nil && ctx.Err() == nil {
			w.provider.home.Log.Warn("Nomad does not say how its machines are", "error", w.provider.client.explain("list allocations", err))
			options.WaitIndex = 0
		}
		if err == nil {
			options.WaitIndex = meta.LastIndex
		}
		for _, a := range allocations {
			if over(a.ClientStatus) {
				w.tell(ctx, a)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(w.pause):
		}
	}
}

// tell says once that a machine has ended.
func (w *watch) tell(ctx context.Context, a *api.AllocationListStub) {
	w.mu.Lock()
	one, ok := w.machines[a.JobID]
	w.mu.Unlock()
	if !ok {
		return
	}
	why := w.provider.client.why(ctx, a, one.spec.Token)
	w.mu.Lock()
	_, ok = w.machines[a.JobID] // it may be destroyed by now
	delete(w.machines, a.JobID)
	w.mu.Unlock()
	if ok {
		one.spec.Ended(one.machine, fmt.Errorf("%s ended: %w", one.machine.Name, why))
	}
}

// telling are events that say why a task does not run, or no more.
var telling = []string{
	api.TaskTerminated, api.TaskDriverFailure, api.TaskSetupFailure, api.TaskArtifactDownloadFailed, api.TaskFailedValidation, api.TaskSiblingFailed,
}

// fixes are by what Nomad says.
var fixes = map[string]string{
	"OOM":                "It needs more memory: --cluster-opt memory=MB",
	"could not be found": "--cluster-opt binary=PATH says where liveload is there, or artifact=URL from where to take it",
}

// why says on which node an allocation ended, and how, with the last lines of its worker.
func (c *client) why(ctx context.Context, a *api.AllocationListStub, token string) error {
	text := lastEvent(a)
	for sign, fix := range fixes {
		if strings.Contains(text, sign) {
			text += ". " + fix
		}
	}
	if said := c.said(ctx, a.ID, token); said != "" {
		text += "\n  " + strings.ReplaceAll(said, "\n", "\n  ")
	}
	return fmt.Errorf("on the node %s: %s", a.NodeName, text)
}

// lastEvent is the last thing that Nomad says of an allocation, or the last that tells why it ended.
func lastEvent(a *api.AllocationListStub) string {
	text := a.ClientDescription
	if text == "" {
		text = "its state is " + a.ClientStatus
	}
	state := a.TaskStates[worker]
	if state == nil || len(state.Events) == 0 {
		return text
	}
	last := state.Events[len(state.Events)-1]
	if !over(a.ClientStatus) {
		return last.Type + ": " + last.DisplayMessage
	}
	for _, event := range slices.Backward(state.Events) {
		if slices.Contains(telling, event.Type) {
			return event.Type + ": " + event.DisplayMessage
		}
	}
	return last.Type + ": " + last.DisplayMessage
}
