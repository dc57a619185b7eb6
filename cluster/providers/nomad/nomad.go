// Package nomad provides nodes as batch jobs of a Nomad cluster: one job with one allocation for each, which Nomad never
// starts again. The token of a run is in a Nomad variable that the tasks of its own job may read, and reaches the worker as a
// file in the task's folder of secrets. Jobs and variables carry the labels of their run.
package nomad

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/watch"
)

// Name is the provider's name in the table.
const Name = "nomad"

// atOnce is how many requests are under way, well below the 100 connections that an agent takes of one address.
const atOnce = 16

// A Provider runs jobs. Make one with New.
type Provider struct {
	home    providers.Home
	options Options
	client  *client
	booting time.Duration // that an allocation may take to run
	ending  time.Duration // that one may take to end

	watch watch.Watch

	mu       sync.Mutex
	launched int
}

// New returns a provider for the Nomad that the environment names. It connects to nothing yet.
func New(home providers.Home, options Options) (*Provider, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	client, err := connect(&options, 250*time.Millisecond)
	if err != nil {
		return nil, err
	}
	p := &Provider{home: home, options: options, client: client, booting: 4 * time.Minute, ending: options.leaving + 45*time.Second}
	p.watch.Begin = func(run string) func(ctx context.Context) ([]watch.End, error) { return p.client.follow(run) }
	p.watch.Failed = func(err error) { home.Log.Warn("Nomad does not say how its machines are", "error", err) }
	p.watch.Pause = time.Second
	return p, nil
}

// Size implements providers.Sized.
func (p *Provider) Size() providers.Size {
	size := providers.Size{Cores: float64(p.options.Cores), Memory: int64(p.options.MemoryMB) << 20}
	size.Kind = fmt.Sprintf("%d MHz, %d MB", p.options.CPU, p.options.MemoryMB)
	if p.options.Cores > 0 {
		size.Kind = fmt.Sprintf("%d cores, %d MB", p.options.Cores, p.options.MemoryMB)
	}
	return size
}

// Check implements providers.Checker: Nomad plans n machines, without running them.
func (p *Provider) Check(ctx context.Context, n int) error {
	if _, _, err := p.client.api.Variables().PrefixList(variablePrefix+jobPrefix, p.client.query(ctx)); err != nil {
		return p.client.explain("list variables of Nomad", err)
	}
	job := p.options.job(providers.Machine{Run: "check", Name: Name}, providers.Spec{})
	job.TaskGroups[0].Count = &n
	plan, _, err := p.client.api.Jobs().Plan(job, false, p.client.write(ctx))
	if err != nil {
		return p.client.explain("plan a job", err)
	}
	failed := plan.FailedTGAllocs[worker]
	if failed == nil || p.options.Wait > 0 {
		return nil
	}
	return fmt.Errorf("there is room for %d of %d machines now: %s", n-failed.CoalescedFailures-1, n, p.options.noRoom(failed))
}
