package aws

import (
	"context"
	"errors"

	"github.com/liveload/liveload/cluster/providers/watch"
)

// follow returns what looks for the tasks of a run that have stopped.
func (p *Provider) follow(run string) func(ctx context.Context) ([]watch.End, error) {
	r := p.runOf(run)
	return func(ctx context.Context) (ended []watch.End, err error) {
		c, err := p.connect(ctx)
		if err != nil {
			return nil, err
		}
		tasks, err := c.describe(ctx, p.settings.Cluster, r.tasks())
		for arn, task := range tasks {
			if hasStopped(task) {
				ended = append(ended, watch.End{ID: arn, Why: func(ctx context.Context, token string) error {
					return errors.New(c.whyEnded(ctx, p.settings, task, token))
				}})
			}
		}
		return ended, err
	}
}
