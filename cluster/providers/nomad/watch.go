package nomad

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/cluster/providers/watch"
)

// follow asks for the allocations of a run that are over, whenever one of the namespace changes.
func (c *client) follow(run string) func(ctx context.Context) ([]watch.End, error) {
	var index uint64
	return func(ctx context.Context) (ended []watch.End, err error) {
		options := c.query(ctx)
		options.WaitIndex = index
		options.Filter = fmt.Sprintf("JobID matches %q", "^"+jobPrefix+run+"-")
		allocations, meta, err := c.api.Allocations().List(options)
		if err != nil {
			index = 0
			return nil, c.explain("list allocations", err)
		}
		index = meta.LastIndex
		for _, a := range allocations {
			if over(a.ClientStatus) {
				ended = append(ended, watch.End{
					ID:  c.namespace + "/" + a.JobID,
					Why: func(ctx context.Context, token string) error { return c.why(ctx, a, token) },
				})
			}
		}
		return ended, nil
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
