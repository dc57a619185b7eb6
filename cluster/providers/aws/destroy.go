package aws

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrets "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/liveload/liveload/cluster/providers"
)

const mostDeleted = 10 // task definitions of a request

// Destroy implements providers.Provider. With the last machine of a run go its secret and its task definition.
func (p *Provider) Destroy(ctx context.Context, machines []providers.Machine) error {
	if len(machines) == 0 {
		return nil
	}
	c, err := p.connect(ctx)
	if err != nil {
		return err
	}
	var tasks, runs []string
	var errs []error
	for _, m := range machines {
		switch kindOf(m.ID) {
		case aTask:
			tasks = append(tasks, m.ID)
		case aSecret:
			errs = append(errs, c.deleteSecret(ctx, m.ID))
		case aDefinition:
			errs = append(errs, c.deleteDefinitions(ctx, []string{m.ID}))
		}
		if !slices.Contains(runs, m.Run) {
			runs = append(runs, m.Run)
		}
	}
	p.watch.Forget(machines)
	gone, stopErrs := c.stop(ctx, p.settings.Cluster, tasks, p.look)
	errs = append(errs, stopErrs...)
	for _, id := range runs {
		if r := p.known(id); r != nil {
			r.destroyed(gone)
		}
		errs = append(errs, p.finish(ctx, c, id))
	}
	return errors.Join(errs...)
}

// known is what this process has of a run; nil when it has not launched it.
func (p *Provider) known(run string) *run {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.runs[run]
}

// finish takes away what the machines of a run had in common, unless there are machines that need it.
func (p *Provider) finish(ctx context.Context, c *cloud, id string) error {
	r := p.known(id)
	if r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		if !r.over() {
			return nil
		}
	}
	rest, err := c.list(ctx, &ecs.ListTasksInput{Cluster: &p.settings.Cluster, Family: new(familyOf(id))})
	if err != nil {
		return err
	}
	var errs []error
	if len(rest) > 0 {
		if r == nil {
			return nil // they are those of another process, which have not been destroyed
		}
		_, errs = c.stop(ctx, p.settings.Cluster, rest, p.look) // answers to requests that started them were lost
	}
	var secret, definition string
	if r != nil {
		secret, definition = r.secret, r.definition
		r.secret, r.definition = "", ""
	}
	return errors.Join(append(errs, c.deleteSecretsOf(ctx, id, secret), c.deleteDefinitionsOf(ctx, id, definition))...)
}

// deleteSecretsOf deletes the secrets of a run. A new one may not be listed yet, so that the one that is known goes too.
func (c *cloud) deleteSecretsOf(ctx context.Context, run, known string) error {
	listed, err := c.listSecrets(ctx, secretFolder+run+"/")
	errs := []error{err}
	var arns []string
	for _, entry := range listed {
		arns = append(arns, *entry.ARN)
	}
	for _, arn := range with(arns, known) {
		errs = append(errs, c.deleteSecret(ctx, arn))
	}
	return errors.Join(errs...)
}

func (c *cloud) deleteSecret(ctx context.Context, arn string) error {
	_, err := c.secrets.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: &arn, ForceDeleteWithoutRecovery: new(true)})
	if isCode(err, "ResourceNotFoundException") {
		return nil
	}
	return c.explain(ctx, "delete the secret "+arn, err)
}

func (c *cloud) listSecrets(ctx context.Context, prefix string) (all []secrets.SecretListEntry, err error) {
	pages := secretsmanager.NewListSecretsPaginator(c.secrets, &secretsmanager.ListSecretsInput{
		Filters: []secrets.Filter{{Key: secrets.FilterNameStringTypeName, Values: []string{prefix}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return all, c.explain(ctx, "list secrets", err)
		}
		all = append(all, page.SecretList...)
	}
	return all, nil
}

// deleteDefinitionsOf deletes the task definitions of a run.
func (c *cloud) deleteDefinitionsOf(ctx context.Context, run, known string) error {
	arns, err := c.listDefinitions(ctx, familyOf(run))
	return errors.Join(err, c.deleteDefinitions(ctx, with(arns, known)))
}

// listDefinitions lists the task definitions of a family, also those that are only deregistered.
func (c *cloud) listDefinitions(ctx context.Context, family string) (arns []string, err error) {
	for _, status := range []types.TaskDefinitionStatus{types.TaskDefinitionStatusActive, types.TaskDefinitionStatusInactive} {
		pages := ecs.NewListTaskDefinitionsPaginator(c.ecs, &ecs.ListTaskDefinitionsInput{FamilyPrefix: &family, Status: status})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return arns, c.explain(ctx, "list task definitions", err)
			}
			arns = append(arns, page.TaskDefinitionArns...)
		}
	}
	return arns, nil
}

func (c *cloud) deleteDefinitions(ctx context.Context, arns []string) error {
	var errs []error
	for _, arn := range arns {
		_, err := c.ecs.DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: &arn})
		if err != nil && !isGone(err) {
			errs = append(errs, c.explain(ctx, "deregister "+arn, err))
		}
	}
	for some := range slices.Chunk(arns, mostDeleted) {
		out, err := c.ecs.DeleteTaskDefinitions(ctx, &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: some})
		if err != nil {
			errs = append(errs, c.explain(ctx, "delete task definitions", err))
			continue
		}
		for _, f := range out.Failures {
			if !strings.Contains(value(f.Reason), "not found") && value(f.Reason) != "MISSING" {
				errs = append(errs, errors.New("delete "+value(f.Arn)+": "+whyFailed(f)))
			}
		}
	}
	return errors.Join(errs...)
}

// isGone says whether a task definition is not there, or deregistered already.
func isGone(err error) bool { return isCode(err, "InvalidParameterException", "ClientException") }

// with adds a known ARN to those that were listed.
func with(arns []string, known string) []string {
	if known == "" || slices.Contains(arns, known) {
		return arns
	}
	return append(arns, known)
}
