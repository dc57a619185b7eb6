package aws

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/aws/ecstask"
	"github.com/liveload/liveload/cluster/providers/labels"
)

// A kind is what the ID of a machine names: a task, or something that its run had.
type kind string

const (
	aTask       kind = ":task/"
	aSecret     kind = ":secret:"
	aDefinition kind = ":task-definition/"
)

func kindOf(arn string) kind {
	for _, k := range []kind{aTask, aSecret, aDefinition} {
		if strings.Contains(arn, string(k)) {
			return k
		}
	}
	return ""
}

// Leftovers implements providers.Provider.
func (p *Provider) Leftovers(ctx context.Context) ([]providers.Machine, error) {
	all, err := p.List(ctx)
	left, failed := p.home.Left(all, time.Now())
	return left, errors.Join(err, failed)
}

// List implements providers.Lister. Of runs without tasks there are the secrets and task definitions, as machines that have
// ended: where there are tasks, these go with the last of them.
func (p *Provider) List(ctx context.Context) ([]providers.Machine, error) {
	c, err := p.connect(ctx)
	if err != nil {
		return nil, err
	}
	tasks, err1 := c.tasks(ctx, p.settings.Cluster)
	secrets, err2 := c.tokens(ctx)
	definitions, err3 := c.definitions(ctx)
	rest := slices.DeleteFunc(slices.Concat(secrets, definitions), func(m providers.Machine) bool {
		return slices.ContainsFunc(tasks, func(task providers.Machine) bool { return task.Run == m.Run })
	})
	return slices.Concat(tasks, rest), errors.Join(err1, err2, err3)
}

// tasks are the machines of liveload in a cluster.
func (c *cloud) tasks(ctx context.Context, cluster string) (machines []providers.Machine, err error) {
	arns, err := c.list(ctx, &ecs.ListTasksInput{Cluster: &cluster})
	if err != nil {
		return nil, err
	}
	tasks, err := c.describe(ctx, cluster, arns, types.TaskFieldTags)
	for _, arn := range arns { // in their order
		if t, known := tasks[arn]; known && !hasStopped(t) {
			machines = found(machines, arn, ecstask.Name(arn), t.CreatedAt, t.Tags)
		}
	}
	return machines, err
}

// tokens are the secrets of runs.
func (c *cloud) tokens(ctx context.Context) (machines []providers.Machine, err error) {
	entries, err := c.listSecrets(ctx, secretFolder)
	for _, e := range entries {
		var tags []types.Tag
		for _, t := range e.Tags {
			tags = append(tags, types.Tag{Key: t.Key, Value: t.Value})
		}
		machines = found(machines, *e.ARN, "secret "+value(e.Name), e.CreatedDate, tags)
	}
	return machines, err
}

// definitions are the task definitions of runs.
func (c *cloud) definitions(ctx context.Context) (machines []providers.Machine, err error) {
	pages := ecs.NewListTaskDefinitionFamiliesPaginator(c.ecs, &ecs.ListTaskDefinitionFamiliesInput{
		FamilyPrefix: new(family), Status: types.TaskDefinitionFamilyStatusAll,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return machines, c.explain(ctx, "list families of task definitions", err)
		}
		for _, family := range page.Families {
			arns, err := c.listDefinitions(ctx, family)
			if err != nil {
				return machines, err
			}
			for _, arn := range arns {
				out, err := c.ecs.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
					TaskDefinition: &arn, Include: []types.TaskDefinitionField{types.TaskDefinitionFieldTags},
				})
				if err != nil {
					return machines, c.explain(ctx, "look at "+arn, err)
				}
				machines = found(machines, arn, "task definition "+ecstask.ID(arn), out.TaskDefinition.RegisteredAt, out.Tags)
			}
		}
	}
	return machines, nil
}

// found appends what has the labels of a machine.
func found(machines []providers.Machine, arn, name string, made *time.Time, tags []types.Tag) []providers.Machine {
	all := map[string]string{labels.Machine: name}
	for _, t := range tags {
		if value(t.Key) != labels.Machine {
			all[value(t.Key)] = value(t.Value)
		}
	}
	m, ok := labels.Read(all)
	if !ok {
		return machines
	}
	m.Provider, m.ID, m.Launched, m.Ended = Name, arn, value(made), kindOf(arn) != aTask
	return append(machines, m)
}

// list returns the ARNs of tasks that run, or are about to.
func (c *cloud) list(ctx context.Context, in *ecs.ListTasksInput) (arns []string, err error) {
	pages := ecs.NewListTasksPaginator(c.ecs, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return arns, c.explain(ctx, "list tasks", err)
		}
		arns = append(arns, page.TaskArns...)
	}
	return arns, nil
}
