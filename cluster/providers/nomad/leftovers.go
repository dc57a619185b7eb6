package nomad

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/labels"
)

// Leftovers implements providers.Provider.
func (p *Provider) Leftovers(ctx context.Context) ([]providers.Machine, error) {
	machines, err := p.List(ctx)
	if err != nil {
		return nil, err
	}
	return p.home.Left(machines, time.Now())
}

// List implements providers.Lister. A variable whose job is not there counts as a machine that has ended.
func (p *Provider) List(ctx context.Context) ([]providers.Machine, error) {
	// Variables come first: one is written before its job, and removed after it.
	variables, err := p.variables(ctx)
	if err != nil {
		return nil, err
	}
	options := p.client.query(ctx)
	options.Prefix = jobPrefix
	jobs, _, err := p.client.api.Jobs().ListOptions(&api.JobListOptions{Fields: &api.JobListFields{Meta: true}}, options)
	if err != nil {
		return nil, p.client.explain("list jobs", err)
	}
	var all []providers.Machine
	for _, job := range jobs {
		m, ok := labels.Read(job.Meta)
		if !ok {
			continue
		}
		m.Provider, m.ID, m.Launched = Name, p.options.Namespace+"/"+job.ID, time.Unix(0, job.SubmitTime)
		m.Ended = job.Status == "dead"
		all = append(all, m)
		delete(variables, job.ID)
	}
	for id := range maps.Keys(variables) {
		m, ok, err := p.orphan(ctx, id)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, m)
		}
	}
	return all, nil
}

// variables are the jobs whose tokens are there.
func (p *Provider) variables(ctx context.Context) (map[string]bool, error) {
	found, _, err := p.client.api.Variables().PrefixList(variablePrefix+jobPrefix, p.client.query(ctx))
	if err != nil {
		return nil, p.client.explain("list variables of Nomad", err)
	}
	jobs := map[string]bool{}
	for _, v := range found {
		jobs[strings.TrimPrefix(v.Path, variablePrefix)] = true
	}
	return jobs, nil
}

// orphan is the machine whose variable is there without its job. ok is false when the variable is gone, or not ours.
func (p *Provider) orphan(ctx context.Context, job string) (m providers.Machine, ok bool, err error) {
	variable, _, err := p.client.api.Variables().Peek(variablePrefix+job, p.client.query(ctx))
	if err != nil {
		return m, false, p.client.explain("read whose a variable is", err)
	}
	if variable == nil {
		return m, false, nil
	}
	m, ok = labels.Read(variable.Items)
	m.Provider, m.ID, m.Launched, m.Ended = Name, p.options.Namespace+"/"+job, time.Unix(0, variable.CreateTime), true
	return m, ok, nil
}
