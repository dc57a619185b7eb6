package aws

import (
	"context"
	"errors"
	"time"

	"github.com/liveload/liveload/cluster/providers/watch"
)

const lookTimeout = 30 * time.Second // of one look at all tasks

// follow returns what looks for the tasks of a run that have stopped.
func (p *Provider) follow(run string) func(ctx context.Context) ([]watch.End, error) {
	r := p.runOf(run)
	return func(ctx context.Context) (ended []watch.End, err error) {
		ctx, cancel := context.WithTimeout(ctx, lookTimeout)
		defer cancel()
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
