// Package nomad provides nodes as batch jobs of a Nomad cluster: one job with one allocation for each, which Nomad never
// starts again. The token of a run is in a Nomad variable that the tasks of its own job may read, and reaches the worker as a
// file in the task's folder of secrets. Jobs and variables carry the labels of their run.
package nomad

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/nomad/api"
	"golang.org/x/sync/errgroup"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/retry"
	"github.com/liveload/liveload/cluster/providers/watch"
)

// Name is the provider's name in the table.
const Name = "nomad"

// patience is how long an interrupt waits for the answer to a request that makes something.
const patience = 5 * time.Second

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

// Launch implements providers.Provider.
func (p *Provider) Launch(ctx context.Context, n int, spec providers.Spec) ([]providers.Machine, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	machines, errs := make([]providers.Machine, n), make([]error, n)
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i := range n {
		p.mu.Lock()
		p.launched++
		m := p.home.Machine(spec, Name, fmt.Sprintf("%s-%d", Name, p.launched), time.Now())
		p.mu.Unlock()
		m.ID = p.options.Namespace + "/" + jobID(m.Run, m.Name)
		machines[i] = m
		group.Go(func() error {
			errs[i] = p.launch(ctx, m, spec)
			return nil
		})
	}
	group.Wait()
	var running []providers.Machine
	for i, m := range machines {
		if errs[i] == nil {
			running = append(running, m)
			p.watch.Add(m, spec)
		}
	}
	return running, providers.Failures("launch", machines, errs)
}

// launch runs one machine. What it made of one that does not run is removed.
func (p *Provider) launch(ctx context.Context, m providers.Machine, spec providers.Spec) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	err := p.start(ctx, m, spec)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.ending)
	defer cancel()
	if failed := p.destroy(cleaning, m); failed != nil {
		err = errors.Join(err, failed)
	}
	return err
}

func (p *Provider) start(ctx context.Context, m providers.Machine, spec providers.Spec) error {
	job, err := p.register(ctx, m, spec)
	if err != nil {
		return err
	}
	evaluation, err := p.client.evaluated(ctx, job.EvalID)
	if err != nil {
		return err
	}
	if evaluation.Status != api.EvalStatusComplete {
		return fmt.Errorf("it was not placed: %s", evaluation.StatusDescription)
	}
	if failed := evaluation.FailedTGAllocs[worker]; failed != nil {
		if err := p.placed(ctx, m, failed); err != nil {
			return err
		}
	}
	return p.running(ctx, m, spec.Token)
}

// register makes the variable of a machine, and its job.
func (p *Provider) register(ctx context.Context, m providers.Machine, spec providers.Spec) (*api.JobRegisterResponse, error) {
	making, cancel := retry.Outlive(ctx, patience)
	defer cancel()
	if _, _, err := p.client.api.Variables().Create(p.options.variable(m, spec.Token), p.client.write(making)); err != nil {
		return nil, p.client.explain("put its token into a variable", err)
	}
	job, _, err := p.client.api.Jobs().Register(p.options.job(m, spec), p.client.write(making))
	if err != nil {
		return nil, p.client.explain("register its job", err)
	}
	return job, nil
}

// placed waits until there is room for a machine. failed is why there was none.
func (p *Provider) placed(ctx context.Context, m providers.Machine, failed *api.AllocationMetric) error {
	if p.options.Wait == 0 {
		return errors.New(p.options.noRoom(failed))
	}
	look := func(allocations []*api.AllocationListStub) (bool, error) { return len(allocations) > 0, nil }
	return p.client.await(ctx, m, p.options.Wait, look, func() error {
		return fmt.Errorf("it waited %v for room: %s", p.options.Wait, p.options.noRoom(failed))
	})
}

// running waits until the allocation of a machine runs.
func (p *Provider) running(ctx context.Context, m providers.Machine, token string) error {
	last := "it has no allocation yet"
	look := func(allocations []*api.AllocationListStub) (bool, error) {
		for _, a := range allocations {
			switch {
			case a.ClientStatus == api.AllocClientStatusRunning:
				return true, nil
			case over(a.ClientStatus):
				return true, p.client.why(ctx, a, token)
			}
			last = lastEvent(a)
		}
		return false, nil
	}
	return p.client.await(ctx, m, p.booting, look, func() error { return fmt.Errorf("it does not run after %v: %s", p.booting, last) })
}

// Destroy implements providers.Provider.
func (p *Provider) Destroy(ctx context.Context, machines []providers.Machine) error {
	p.watch.Forget(machines)
	errs := make([]error, len(machines))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, m := range machines {
		group.Go(func() error {
			errs[i] = p.destroy(ctx, m)
			return nil
		})
	}
	group.Wait()
	return providers.Failures("destroy", machines, errs)
}

// destroy removes the job of a machine, and then its variable, by which it is found as long as anything is left.
func (p *Provider) destroy(ctx context.Context, m providers.Machine) error {
	namespace, job, ok := strings.Cut(m.ID, "/")
	if !ok {
		return fmt.Errorf("%q is no id of a machine of Nomad", m.ID)
	}
	c := *p.client
	c.namespace = namespace
	bounded, cancel := context.WithTimeout(ctx, p.ending)
	defer cancel()
	evaluation, _, err := c.api.Jobs().Deregister(job, true, c.write(bounded))
	if err != nil && status(err) != http.StatusNotFound {
		return c.explain("stop its job", err)
	}
	if evaluation != "" { // until then the job may still be placed
		if _, err := c.evaluated(bounded, evaluation); err != nil && status(err) != http.StatusNotFound {
			return err
		}
	}
	allocations, _, err := c.api.Jobs().Allocations(job, true, c.query(bounded))
	if err != nil && status(err) != http.StatusNotFound {
		return c.explain("list what runs of it", err)
	}
	for _, a := range allocations {
		if err := c.ended(bounded, a.ID); err != nil {
			return fmt.Errorf("its worker on %s: %w", a.NodeName, err)
		}
	}
	if _, err := c.api.Variables().Delete(variablePrefix+job, c.write(bounded)); err != nil && status(err) != http.StatusNotFound {
		return c.explain("delete the variable with its token", err)
	}
	return nil
}
