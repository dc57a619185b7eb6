package aws

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/retry"
)

// A run is what all tasks of a run need: a secret with the token, and a task definition that names it. The first launch
// makes them, and whoever destroys the last machine takes them away.
type run struct {
	mu         sync.Mutex // held while they are made or taken away
	launches   int        // that go on
	live       map[string]bool
	secret     string // ARN
	definition string // ARN
}

// begin begins a launch, and returns the definition of its tasks.
func (r *run) begin(ctx context.Context, l *launch) (definition string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.launches++
	making, cancel := retry.Outlive(ctx)
	defer cancel()
	c, s := l.cloud, l.provider.settings
	if r.secret == "" {
		out, err := c.secrets.CreateSecret(making, s.secret(l.machine, l.spec.Token, uuid.NewString()[:8]))
		if err != nil {
			return "", c.explain(ctx, "keep the token as a secret", err)
		}
		r.secret = *out.ARN
	}
	if r.definition == "" {
		out, err := c.ecs.RegisterTaskDefinition(making, s.definition(l.machine, r.secret, c.region))
		if err != nil {
			return "", c.explain(ctx, "register the task definition", err)
		}
		r.definition = *out.TaskDefinition.TaskDefinitionArn
	}
	return r.definition, nil
}

// launched ends a launch, and says whether nothing of the run is left that needs what the run has.
func (r *run) launched(machines []providers.Machine) (over bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.launches--
	for _, m := range machines {
		r.live[m.ID] = true
	}
	return r.over()
}

// destroyed notes that tasks are gone.
func (r *run) destroyed(arns []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, arn := range arns {
		delete(r.live, arn)
	}
}

// tasks are those that were launched and not destroyed.
func (r *run) tasks() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.live))
}

func (r *run) over() bool { return r.launches == 0 && len(r.live) == 0 }
