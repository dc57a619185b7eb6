package nomad

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/liveload/liveload/cluster/providers"
)

// Destroy implements providers.Provider. It stops all jobs before it waits for the first: workers leave together.
func (p *Provider) Destroy(ctx context.Context, machines []providers.Machine) error {
	p.watch.Forget(machines)
	evaluations := make([]string, len(machines))
	stopped := providers.Each(len(machines), atOnce, func(i int) (err error) {
		evaluations[i], err = p.stop(ctx, machines[i])
		return err
	})
	errs := providers.Each(len(machines), atOnce, func(i int) error {
		if stopped[i] != nil {
			return stopped[i]
		}
		return p.gone(ctx, machines[i], evaluations[i])
	})
	return providers.Failures("destroy", machines, errs)
}

// destroy ends one machine.
func (p *Provider) destroy(ctx context.Context, m providers.Machine) error {
	evaluation, err := p.stop(ctx, m)
	if err != nil {
		return err
	}
	return p.gone(ctx, m, evaluation)
}

// of is the client for the namespace of a machine, and the id of its job.
func (p *Provider) of(m providers.Machine) (c *client, job string, err error) {
	namespace, job, ok := strings.Cut(m.ID, "/")
	if !ok {
		return nil, "", fmt.Errorf("%q is no id of a machine of Nomad", m.ID)
	}
	own := *p.client
	own.namespace = namespace
	return &own, job, nil
}

// stop removes the job of a machine. It returns the evaluation of that, "" when there is none.
func (p *Provider) stop(ctx context.Context, m providers.Machine) (evaluation string, err error) {
	c, job, err := p.of(m)
	if err != nil {
		return "", err
	}
	bounded, cancel := context.WithTimeout(ctx, p.ending)
	defer cancel()
	evaluation, _, err = c.api.Jobs().Deregister(job, true, c.write(bounded))
	if err != nil && status(err) != http.StatusNotFound {
		return "", c.explain("stop its job", err)
	}
	return evaluation, nil
}

// gone waits until nothing of a job runs that was stopped, and then removes its variable, by which it is found as long as
// anything is left.
func (p *Provider) gone(ctx context.Context, m providers.Machine, evaluation string) error {
	c, job, err := p.of(m)
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, p.ending)
	defer cancel()
	if evaluation != "" { // until then the job may still be placed
		if _, err := c.evaluated(bounded, evaluation); err != nil && status(err) != http.StatusNotFound {
			return c.explain("read the evaluation of its job", err)
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
