package nomad

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/retry"
)

// Launch implements providers.Provider. It registers all jobs before it waits for the first: machines boot together, however
// many there are.
func (p *Provider) Launch(ctx context.Context, n int, spec providers.Spec) ([]providers.Machine, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	machines, evaluations := p.names(n, spec), make([]string, n)
	registered := providers.Each(n, atOnce, func(i int) (err error) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		evaluations[i], err = p.register(ctx, machines[i], spec)
		return p.removedUnless(ctx, machines[i], err)
	})
	errs := providers.Each(n, atOnce, func(i int) error {
		if registered[i] != nil {
			return registered[i]
		}
		return p.removedUnless(ctx, machines[i], p.started(ctx, machines[i], evaluations[i], spec.Token))
	})
	var running []providers.Machine
	for i, m := range machines {
		if errs[i] == nil {
			running = append(running, m)
			p.watch.Add(m, spec)
		}
	}
	return running, providers.Failures("launch", machines, errs)
}

// names are the machines that will be there.
func (p *Provider) names(n int, spec providers.Spec) []providers.Machine {
	p.mu.Lock()
	defer p.mu.Unlock()
	machines := make([]providers.Machine, n)
	for i := range machines {
		p.launched++
		machines[i] = p.home.Machine(spec, Name, fmt.Sprintf("%s-%d", Name, p.launched), time.Now())
		machines[i].ID = p.options.Namespace + "/" + jobID(machines[i].Run, machines[i].Name)
	}
	return machines
}

// removedUnless removes what was made of a machine whose launch failed with err, which it returns.
func (p *Provider) removedUnless(ctx context.Context, m providers.Machine, err error) error {
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

// register makes the variable of a machine, and its job. It returns the evaluation of the job.
func (p *Provider) register(ctx context.Context, m providers.Machine, spec providers.Spec) (evaluation string, err error) {
	making, cancel := retry.Outlive(ctx)
	defer cancel()
	if _, _, err := p.client.api.Variables().Create(p.options.variable(m, spec.Token), p.client.write(making)); err != nil {
		return "", p.client.explain("put its token into a variable", err)
	}
	job, _, err := p.client.api.Jobs().Register(p.options.job(m, spec), p.client.write(making))
	if err != nil {
		return "", p.client.explain("register its job", err)
	}
	return job.EvalID, nil
}

// started waits until a machine was placed and runs.
func (p *Provider) started(ctx context.Context, m providers.Machine, id, token string) error {
	evaluation, err := p.client.evaluated(ctx, id)
	if err != nil {
		return p.client.explain("read the evaluation of its job", err)
	}
	if evaluation.Status != api.EvalStatusComplete {
		return fmt.Errorf("it was not placed: %s", evaluation.StatusDescription)
	}
	if failed := evaluation.FailedTGAllocs[worker]; failed != nil {
		if err := p.placed(ctx, m, failed); err != nil {
			return err
		}
	}
	return p.running(ctx, m, token)
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
